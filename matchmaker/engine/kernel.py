"""The kernel: every pair of a block of startups with all mandates, both sides' top k in one pass.

Per startup: AND the gate bitmaps (64 lanes a word); per run of 256 lanes that is not empty, add up both fits
without the text; keep the lanes whose best possible product still enters a list; only for those look up the
text; push them on the heaps of both sides. Whole numbers decide everything; the floating-point bound may
only let too many through.
"""

from __future__ import annotations

import numpy as np

from matchmaker.engine.bitmaps import copy, eligible, pass_gates
from matchmaker.engine.columns import Array
from matchmaker.engine.fits import fit_run, pair_fits, text_level
from matchmaker.engine.instructions import count_bits, lowest_bit
from matchmaker.engine.layout import RUN, Asks, Lanes
from matchmaker.engine.ranking import NOTHING, OCTAVE, PIN
from matchmaker.engine.room import TEXT, TILE, WORDS, Room, inlined, jit

TIE_MASK = (1 << 32) - 1
SPARSE = 6  # so few lanes of a run are scored one by one (40 ns each; the whole run takes 400)
SAFE = np.float32(0.9999)  # more than the bound's own rounding, see floor_product


# --- bounds ------------------------------------------------------------------------------------------------


@inlined
def floor_product(rank: int) -> float:
    """A product u · v (float32) that no pair of this rank falls below.

    2^f ≥ the first terms of its Taylor series, all of which are positive; LOG rounds by half a unit a fit.
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


@inlined
def promising(
    lanes: Lanes, asks: Asks, i: int, at: int, us: Array, vs: Array, need: Array, own: float, flag: Array
) -> None:
    """Mark the lanes whose fits with the best possible text reach a product that enters a list."""
    _reaches(
        us,
        vs,
        lanes.text_top[at : at + RUN],
        np.uint8(255) if asks.text_stated[i] else np.uint8(lanes.neutral[TEXT]),
        np.uint32(asks.weights[i, TEXT]),
        lanes.weights[TEXT, at : at + RUN],
        need[at : at + RUN],
        asks.dear[i],
        own,
        lanes.dear[at : at + RUN],
        flag,
    )


@inlined
def _reaches(
    us: Array, vs: Array, text_top: Array, most: int, ours: int, theirs: Array,
    need: Array, own_dear: float, own: float, dear: Array, flag: Array,
) -> None:  # fmt: skip
    for x in range(RUN):
        top = np.uint32(text_top[x] if most == 255 else most)
        u = np.float32(max(us[x] + ours * top, np.uint32(1)))
        v = np.float32(max(vs[x] + np.uint32(theirs[x]) * top, np.uint32(1)))
        flag[x] = u * v >= min(need[x] * own_dear, own * dear[x])


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
    push(lists, r, 0, value)


# --- pairs -------------------------------------------------------------------------------------------------


@jit
def rank_block(
    lanes: Lanes, asks: Asks, rows: Array, own: Array, theirs: Array, need: Array, room: Room
) -> None:
    """Carry on the lists own int64[b,k] of startups rows[b] and theirs int64[c,k] of the investors.

    Both ascend, and may begin with a bar instead of NOTHING; need float32[x] follows the investors' lists.
    The lanes are worked through in tiles: what a tile of 512 lanes and the startups of a block need fits the
    second cache (a text looked up there takes 12 ns, one from further away 70).
    """
    for w in range(0, lanes.real.size, TILE):
        for b in range(rows.size):
            pass_gates(lanes, asks, rows[b], w, room)
            _scan(lanes, asks, rows[b], w, room.bits, 0, own, b, theirs, need, room)
            if asks.pin[rows[b]] != asks.pin[rows[b] + 1]:
                _scan(lanes, asks, rows[b], w, room.pinned, PIN, own, b, theirs, need, room)


@inlined
def _scan(
    lanes: Lanes, asks: Asks, i: int, w: int, bits: Array, bonus: int, own: Array, b: int,
    theirs: Array, need: Array, room: Room,
) -> None:  # fmt: skip
    """Offer every eligible pair of startup i in a tile to its own list, own[b], and to the investors'."""
    for first in range(0, bits.size, WORDS):
        count = np.uint64(0)
        for word in range(WORDS):
            count += count_bits(bits[first + word])
        if count > SPARSE:
            _scan_run(lanes, asks, i, 64 * (w + first), bits[first:], bonus, own, b, theirs, need, room)
        elif count:
            _scan_few(lanes, asks, i, 64 * (w + first), bits[first:], bonus, own, b, theirs, need, room)


@inlined
def _scan_run(
    lanes: Lanes, asks: Asks, i: int, at: int, bits: Array, bonus: int, own: Array, b: int,
    theirs: Array, need: Array, room: Room,
) -> None:  # fmt: skip
    """Score the whole run that begins at lane `at`, then weigh the promising pairs."""
    fit_run(lanes, asks, i, at, room.acc, room.us, room.vs)
    bar = np.float32(-1.0) if bonus else least_product(own[b, 0])
    promising(lanes, asks, i, at, room.us, room.vs, need, bar, room.flag)
    for word in range(WORDS):
        left = bits[word] & _packed(room.flag[64 * word : 64 * word + 64])
        while left:
            x = 64 * word + np.int64(lowest_bit(left))
            left &= left - np.uint64(1)
            _weigh(lanes, asks, i, at + x, room.us[x], room.vs[x], bonus, own, b, theirs, need)


