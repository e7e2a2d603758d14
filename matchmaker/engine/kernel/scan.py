"""A few investors' theses against every startup: the kernel turned around, for edits.

kernel.rank_block scores 256 lanes at a time and would waste most of them. Here the theses stand in words of
64 lanes, and the startups pass by once. The values are those of the kernel; so is the bound, which may only
let too many through.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matchmaker.engine.definition.columns import FACTORS, Array
from matchmaker.engine.definition.lists import PIN
from matchmaker.engine.kernel.bitmaps import meet_all
from matchmaker.engine.kernel.fits import fit_over, fit_some
from matchmaker.engine.kernel.kernel import judge_all, least_product, need_more
from matchmaker.engine.kernel.layout import Asks, Lanes
from matchmaker.engine.kernel.texts import multiply_texts
from matchmaker.engine.kernel.tiles import RUN, WORDS
from matchmaker.engine.kernel.top_k import put_one
from matchmaker.engine.kernel.workspace import Room, inlined, jit

WORD = 64
ZERO: Any = np.int64(0)  # typed: for a plain zero whole functions would be compiled once more
_meet, _fit = meet_all(1), fit_over(WORD)


class Hits(NamedTuple):
    """Pairs that enter a list, startup by startup; e places."""

    startup: Array  # int32[e]
    investor: Array  # int32[e]
    mine: Array  # int64[e]  value on the startup's list
    its: Array  # int64[e]  value on the investor's list
    u: Array  # int32[e]
    v: Array  # int32[e]
    levels: Array  # uint8[e,8]
    mandate: Array  # int32[e]
    key: Array  # int64[e]  of the mandate, which settles ties


def room_for_hits(size: int) -> Hits:
    """Room for `size` hits; what is not used costs nothing."""
    startup, investor, u, v, mandate = np.empty((5, size), np.int32)
    mine, its, key = np.empty((3, size), np.int64)
    levels = np.empty((size, len(FACTORS)), np.uint8)
    return Hits(startup, investor, mine, its, u, v, levels, mandate, key)


@jit
def sweep(
    lanes: Lanes,
    asks: Asks,
    rows: Array,
    at: int,
    bars: Array,
    own: Array,
    need: Array,
    hits: Hits,
    room: Room,
    told: Room,
) -> tuple[int, int]:
    """Meet startups rows[at], rows[at + 1] … until there may be no room for more hits.

    bars int64[len(rows)]: what a pair must exceed on each startup's list. own int64[c,64] are the investors'
    lists (top_k.py); need float32[·] has a place for every lane in use and fills whole words. Written on are
    hits, own, need, room (of the pairs that are judged) and told (of those that are described). Return where
    to go on, and the number of hits.
    """
    count = ZERO
    for lane in range(need.size):
        need[lane] = least_product(own[lanes.owner[lane], 0])
    while at < rows.size and count + need.size <= hits.startup.size:
        count = _meet_startup(lanes, asks, rows[at], bars[at], own, need, hits, count, room, told)
        at += 1
    return at, count


@inlined
def _meet_startup(
    lanes: Lanes,
    asks: Asks,
    i: int,
    bar: int,
    own: Array,
    need: Array,
    hits: Hits,
    count: int,
    room: Room,
    told: Room,
) -> int:
    """Return the number of hits after startup i."""
    begun, bits = count, room.taken
    for w in range(need.size // WORD):
        met = _gate(lanes, asks, i, w, bits)
        if met:
            _fit(lanes, asks, i, WORD * w, room)
            pinned = met & _lanes_of(lanes, asks.pin_whom, asks.pin[i], asks.pin[i + 1], w)
            for boosted in range(1 + (pinned != 0)):
                bits[0] = pinned if boosted else met & ~pinned
                count = _record_all(
                    lanes, asks, i, w, PIN * boosted, bar, own, need, hits, begun, count, room, told
                )
    return count


@inlined
def _gate(lanes: Lanes, asks: Asks, i: int, w: int, bits: Array) -> int:
    """The lanes of word w that startup i may meet, as bits."""
    base = w // WORDS * lanes.tile_gates + w % WORDS
    bits[0] = lanes.gates[base]
    _meet(bits, lanes.gates, base, asks.gate_row, asks.gate_open, asks.gate[i], asks.gate[i + 1])
    return bits[0] & ~_lanes_of(lanes, asks.skip_whom, asks.skip[i], asks.skip[i + 1], w)


@inlined
def _lanes_of(lanes: Lanes, whom: Array, first: int, last: int, w: int) -> np.uint64:
    """The lanes of investors whom[first:last] in word w."""
    bits = np.uint64(0)
    for t in range(first, last):
        for at in range(lanes.start[whom[t]], lanes.start[whom[t] + 1]):
            if lanes.lane_of[at] >> 6 == w:
                bits |= np.uint64(1) << np.uint64(lanes.lane_of[at] & 63)
    return bits


@inlined
def _record_all(
    lanes: Lanes, asks: Asks, i: int, w: int, bonus: int, bar: int, own: Array, need: Array, hits: Hits,
    begun: int, count: int, room: Room, told: Room,
) -> int:  # fmt: skip
    """Keep the pairs of word w that enter a list, and put them on the investors' lists."""
    at = WORD * w
    both = judge_all(lanes, asks, i, at, room.taken, ZERO, ZERO + 1, bonus, least_product(bar), need, room)
    told.seen[0] = 0
    for t in range(both >> 32):
        lane, rank = at + np.int64(room.mine[t]), (room.my_rank[t] + bonus) << 32
        if rank + lanes.less[lane] > bar:
            count = _record(lanes, asks, i, lane, rank, hits, begun, count, told)
    for t in range(both & 0xFFFFFFFF):
        lane, rank = at + np.int64(room.its[t]), (room.its_rank[t] + bonus) << 32
        j, room.value[0] = lanes.owner[lane], rank + asks.less[i]
        if room.value[0] >= own[j, 0]:
            count = _record(lanes, asks, i, lane, rank, hits, begun, count, told)
        if room.value[0] > own[j, 0]:
            put_one(own, j, room.value, lanes.alone[lane])
            need_more(lanes, need, j, own[j, 0])
    _describe(lanes, asks, i, hits, told)
    return count


