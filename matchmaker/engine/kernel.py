"""The kernel: every pair of a block of startups with all mandates, both sides' top k in one pass.

Per startup: AND the gate bitmaps (64 lanes a word); per run of 256 lanes that is not empty, add up both fits
without the text; keep the lanes whose best possible product still enters a list; only for those look up the
text; push them on the heaps of both sides. Whole numbers decide everything; the floating-point bound may
only let too many through.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matchmaker.engine.columns import TEXT_SHIFT, TEXT_STEPS, TOP_LEVEL, Array, Must
from matchmaker.engine.factors import HALF, SHARES
from matchmaker.engine.instructions import CHUNK, HAS_DOT, count_bits, dot_of_chunks, lowest_bit
from matchmaker.engine.layout import RUN, RUNS_OF_A_TILE, Asks, Lanes
from matchmaker.engine.ranking import NOTHING, OCTAVE, PIN

SECTOR, STAGE, TICKET, PLACE, NEEDS, FORMS, TEXT, ACTIVITY = range(8)
WORDS = RUN // 64
SPARSE = 6  # so few lanes of a run are scored one by one (40 ns each; the whole run takes 400)
TILE = RUNS_OF_A_TILE * WORDS
MUST_SECTOR, MUST_STAGE, MUST_TICKET, MUST_PLACE, MUST_FORMS = (int(bit) for bit in Must)
TIE_MASK = (1 << 32) - 1
MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1
SAFE = np.float32(0.9999)  # more than the bound's own rounding, see floor_product

# Without reference counts (_nrt): nothing here makes an array, and counting every view of every array in the
# inner loops took nine tenths of the time. Inlined, because the sides travel as tuples of forty arrays.
jit = njit(cache=True, nogil=True, _nrt=False)
inlined = njit(nogil=True, _nrt=False, forceinline=True)


class Room(NamedTuple):
    """What the kernel writes on while it works on one startup."""

    bits: Array  # uint64[TILE] lanes that pass the gates
    some: Array  # uint64[TILE]
    pinned: Array  # uint64[TILE] boosted lanes
    one: Array  # uint64[1]
    acc: Array  # uint16[256]
    us: Array  # uint32[256]
    vs: Array  # uint32[256]
    flag: Array  # bool[256]
    level: Array  # uint8[8]


def new_room() -> Room:
    """Room for one worker."""
    return Room(
        np.zeros(TILE, np.uint64),
        np.zeros(TILE, np.uint64),
        np.zeros(TILE, np.uint64),
        np.zeros(1, np.uint64),
        np.zeros(RUN, np.uint16),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.bool_),
        np.zeros(8, np.uint8),
    )


# --- gates -------------------------------------------------------------------------------------------------


@inlined
def eligible(lanes: Lanes, asks: Asks, i: int, w: int, bits: Array, some: Array) -> None:
    """Set bits uint64[TILE] to the lanes of words w … w + TILE - 1 that pass every gate with startup i."""
    must, to = asks.must[i], w + bits.size
    _copy(bits, lanes.real[w:to])
    _meet_any(
        lanes.sector_gate[int(must & MUST_SECTOR != 0), :, w:to], asks, 4 * i, lanes.offset[0], bits, some
    )
    _meet_any(
        lanes.stage_gate[int(must & MUST_STAGE != 0), :, w:to], asks, 4 * i + 1, lanes.offset[1], bits, some
    )
    _meet_any(
        lanes.place_gate[int(must & MUST_PLACE != 0), :, w:to], asks, 4 * i + 2, lanes.offset[2], bits, some
    )
    if asks.ask[i, 0] >= 0:
        hard = int(must & MUST_TICKET != 0)
        _keep(bits, lanes.low_gate[hard, asks.ask[i, 1], w:to])
        _keep(bits, lanes.high_gate[hard, asks.ask[i, 0], w:to])
    if asks.forms[i]:
        _meet_form(lanes.form_gate[int(must & MUST_FORMS != 0), :, w:to], asks.forms[i], bits, some)
    for word in range(asks.traits.shape[1]):
        _drop_all(lanes.refuser[64 * word : 64 * word + 64, w:to], asks.traits[i, word], bits)
        _drop_all(lanes.trait[64 * word : 64 * word + 64, w:to], asks.refuses[i, word], bits)


@inlined
def _meet_any(gate: Array, asks: Asks, group: int, offset: int, bits: Array, some: Array) -> None:
    """Keep the lanes that let in one of the startup's values; all of them if it states none."""
    first, last = asks.slot[group], asks.slot[group + 1]
    if first < last:
        some[:] = 0
        for t in range(first, last):
            _unite(some, gate[asks.slot_row[t] - offset])
        _keep(bits, some)