@inlined
def _scan_few(
    lanes: Lanes, asks: Asks, i: int, at: int, bits: Array, bonus: int, own: Array, b: int,
    theirs: Array, need: Array, room: Room,
) -> None:  # fmt: skip
    """Score the few eligible lanes of a run one by one."""
    for word in range(WORDS):
        left = bits[word]
        while left:
            lane = at + 64 * word + np.int64(lowest_bit(left))
            left &= left - np.uint64(1)
            u, v = pair_fits(lanes, asks, i, lane, room.level, False)
            if _may_enter(lanes, asks, i, lane, u, v, bonus, own, b, need):
                _weigh(lanes, asks, i, lane, u, v, bonus, own, b, theirs, need)


@inlined
def _may_enter(
    lanes: Lanes, asks: Asks, i: int, lane: int, us: int, vs: int, bonus: int, own: Array, b: int, need: Array
) -> bool:
    """What `promising` asks, of one lane: whether the best possible text would bring it onto a list."""
    top = np.int64(lanes.text_top[lane]) if asks.text_stated[i] else np.int64(lanes.neutral[TEXT])
    u = us + np.int64(asks.weights[i, TEXT]) * top
    v = vs + np.int64(lanes.weights[TEXT, lane]) * top
    return _enters(lanes, asks, i, lane, u, v, bonus, own, b, need)


@inlined
def _enters(
    lanes: Lanes, asks: Asks, i: int, lane: int, u: int, v: int, bonus: int, own: Array, b: int, need: Array
) -> bool:
    """Whether the product of these fits reaches what one of the two lists wants; never a false no."""
    bar = np.float32(-1.0) if bonus else least_product(own[b, 0])
    product = np.float32(max(u, 1)) * np.float32(max(v, 1))
    return product >= min(need[lane] * asks.dear[i], bar * lanes.dear[lane])


@inlined
def _weigh(
    lanes: Lanes, asks: Asks, i: int, lane: int, us: int, vs: int, bonus: int, own: Array, b: int,
    theirs: Array, need: Array,
) -> None:  # fmt: skip
    """Add the text to both fits; look up the logarithms, which lie far apart, only if the product enters."""
    level = text_level(lanes, asks, i, lane)
    u = np.int64(us) + np.int64(asks.weights[i, TEXT]) * level
    v = np.int64(vs) + np.int64(lanes.weights[TEXT, lane]) * level
    if _enters(lanes, asks, i, lane, u, v, bonus, own, b, need):
        rank = np.int64(lanes.log[u]) + np.int64(lanes.log[v]) + bonus
        _offer(lanes, asks, i, lane, rank, own, b, theirs, need)


@inlined
def _packed(flag: Array) -> int:
    """64 flags of one byte each as the bits of a word."""
    word = np.uint64(0)
    for x in range(64):
        word |= np.uint64(flag[x]) << np.uint64(x)
    return word


@inlined
def _offer(
    lanes: Lanes, asks: Asks, i: int, lane: int, rank: int, own: Array, b: int, theirs: Array, need: Array
) -> None:
    """Put the pair on both sides' lists if it beats their least."""
    j = lanes.owner[lane]
    alone = lanes.start[j + 1] - lanes.start[j] == 1
    mine = ((rank - lanes.price[j]) << 32) + lanes.tie[j]
    if mine > own[b, 0]:
        if alone:
            push(own, b, 0, mine)
        else:
            push_distinct(own, b, mine)
    its = ((rank - asks.price[i]) << 32) + asks.tie[i]
    if its > theirs[j, 0]:
        if alone:
            push(theirs, j, 0, its)
        else:
            push_distinct(theirs, j, its)
        least = least_product(theirs[j, 0])
        for at in range(lanes.start[j], lanes.start[j + 1]):
            need[lanes.lane_of[at]] = least


@jit
def set_need(lanes: Lanes, theirs: Array, need: Array) -> None:
    """need float32[x]: the product that enters the list of each lane's investor; -1 while anything does."""
    for x in range(need.size):
        need[x] = least_product(theirs[lanes.owner[x], 0]) if lanes.row[x] >= 0 else np.float32(np.inf)


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
            lane = lanes.lane_of[at]
            if lanes.start[j + 1] - lanes.start[j] > 1 and not _passes(lanes, asks, i, lane, room):
                continue
            ours, theirs = pair_fits(lanes, asks, i, lane, room.level, True)
            log, key = np.int64(lanes.log[ours]) + np.int64(lanes.log[theirs]), lanes.mandate_key[lane]
            if log > best or (log == best and key < best_key):
                best, best_key = log, key
                u[p], v[p], mandate[p] = ours, theirs, lanes.row[lane]
                copy(levels[p], room.level)


@inlined
def _passes(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> bool:
    """Whether this lane, one of several of a listed investor, passes the gates."""
    eligible(lanes, asks, i, lane >> 6, room.one, room.some[:1])
    return (room.one[0] >> np.uint64(lane & 63)) & np.uint64(1) != 0
