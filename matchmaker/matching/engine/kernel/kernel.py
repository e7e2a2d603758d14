"""The kernel: every pair of a block of startups with all theses, both sides' top k in one pass.

Per startup: AND the gate bitmaps (bitmaps.py); per run of 256 lanes that is not empty, add up both fits
with the text at its best (fits.py); keep the lanes whose product still reaches the bar of a list
(candidates.prune); look up the texts of those alone (fits.multiply_texts); put those that still reach it
(candidates.verify) on the lists of both sides (top_k.py). Whole numbers decide everything; the floating-
point products may only let too many through.

Each step is a loop over many lanes without a branch, and hands a shorter row of lanes to the next. One loop
that takes lane after lane through all steps is slower, because of mispredicted branches
(docs/decisions/0007).
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import NOTHING, OCTAVE, OCTAVE_BITS, PIN
from matchmaker.matching.engine.kernel.bitmaps import count_bits, eligible, pass_gates, pinned
from matchmaker.matching.engine.kernel.candidates import prune, verify
from matchmaker.matching.engine.kernel.fits import fit_run, fit_some, multiply_texts
from matchmaker.matching.engine.kernel.layout import Asks, Lanes
from matchmaker.matching.engine.kernel.tiles import LANES, RUN, RUNS, WORDS
from matchmaker.matching.engine.kernel.top_k import place_to_beat, put, put_distinct, put_one
from matchmaker.matching.engine.kernel.workspace import Room, inlined, jit

SAFE = np.float32(0.9999)  # more than the bound's own rounding, see floor_product


# --- bounds ------------------------------------------------------------------------------------------------


@inlined
def floor_product(rank: int) -> float:
    """A product u · v (float32) that no pair of this rank falls below.

    2^f ≥ the first terms of its Taylor series, all of which are positive; LOG is within two units a fit.
    """
    f = np.float32(rank & (OCTAVE - 1)) * np.float32(1 / OCTAVE)
    power = np.float32(1.0) + f * (
        np.float32(0.6931) + f * (np.float32(0.2402) + f * (np.float32(0.0555) + f * np.float32(0.0096)))
    )
    return SAFE * power * _two_to(rank >> OCTAVE_BITS)


@inlined
def least_product(value: int) -> float:
    """What a product must reach to beat this packed value; -1 while the list is not full."""
    return np.float32(-1.0) if value == NOTHING else floor_product(value >> 32)


@inlined
def _two_to(exponent: int) -> float:
    return np.int32((min(max(exponent, -126), 127) + 127) << 23).view(np.float32)


# --- pairs -------------------------------------------------------------------------------------------------


class Side(NamedTuple):
    lists: Array  # int64[r,64] ascending, see top_k.py
    bar: Array  # int64[r]   what a newcomer must beat: the least, or what the least is expected to become
    need: Array  # float32[r] or [x] the product that reaches the bar, least_product; -1 anything does
    k: int  # places of a list


@jit
def rank_block(
    lanes: Lanes, asks: Asks, rows: Array, listed: Array, own: Side, theirs: Side, guess: bool, room: Room
) -> None:
    """Carry on the lists listed[b] of startups rows[b] in own and those of all investors in theirs.

    theirs.need follows the lanes. Without `guess` the bars are those of the lists. With it own.bar rises to
    what it will probably be: a list whose least does not reach its bar in the end must be ranked again.
    The lanes are worked through in tiles: what a tile of 512 lanes and the startups of a block need fits the
    second cache (a text looked up there takes 12 ns, one from further away 70).
    """
    _gate_all(lanes, asks, rows, room)
    for boosted in range(1 + _anybody_pinned(asks, rows)):  # last: a boost raises no own bar
        for tile in range(lanes.row.size // LANES):
            for b in range(rows.size):
                if boosted:
                    pinned(lanes, asks, rows[b], tile, room.bits[tile, b], room.taken)
                _scan(lanes, asks, rows[b], tile, b, PIN * boosted, own, listed[b], theirs, guess, room)


@inlined
def _anybody_pinned(asks: Asks, rows: Array) -> bool:
    is_pinned = False
    for b in range(rows.size):
        is_pinned |= asks.pin[rows[b]] != asks.pin[rows[b] + 1]
    return is_pinned


@inlined
def _gate_all(lanes: Lanes, asks: Asks, rows: Array, room: Room) -> None:
    for b in range(rows.size):
        room.total[b], room.seen[b] = 0, 0
    for tile in range(lanes.row.size // LANES):
        for b in range(rows.size):
            pass_gates(lanes, asks, rows[b], tile, room.bits[tile, b], room.taken)
            room.total[b] += _count_lanes(room.bits[tile, b], 0, WORDS)


@inlined
def _scan(
    lanes: Lanes, asks: Asks, i: int, tile: int, b: int, bonus: int, own: Side, r: int, theirs: Side,
    guess: bool, room: Room,
) -> None:  # fmt: skip
    for run in range(RUNS):
        at, bits = tile * LANES + run * RUN, room.bits[tile, b, run * RUN // 64 : (run + 1) * RUN // 64]
        if _count_lanes(bits, 0, RUN // 64) == 0:
            continue
        fit_run(lanes, asks, i, at, room)
        together = 1 if room.seen[b] == 0 else RUN // 64  # words: at first the bar rises fast
        for word in range(0, RUN // 64, together):
            more = _count_lanes(bits, word, word + together)
            if more:
                _offer_all(lanes, asks, i, at, bits, word, word + together, bonus, own, r, theirs, room)
                room.seen[b] += more
                if guess and bonus == 0:
                    place = place_to_beat(own.k, room.seen[b], room.total[b])
                    _raise(own, r, own.lists[r, place])


@inlined
def _count_lanes(bits: Array, first: int, last: int) -> int:
    count = np.uint64(0)
    for word in range(first, last):
        count += count_bits(bits[word])
    return np.int64(count)


@inlined
def _offer_all(
    lanes: Lanes, asks: Asks, i: int, at: int, bits: Array, first: int, last: int, bonus: int, own: Side,
    r: int, theirs: Side, room: Room,
) -> None:  # fmt: skip
    """Put those of words first … last - 1 of a run on the lists that they enter."""
    own_need, divisor = own.need[r], asks.divisor[i]
    if bonus:  # every product, of fits of at least 1, reaches -1: whole numbers alone decide
        own_need, divisor = np.float32(-1.0), np.float32(-1.0)
    count = prune(lanes, at, bits, 64 * first, 64 * last, theirs.need, own_need, divisor, room)
    if not count:
        return
    multiply_texts(lanes, asks, i, at, count, room)
    both = verify(lanes, asks, i, at, count, theirs.need, own_need, divisor, room)
    _list_mine(lanes, at, both >> 32, bonus, own, r, room)
    _list_theirs(lanes, asks.less[i], at, both & 0xFFFFFFFF, bonus, theirs, room)


@inlined
def _list_mine(lanes: Lanes, at: int, count: int, bonus: int, own: Side, r: int, room: Room) -> None:
    several = 0
    for t in range(count):
        lane = at + np.int64(room.mine[t])
        value = ((room.my_rank[t] + bonus) << 32) + lanes.less[lane]
        if lanes.alone[lane]:
            room.values[several] = value
            several += 1
        elif value > own.bar[r]:
            room.value[0] = value
            put_distinct(own.lists, r, room.value)
    put(own.lists, r, room.values, several)
    _raise(own, r, own.lists[r, 0])


@inlined
def _list_theirs(lanes: Lanes, less: int, at: int, count: int, bonus: int, theirs: Side, room: Room) -> None:
    for t in range(count):
        lane = at + np.int64(room.its[t])
        j = np.int64(lanes.owner[lane])
        room.value[0] = ((room.its_rank[t] + bonus) << 32) + less
        if room.value[0] > theirs.bar[j]:
            put_one(theirs.lists, j, room.value, lanes.alone[lane])
            _raise_theirs(lanes, theirs, j)


@inlined
def _raise_theirs(lanes: Lanes, theirs: Side, j: int) -> None:
    if theirs.lists[j, 0] > theirs.bar[j]:
        theirs.bar[j] = theirs.lists[j, 0]
        least = least_product(theirs.bar[j])
        for at in range(lanes.start[j], lanes.start[j + 1]):
            theirs.need[lanes.lane_of[at]] = least


@inlined
def _raise(side: Side, r: int, value: int) -> None:
    """Raise the bar of list r to this value, unless it is higher already."""
    if value > side.bar[r]:
        side.bar[r] = value
        side.need[r] = least_product(value)


@jit
def set_own_need(bar: Array, need: Array) -> None:
    """Set need float32[r] to the products that reach the bars int64[r]."""
    for r in range(need.size):
        need[r] = least_product(bar[r])


@jit
def set_need(lanes: Lanes, bar: Array, need: Array) -> None:
    """need float32[x]: the product that reaches the bar of each lane's investor; -1 while anything does.

    An idle lane needs more than there is.
    """
    for x in range(need.size):
        need[x] = least_product(bar[lanes.owner[x]]) if lanes.row[x] >= 0 else np.float32(np.inf)


# --- what a listed pair is made of -------------------------------------------------------------------------


class Described(NamedTuple):
    u: Array  # int32[p]
    v: Array  # int32[p]
    levels: Array  # uint8[p,8]
    thesis: Array  # int32[p] the thesis that fits best
    rank: Array  # int32[p] its rank, handicap aside
    key: Array  # int64[p] its key, which settles ties


@jit
def describe(
    lanes: Lanes, asks: Asks, whose: Array, whom: Array, order: Array, found: Described, room: Room
) -> None:
    """Describe the pairs startup whose[p] × investor whom[p]; `order` lists them startup by startup."""
    i, count = np.int64(-1), np.int64(0)
    for p in order:
        first, last = lanes.start[whom[p]], lanes.start[whom[p] + 1]
        for at in range(first, last):
            lane = np.int64(lanes.lane_of[at])
            if last - first > 1 and not _passes(lanes, asks, whose[p], lane, room):
                continue
            if count == RUN or whose[p] != i:
                _describe_some(lanes, asks, i, count, found, room)
                i, count = np.int64(whose[p]), np.int64(0)
            room.places[count], room.its[count] = lane, p
            count += 1
    _describe_some(lanes, asks, i, count, found, room)


@inlined
def _describe_some(lanes: Lanes, asks: Asks, i: int, count: int, found: Described, room: Room) -> None:
    if count:
        multiply_texts(lanes, asks, i, 0, count, room)
        fit_some(lanes, asks, i, count, room)
    for t in range(count):
        p, lane = room.its[t], room.places[t]
        rank, key = room.its_rank[t], lanes.thesis_key[lane]
        if rank > found.rank[p] or (rank == found.rank[p] and key < found.key[p]):
            found.u[p], found.v[p], found.thesis[p] = room.us[t], room.vs[t], lanes.row[lane]
            found.rank[p], found.key[p] = rank, key
            for factor in range(found.levels.shape[1]):
                found.levels[p, factor] = room.levels[RUN * factor + t]


@inlined
def _passes(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> bool:
    eligible(lanes, asks, i, lane // LANES, room.taken)
    return (room.taken[lane % LANES // 64] >> np.uint64(lane % 64)) & np.uint64(1) != 0
