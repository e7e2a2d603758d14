"""A few investors' theses against every startup: the kernel turned around, for edits.

kernel.rank_block scores 256 lanes at a time and would waste most of them. Here the theses stand in words of
64 lanes, and the startups pass by once. The values are those of the kernel; so is the bound, which may only
let too many through.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matchmaker.engine.columns import FACTORS, Array
from matchmaker.engine.fits import fit_over, mark_over, text_level, weight_of
from matchmaker.engine.instructions import bits_of, lowest_bit, meet_all
from matchmaker.engine.kernel import least_product, log_of, push, push_distinct
from matchmaker.engine.layout import Asks, Lanes
from matchmaker.engine.level_rows import TEXT
from matchmaker.engine.memory import fetch
from matchmaker.engine.ranking import PIN
from matchmaker.engine.room import inlined, jit
from matchmaker.engine.tiles import WORDS

WORD = 64
AHEAD = 2  # startups whose text is fetched before it is needed
ZERO: Any = np.int64(0)  # typed: for a plain nought whole functions would be compiled once more
_meet = meet_all(1)
_fit, _mark = fit_over(WORD), mark_over(WORD)


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


class Desk(NamedTuple):
    """What the sweep writes on while it works on one startup."""

    bits: Array  # uint64[1]
    levels: Array  # uint8[8·64]  factor by factor
    us: Array  # int32[64]
    vs: Array  # int32[64]
    flag: Array  # bool[64]


def room_for_hits(size: int) -> Hits:
    """Room for `size` hits; what is not used costs nothing."""
    small, large = np.empty((5, size), np.int32), np.empty((3, size), np.int64)
    levels = np.empty((size, len(FACTORS)), np.uint8)
    startup, investor, u, v, mandate = small
    return Hits(startup, investor, large[0], large[1], u, v, levels, mandate, large[2])


def new_desk() -> Desk:
    """A desk for one worker."""
    us, vs = np.zeros((2, WORD), np.int32)
    levels = np.zeros(len(FACTORS) * WORD, np.uint8)
    return Desk(np.zeros(1, np.uint64), levels, us, vs, np.zeros(WORD, np.bool_))


@jit
def sweep(
    lanes: Lanes, asks: Asks, at: int, bars: Array, own: Array, need: Array, hits: Hits, desk: Desk
) -> tuple[int, int]:
    """Meet startups at, at + 1 … until there may be no room for more hits.

    bars int64[n]: what a pair must exceed on each startup's list. own int64[c,k] are the investors' lists, in
    ascending order; need float32[·], which is written on, has a place for every lane in use, in whole words.
    Return where to go on, and the number of hits.
    """
    count = ZERO
    for lane in range(need.size):
        need[lane] = least_product(own[lanes.owner[lane], 0])
    while at < bars.size and count + need.size <= hits.startup.size:
        fetch(asks.text[min(at + AHEAD, bars.size - 1)])
        count = _meet_startup(lanes, asks, at, bars[at], own, need, hits, count, desk)
        at += 1
    return at, count


@inlined
def _meet_startup(
    lanes: Lanes, asks: Asks, i: int, bar: int, own: Array, need: Array, hits: Hits, count: int, desk: Desk
) -> int:
    """Return the number of hits after startup i."""
    begun, least = count, least_product(bar)
    for w in range(need.size // WORD):
        bits = _gate(lanes, asks, i, w, desk.bits)
        if bits:
            at = WORD * w
            pinned = _lanes_of(lanes, asks.pin_whom, asks.pin[i], asks.pin[i + 1], w)
            _fit(lanes, asks, i, at, desk.levels, desk.us, desk.vs)
            dear = lanes.dear[at : at + WORD]
            _mark(desk.us, desk.vs, need[at : at + WORD], asks.dear[i], least, dear, desk.flag)
            bits &= pinned | bits_of(desk.flag, ZERO)
            while bits:
                x = np.int64(lowest_bit(bits))
                bits &= bits - np.uint64(1)
                bonus = PIN * np.int64(pinned >> np.uint64(x) & np.uint64(1))
                count = _weigh(lanes, asks, i, at + x, bonus, bar, least, own, need, hits, begun, count, desk)
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
def _weigh(
    lanes: Lanes, asks: Asks, i: int, lane: int, bonus: int, bar: int, least: float, own: Array, need: Array,
    hits: Hits, begun: int, count: int, desk: Desk,
) -> int:  # fmt: skip
    """Look up the text; keep the pair, and put it on the investor's list, if its value enters one."""
    x, level = lane & (WORD - 1), text_level(lanes, asks, i, lane)
    less = np.int64(desk.levels[WORD * TEXT + x]) - level
    u = np.int64(desk.us[x]) - np.int64(asks.weights[8 * i + TEXT]) * less
    v = np.int64(desk.vs[x]) - weight_of(lanes, lane, TEXT) * less
    product = np.float32(max(u, 1)) * np.float32(max(v, 1))
    if not bonus and product < min(need[lane] * asks.dear[i], least * lanes.dear[lane]):
        return count
    j, rank = lanes.owner[lane], (log_of(lanes.log, u) + log_of(lanes.log, v) + bonus) << 32
    mine, its = rank + lanes.less[lane], rank + asks.less[i]
    if mine > bar or its >= own[j, 0]:
        count = _record(lanes, i, lane, mine, its, u, v, level, hits, begun, count, desk.levels)
    if its > own[j, 0]:
        _list(lanes, j, its, lanes.alone[lane], own, need)
    return count


@inlined
def _record(
    lanes: Lanes, i: int, lane: int, mine: int, its: int, u: int, v: int, level: int, hits: Hits, begun: int,
    count: int, levels: Array,
) -> int:  # fmt: skip
    """Keep the hit, or the better one where the investor has met startup i by another thesis."""
    j, h = lanes.owner[lane], begun
    while h < count and hits.investor[h] != j:
        h += 1
    if h < count and (its, -lanes.mandate_key[lane]) < (hits.its[h], -hits.key[h]):
        return count
    hits.startup[h], hits.investor[h], hits.mine[h], hits.its[h] = i, j, mine, its
    hits.u[h], hits.v[h], hits.mandate[h], hits.key[h] = u, v, lanes.row[lane], lanes.mandate_key[lane]
    for factor in range(hits.levels.shape[1]):
        hits.levels[h, factor] = levels[WORD * factor + (lane & (WORD - 1))]
    hits.levels[h, TEXT] = level
    return max(count, h + 1)


@inlined
def _list(lanes: Lanes, j: int, its: int, alone: bool, own: Array, need: Array) -> None:
    """Put a value on the list of investor j."""
    if alone:
        push(own, j, ZERO, its)
    else:
        push_distinct(own, j, its)
    least = least_product(own[j, 0])
    for at in range(lanes.start[j], lanes.start[j + 1]):
        need[lanes.lane_of[at]] = least
