"""The kernel: every pair of a block of startups with all mandates, both sides' top k in one pass.

Per startup: AND the gate bitmaps; per run of 256 lanes that is not empty, add up both fits with the text at
its best; keep the lanes whose product still reaches the bar of a list; only for those look up the text; put
those that still reach it on the lists of both sides. Whole numbers decide everything; the floating-point
products may only let too many through.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matchmaker.engine.bitmaps import eligible, pass_gates, pinned
from matchmaker.engine.columns import Array
from matchmaker.engine.fits import fit_over, mark_over, pair_fits, text_level, weight_of
from matchmaker.engine.instructions import bits_of, count_bits, highest_bit, lowest_bit
from matchmaker.engine.layout import Asks, Lanes
from matchmaker.engine.level_rows import TEXT
from matchmaker.engine.ranking import FIT_BITS, NOTHING, OCTAVE, PIN, REST_BITS
from matchmaker.engine.room import Room, inlined, jit
from matchmaker.engine.tiles import LANES, RUN, RUNS, WORDS

fit_run, mark_run = fit_over(RUN), mark_over(RUN)
TIE_MASK = (1 << 32) - 1
SPARSE = 6  # so few lanes of a run are scored one by one (40 ns each; the whole run takes 200)
DEVIATIONS = 3.0  # at 3 one list in 700 is ranked again; at 2 one in 30, which costs more than it saves
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
    return SAFE * power * _two_to(rank >> 20)


@inlined
def least_product(value: int) -> float:
    """What a product must reach to beat this packed value; -1 while the list is not full."""
    return np.float32(-1.0) if value == NOTHING else floor_product(value >> 32)


@inlined
def _two_to(exponent: int) -> float:
    """2^exponent (float32), written straight into the bits; limited to what float32 holds."""
    return np.int32((min(max(exponent, -126), 127) + 127) << 23).view(np.float32)


# --- ranks -------------------------------------------------------------------------------------------------


@inlined
def log_of(steps: Array, fit: int) -> int:
    """ranking.logs of one fit."""
    fit = max(fit, 1)
    octave = highest_bit(np.uint64(fit))
    part = (np.int64(fit) << (FIT_BITS - octave)) - (1 << FIT_BITS)
    step, rest = part >> REST_BITS, part & ((1 << REST_BITS) - 1)
    low, high = np.int64(steps[step]), np.int64(steps[step + 1])
    return (octave << 20) + low + (((high - low) * rest) >> REST_BITS)


# --- lists -------------------------------------------------------------------------------------------------
#
# A list is k values in ascending order; the least stands first, and is what a newcomer must beat. Putting one
# in is a single pass without a branch, which becomes seven vector steps for k = 50: 5 ns, where a binary heap
# took 60 for the branches it guesses wrong.


@inlined
def push(lists: Array, r: int, at: int, value: int) -> None:
    """Replace lists[r, at] by a greater value and keep the order."""
    _shift(lists[r, at:], value)


@inlined
def _shift(ascending: Array, value: int) -> None:
    last = ascending.size - 1
    for x in range(last):
        ascending[x] = min(ascending[x + 1], max(ascending[x], value))
    ascending[last] = max(ascending[last], value)


@inlined
def push_distinct(lists: Array, r: int, value: int) -> None:
    """The same for a counterpart that may stand on the list already, by another thesis."""
    for at in range(lists.shape[1]):
        if lists[r, at] & TIE_MASK == value & TIE_MASK:
            if lists[r, at] < value:
                push(lists, r, at, value)
            return
    push(lists, r, np.int64(0), value)


@inlined
def place_to_beat(k: int, seen: int, of: int) -> int:
    """Which place of an ascending list of k the last one will very probably stand at when all are seen.

    Of the final k best about k · seen / of are among those seen: three standard deviations more is the
    place, from the best, that the final bar will hardly fall below. Who falls below is ranked once more.
    """
    share = seen / of
    expected = k * share
    return max(k - 2 - int(expected + DEVIATIONS * np.sqrt(expected * (1.0 - share))), 0)


# --- pairs -------------------------------------------------------------------------------------------------


class Side(NamedTuple):
    """The lists that one side carries on."""

    lists: Array  # int64[r,k] ascending
    bar: Array  # int64[r]   what a newcomer must beat: the least, or what the least is expected to become
    need: Array  # float32[r] or [x] the product that reaches the bar, least_product; -1 anything does


@jit
def rank_block(
    lanes: Lanes, asks: Asks, rows: Array, own: Side, theirs: Side, guess: bool, room: Room
) -> None:
    """Carry on the lists of startups rows[b] in own and those of all investors in theirs.

    theirs.need follows the lanes. Without `guess` the bars are those of the lists. With it own.bar rises to
    what it will probably be: a list whose least does not reach its bar in the end must be ranked again.
    The lanes are worked through in tiles: what a tile of 512 lanes and the startups of a block need fits the
    second cache (a text looked up there takes 12 ns, one from further away 70).
    """
    _gate_all(lanes, asks, rows, room)
    for boosted in range(2):  # those on their merits first, so that a boost raises no expectation
        for tile in range(lanes.row.size // LANES):
            for b in range(rows.size):
                if boosted:
                    pinned(lanes, asks, rows[b], tile, room.bits[tile, b], room.taken)
                _scan(lanes, asks, rows[b], tile, PIN * boosted, own, b, theirs, guess, room)


@inlined
def _gate_all(lanes: Lanes, asks: Asks, rows: Array, room: Room) -> None:
    """Find and count the lanes that each startup may meet."""
    for b in range(rows.size):
        room.total[b], room.seen[b] = 0, 0
    for tile in range(lanes.row.size // LANES):
        for b in range(rows.size):
            pass_gates(lanes, asks, rows[b], tile, room.bits[tile, b], room.taken)
            for word in range(WORDS):
                room.total[b] += np.int64(count_bits(room.bits[tile, b, word]))


@inlined
def _scan(
    lanes: Lanes, asks: Asks, i: int, tile: int, bonus: int, own: Side, b: int, theirs: Side, guess: bool,
    room: Room,
) -> None:  # fmt: skip
    """Offer every eligible pair of startup i in a tile to its own list b and to the investors'."""
    for run in range(RUNS):
        at, bits = tile * LANES + run * RUN, room.bits[tile, b, run * RUN // 64 : (run + 1) * RUN // 64]
        if not _fit(lanes, asks, i, at, bits, bonus, own, b, theirs, room):
            continue
        for word in range(RUN // 64):
            _weigh_all(lanes, asks, i, at, word, bits[word], bonus, own, b, theirs, room)
            if guess and bonus == 0:
                _expect(own, b, np.int64(count_bits(bits[word])), room)


@inlined
def _fit(
    lanes: Lanes, asks: Asks, i: int, at: int, bits: Array, bonus: int, own: Side, b: int, theirs: Side,
    room: Room,
) -> int:  # fmt: skip
    """Score the eligible lanes of a run, if there are any, and mark the promising ones."""
    count = np.uint64(0)
    for word in range(RUN // 64):
        count += count_bits(bits[word])
    if count > SPARSE:
        _fit_all(lanes, asks, i, at, bonus, own, b, theirs, room)
    elif count:
        _fit_few(lanes, asks, i, at, bits, room)
    return count


@inlined
def _expect(own: Side, b: int, more: int, room: Room) -> None:
    """Raise list b's bar to what it will probably need, now that so many more lanes were seen."""
    room.seen[b] += more
    place = place_to_beat(own.lists.shape[1], room.seen[b], room.total[b])
    _raise(own, b, own.lists[b, place])


@inlined
def _fit_all(
    lanes: Lanes, asks: Asks, i: int, at: int, bonus: int, own: Side, b: int, theirs: Side, room: Room
) -> None:
    """Score the whole run that begins at lane `at`, and mark the promising lanes."""
    fit_run(lanes, asks, i, at, room.levels, room.us, room.vs)
    bar = np.float32(-1.0) if bonus else own.need[b]
    need, dear = theirs.need[at : at + RUN], lanes.dear[at : at + RUN]
    mark_run(room.us, room.vs, need, asks.dear[i], bar, dear, room.flag)


@inlined
def _fit_few(lanes: Lanes, asks: Asks, i: int, at: int, bits: Array, room: Room) -> None:
    """Score and mark the few eligible lanes of a run one by one."""
    for word in range(RUN // 64):
        left = bits[word]
        while left:
            x = 64 * word + np.int64(lowest_bit(left))
            left &= left - np.uint64(1)
            room.us[x], room.vs[x] = pair_fits(lanes, asks, i, at + x, room.level, False)
            room.levels[TEXT * RUN + x] = room.level[TEXT]
            room.flag[x] = True


@inlined
def _weigh_all(
    lanes: Lanes, asks: Asks, i: int, at: int, word: int, allowed: int, bonus: int, own: Side, b: int,
    theirs: Side, room: Room,
) -> None:  # fmt: skip
    """Look up the texts of 64 lanes, then offer: apart, so that the processor looks up several at a time."""
    count, left = 0, allowed & bits_of(room.flag, 64 * word)
    while left:
        x = 64 * word + np.int64(lowest_bit(left))
        left &= left - np.uint64(1)
        room.some[count] = x
        room.less[count] = np.int64(room.levels[TEXT * RUN + x]) - text_level(lanes, asks, i, at + x)
        count += 1
    for t in range(count):
        x = np.int64(room.some[t])
        _weigh(lanes, asks, i, at + x, room.us[x], room.vs[x], np.int64(room.less[t]), bonus, own, b, theirs)


@inlined
def _enters(
    lanes: Lanes, asks: Asks, i: int, lane: int, u: int, v: int, bonus: int, own: Side, b: int, theirs: Side
) -> bool:
    """Whether the product of these fits reaches what one of the two lists wants; never a false no."""
    bar = np.float32(-1.0) if bonus else own.need[b]
    product = np.float32(max(u, 1)) * np.float32(max(v, 1))
    return product >= min(theirs.need[lane] * asks.dear[i], bar * lanes.dear[lane])


@inlined
def _weigh(
    lanes: Lanes, asks: Asks, i: int, lane: int, us: int, vs: int, less: int, bonus: int, own: Side, b: int,
    theirs: Side,
) -> None:  # fmt: skip
    """Offer a pair whose text is `less` than the best if its product still enters."""
    u = np.int64(us) - np.int64(asks.weights[8 * i + TEXT]) * less
    v = np.int64(vs) - weight_of(lanes, lane, np.int64(TEXT)) * less
    if _enters(lanes, asks, i, lane, u, v, bonus, own, b, theirs):
        rank = log_of(lanes.log, u) + log_of(lanes.log, v) + bonus
        _offer(lanes, asks, i, lane, rank << 32, own, b, theirs)


@inlined
def _offer(lanes: Lanes, asks: Asks, i: int, lane: int, rank: int, own: Side, b: int, theirs: Side) -> None:
    """Put the pair on both sides' lists if it beats their bars."""
    mine, its = rank + lanes.less[lane], rank + asks.less[i]
    if mine > own.bar[b]:
        _put(own.lists, b, mine, lanes.alone[lane])
        _raise(own, b, own.lists[b, 0])
    j = np.int64(lanes.owner[lane])
    if its > theirs.bar[j]:
        _put(theirs.lists, j, its, lanes.alone[lane])
        _raise_theirs(lanes, theirs, j)


@inlined
def _put(lists: Array, r: int, value: int, alone: bool) -> None:
    if alone:
        push(lists, r, np.int64(0), value)
    else:
        push_distinct(lists, r, value)


@inlined
def _raise_theirs(lanes: Lanes, theirs: Side, j: int) -> None:
    """Raise investor j's bar to its least, and what its lanes need."""
    if theirs.lists[j, 0] > theirs.bar[j]:
        theirs.bar[j] = theirs.lists[j, 0]
        least = least_product(theirs.bar[j])
        for at in range(lanes.start[j], lanes.start[j + 1]):
            theirs.need[lanes.lane_of[at]] = least


@inlined
def _raise(side: Side, b: int, value: int) -> None:
    """Raise the bar of list b to this value, unless it is higher already."""
    if value > side.bar[b]:
        side.bar[b] = value
        side.need[b] = least_product(value)


@jit
def set_needs(bar: Array, need: Array) -> None:
    """need float32[r]: the product that reaches each bar."""
    for r in range(need.size):
        need[r] = least_product(bar[r])


@jit
def set_need(lanes: Lanes, bar: Array, need: Array) -> None:
    """need float32[x]: the product that reaches the bar of each lane's investor; -1 while anything does."""
    for x in range(need.size):
        need[x] = least_product(bar[lanes.owner[x]]) if lanes.row[x] >= 0 else np.float32(np.inf)


# --- what a listed pair is made of -------------------------------------------------------------------------


@jit
def describe(
    lanes: Lanes, asks: Asks, whose: Array, whom: Array, order: Array,
    u: Array, v: Array, levels: Array, mandate: Array, room: Room,
) -> None:  # fmt: skip
    """Fill u, v, levels[…,8] and mandate of the pairs startup whose[p] × investor whom[p]; `order` lists the
    pairs investor by investor, whose columns then stay in the cache."""
    for p in order:
        i, j = whose[p], whom[p]
        best, best_key = -1, 0
        for at in range(lanes.start[j], lanes.start[j + 1]):
            lane = np.int64(lanes.lane_of[at])
            if lanes.start[j + 1] - lanes.start[j] > 1 and not _passes(lanes, asks, i, lane, room):
                continue
            ours, theirs = pair_fits(lanes, asks, i, lane, room.level, True)
            log, key = log_of(lanes.log, ours) + log_of(lanes.log, theirs), lanes.mandate_key[lane]
            if log > best or (log == best and key < best_key):
                best, best_key = log, key
                u[p], v[p], mandate[p] = ours, theirs, lanes.row[lane]
                for factor in range(8):
                    levels[p, factor] = room.level[factor]


@inlined
def _passes(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> bool:
    """Whether this lane, one of several of a listed investor, passes the gates."""
    eligible(lanes, asks, i, lane // LANES, room.taken)
    return (room.taken[lane % LANES // 64] >> np.uint64(lane % 64)) & np.uint64(1) != 0