@inlined
def _meet_form(gate: Array, forms: int, bits: Array, some: Array) -> None:
    some[:] = 0
    left = forms
    while left:
        _unite(some, gate[lowest_bit(left)])
        left &= left - np.uint64(1)
    _keep(bits, some)


@inlined
def _drop_all(table: Array, values: int, bits: Array) -> None:
    left = values
    while left:
        _lose(bits, table[lowest_bit(left)])
        left &= left - np.uint64(1)


@inlined
def _copy(to: Array, what: Array) -> None:
    for x in range(to.size):
        to[x] = what[x]


@inlined
def _keep(bits: Array, other: Array) -> None:
    for w in range(bits.size):
        bits[w] &= other[w]


@inlined
def _unite(bits: Array, other: Array) -> None:
    for w in range(bits.size):
        bits[w] |= other[w]


@inlined
def _lose(bits: Array, other: Array) -> None:
    for w in range(bits.size):
        bits[w] &= ~other[w]


@inlined
def take_out(lanes: Lanes, investors: Array, w: int, bits: Array, taken: Array) -> None:
    """Move the lanes of these investors from bits, which begin at word w, to taken."""
    for j in investors:
        for at in range(lanes.start[j], lanes.start[j + 1]):
            lane = lanes.lane_of[at]
            word = (lane >> 6) - w
            if 0 <= word < bits.size:
                one = np.uint64(1) << np.uint64(lane & 63)
                taken[word] |= bits[word] & one
                bits[word] &= ~one


# --- fits without the text ---------------------------------------------------------------------------------
#
# Each loop below runs over the 256 lanes of a run, touches three or four short rows that stay in the first
# cache, and is turned into vector instructions by the compiler. The rows are passed in as slices and never
# bound to a name: a name that lives across a branch costs two atomic reference counts (text_level took 230 ns
# a pair with names, and takes 8 without).


@inlined
def fit_run(lanes: Lanes, asks: Asks, i: int, at: int, acc: Array, us: Array, vs: Array) -> None:
    """us, vs uint32[256]: both fits of startup i with the lanes at … at + 255, all factors but the text."""
    us[:] = 0
    vs[:] = 0
    _mixed(lanes, asks, i, 4 * i, SECTOR, at, acc, us, vs)
    _mixed(lanes, asks, i, 4 * i + 1, STAGE, at, acc, us, vs)
    _mixed(lanes, asks, i, 4 * i + 2, PLACE, at, acc, us, vs)
    _mixed(lanes, asks, i, 4 * i + 3, NEEDS, at, acc, us, vs)
    _ticket(lanes, asks, i, at, acc, us, vs)
    _forms(lanes, asks, i, at, acc, us, vs)
    acc[:] = 0
    _mix_row(acc, lanes.bytes[lanes.offset[4], at : at + RUN], np.uint16(SHARES))
    _add(asks.weights[i, ACTIVITY], lanes.weights[ACTIVITY, at : at + RUN], acc, us, vs)


@inlined
def _mixed(
    lanes: Lanes, asks: Asks, i: int, group: int, factor: int, at: int, acc: Array, us: Array, vs: Array
) -> None:
    """Add a factor that is a weighted mean of the mandates' bytes."""
    first, last = asks.slot[group], asks.slot[group + 1]
    if first == last:
        acc[:] = lanes.neutral[factor] << 8
    else:
        acc[:] = HALF
    for t in range(first, last):
        _mix_row(acc, lanes.bytes[asks.slot_row[t], at : at + RUN], asks.slot_share[t])
    _add(asks.weights[i, factor], lanes.weights[factor, at : at + RUN], acc, us, vs)


@inlined
def _mix_row(acc: Array, row: Array, share: int) -> None:
    for x in range(RUN):
        acc[x] = np.uint16(acc[x] + share * np.uint16(row[x]))