@inlined
def _record(
    lanes: Lanes, asks: Asks, i: int, lane: int, rank: int, hits: Hits, begun: int, count: int, told: Room
) -> int:
    """Keep the hit, or the better one where the investor has met startup i by another thesis."""
    j, h, its = lanes.owner[lane], begun, rank + asks.less[i]
    while h < count and hits.investor[h] != j:
        h += 1
    if h < count and (its, -lanes.mandate_key[lane]) <= (hits.its[h], -hits.key[h]):
        return count
    hits.startup[h], hits.investor[h], hits.mine[h], hits.its[h] = i, j, rank + lanes.less[lane], its
    hits.mandate[h], hits.key[h] = lanes.row[lane], lanes.mandate_key[lane]
    told.places[told.seen[0]], told.its[told.seen[0]] = lane, h
    told.seen[0] += 1
    return max(count, h + 1)


@inlined
def _describe(lanes: Lanes, asks: Asks, i: int, hits: Hits, told: Room) -> None:
    """Write down what the new hits are made of, while startup i is in the cache: later it takes four times as
    long."""
    if not told.seen[0]:
        return
    multiply_texts(lanes, asks, i, ZERO, told.seen[0], told)
    fit_some(lanes, asks, i, told.seen[0], told)
    for t in range(told.seen[0]):
        h = told.its[t]
        hits.u[h], hits.v[h] = told.us[t], told.vs[t]
        for factor in range(hits.levels.shape[1]):
            hits.levels[h, factor] = told.levels[RUN * factor + t]