@inlined
def _add(ours: int, theirs: Array, acc: Array, us: Array, vs: Array) -> None:
    """Add the level acc >> 8 to both fits, each with its side's weight."""
    for x in range(RUN):
        level = np.uint32(acc[x] >> np.uint16(8))
        us[x] = np.uint32(us[x] + np.uint32(ours) * level)
        vs[x] = np.uint32(vs[x] + np.uint32(theirs[x]) * level)


@inlined
def _ticket(lanes: Lanes, asks: Asks, i: int, at: int, acc: Array, us: Array, vs: Array) -> None:
    if asks.ask[i, 0] < 0:
        acc[:] = lanes.neutral[TICKET] << 8
    else:
        _overlap(
            acc,
            lanes.low[at : at + RUN],
            lanes.high[at : at + RUN],
            asks.ask[i, 0],
            asks.ask[i, 1],
            np.uint16(lanes.neutral[TICKET] << 8),
        )
    _add(asks.weights[i, TICKET], lanes.weights[TICKET, at : at + RUN], acc, us, vs)


@inlined
def _overlap(acc: Array, low: Array, high: Array, first: int, last: int, neutral: int) -> None:
    of = np.uint16(-(-TOP_LEVEL * SHARES // (last - first + 1)))
    for x in range(RUN):
        overlap = np.int16(np.int16(min(high[x], last)) - np.int16(max(low[x], first)) + np.int16(1))
        level = np.uint16(np.uint16(max(overlap, np.int16(0))) * of)
        acc[x] = neutral if low[x] < 0 else level


@inlined
def _forms(lanes: Lanes, asks: Asks, i: int, at: int, acc: Array, us: Array, vs: Array) -> None:
    if asks.forms[i] == 0:
        acc[:] = lanes.neutral[FORMS] << 8
    else:
        acc[:] = 0
        left = asks.forms[i]
        while left:
            _mix_row(acc, lanes.bytes[lanes.offset[5] + lowest_bit(left), at : at + RUN], np.uint16(1))
            left &= left - np.uint64(1)
        _of_fewer(acc, lanes.forms_of[at : at + RUN], asks.forms_of[i], np.uint16(lanes.neutral[FORMS] << 8))
    _add(asks.weights[i, FORMS], lanes.weights[FORMS, at : at + RUN], acc, us, vs)


@inlined
def _of_fewer(acc: Array, theirs: Array, ours: int, neutral: int) -> None:
    for x in range(RUN):
        level = np.uint16(acc[x] * max(ours, theirs[x]))
        acc[x] = neutral if theirs[x] == 0 else level


# --- the text ----------------------------------------------------------------------------------------------


@inlined
def text_level(lanes: Lanes, asks: Asks, i: int, lane: int) -> int:
    """The text's level, exactly."""
    if not asks.text_stated[i] or not lanes.text_stated[lane]:
        return np.int64(lanes.neutral[TEXT])
    dot = dot_product(asks.text[i], lanes.text[lane], lanes.text_shift[lane])
    return np.int64(lanes.text_level[min(max(dot, 0), MAX_DOT) >> TEXT_SHIFT])


@inlined
def _dot_by_loop(ours: Array, theirs: Array, _shift: int) -> int:
    """Of two rows of signed bytes. The typed sum becomes vector instructions: 12 ns for 384 numbers."""
    dot = np.int32(0)
    for d in range(ours.size):
        dot = np.int32(dot + np.int32(ours[d]) * np.int32(theirs[d]))
    return dot


@inlined
def _dot_by_instruction(ours: Array, theirs: Array, shift: int) -> int:
    """The same in 4 ns; `shift` is 128 · Σ theirs, which the unsigned operand adds."""
    if ours.size % CHUNK:
        return _dot_by_loop(ours, theirs, shift)
    return np.int32(dot_of_chunks(ours, theirs) - shift)


dot_product = _dot_by_instruction if HAS_DOT else _dot_by_loop


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
def pass_gates(lanes: Lanes, asks: Asks, i: int, w: int, room: Room) -> None:
    """Set room.bits and room.pinned to the lanes that startup i may meet, the boosted ones apart."""
    eligible(lanes, asks, i, w, room.bits, room.some)
    if asks.skip[i] != asks.skip[i + 1]:
        take_out(lanes, asks.skip_whom[asks.skip[i] : asks.skip[i + 1]], w, room.bits, room.some)
    if asks.pin[i] != asks.pin[i + 1]:
        room.pinned[:] = 0
        take_out(lanes, asks.pin_whom[asks.pin[i] : asks.pin[i + 1]], w, room.bits, room.pinned)


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
        at = 64 * (w + first)
        if count > SPARSE:
            fit_run(lanes, asks, i, at, room.acc, room.us, room.vs)
            bar = np.float32(-1.0) if bonus else least_product(own[b, 0])
            promising(lanes, asks, i, at, room.us, room.vs, need, bar, room.flag)
            for word in range(WORDS):
                left = bits[first + word] & _packed(room.flag[64 * word : 64 * word + 64])
                while left:
                    x = 64 * word + np.int64(lowest_bit(left))
                    left &= left - np.uint64(1)
                    _weigh(lanes, asks, i, at + x, room.us[x], room.vs[x], bonus, own, b, theirs, need)
        elif count:
            for word in range(WORDS):
                left = bits[first + word]
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
    """Add the text to both fits; look up the logarithms only of a product that enters (they lie far apart)."""
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
                _copy(levels[p], room.level)


@inlined
def _passes(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> bool:
    """Whether this lane, one of several of a listed investor, passes the gates."""
    eligible(lanes, asks, i, lane >> 6, room.one, room.some[:1])
    return (room.one[0] >> np.uint64(lane & 63)) & np.uint64(1) != 0


@inlined
def pair_fits(
    lanes: Lanes, asks: Asks, i: int, lane: int, level: Array, with_text: bool
) -> tuple[int, int]:
    """Both fits of one pair, the text left out if so wished; its levels are left in level[8]."""
    level[SECTOR] = _pair_mix(lanes, asks, 4 * i, SECTOR, lane)
    level[STAGE] = _pair_mix(lanes, asks, 4 * i + 1, STAGE, lane)
    level[TICKET] = _pair_ticket(lanes, asks, i, lane)
    level[PLACE] = _pair_mix(lanes, asks, 4 * i + 2, PLACE, lane)
    level[NEEDS] = _pair_mix(lanes, asks, 4 * i + 3, NEEDS, lane)
    level[FORMS] = _pair_forms(lanes, asks, i, lane)
    level[TEXT] = text_level(lanes, asks, i, lane) if with_text else 0
    level[ACTIVITY] = lanes.bytes[lanes.offset[4], lane]
    u, v = 0, 0
    for f in range(8):
        u += asks.weights[i, f] * np.int64(level[f])
        v += lanes.weights[f, lane] * np.int64(level[f])
    return u, v


@inlined
def _pair_mix(lanes: Lanes, asks: Asks, group: int, factor: int, lane: int) -> int:
    first, last = asks.slot[group], asks.slot[group + 1]
    if first == last:
        return np.int64(lanes.neutral[factor])
    total = np.int64(HALF)
    for t in range(first, last):
        total += np.int64(asks.slot_share[t]) * lanes.bytes[asks.slot_row[t], lane]
    return total >> 8


@inlined
def _pair_ticket(lanes: Lanes, asks: Asks, i: int, lane: int) -> int:
    first, last = np.int64(asks.ask[i, 0]), np.int64(asks.ask[i, 1])
    if first < 0 or lanes.low[lane] < 0:
        return np.int64(lanes.neutral[TICKET])
    overlap = min(np.int64(lanes.high[lane]), last) - max(np.int64(lanes.low[lane]), first) + 1
    return TOP_LEVEL * max(overlap, 0) // (last - first + 1)


@inlined
def _pair_forms(lanes: Lanes, asks: Asks, i: int, lane: int) -> int:
    if asks.forms[i] == 0 or lanes.forms_of[lane] == 0:
        return np.int64(lanes.neutral[FORMS])
    common = np.int64(0)
    left = asks.forms[i]
    while left:
        common += lanes.bytes[lanes.offset[5] + lowest_bit(left), lane]
        left &= left - np.uint64(1)
    return (common * max(np.int64(asks.forms_of[i]), np.int64(lanes.forms_of[lane]))) >> 8
