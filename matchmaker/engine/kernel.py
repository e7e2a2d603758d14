"""The kernel: every pair of a block of startups with all mandates, both sides' top k in one pass.

Per startup: AND the gate bitmaps (64 lanes a word); per run of 256 lanes that is not empty, add up both fits
without the text; keep the lanes whose best possible product still enters a list; only for those look up the
text; push them on the heaps of both sides. Whole numbers decide everything; the floating-point bound may
only let too many through.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from matchmaker.engine.columns import TEXT_SHIFT, TEXT_STEPS, TOP_LEVEL, Array, Must
from matchmaker.engine.factors import HALF, SHARES
from matchmaker.engine.layout import RUN, Asks, Lanes
from matchmaker.engine.ranking import NOTHING, OCTAVE, PIN

SECTOR, STAGE, TICKET, PLACE, NEEDS, FORMS, TEXT, ACTIVITY = range(8)
WORDS = RUN // 64
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

    bits: Array  # uint64[x/64] lanes that pass the gates
    some: Array  # uint64[x/64]
    pinned: Array  # uint64[x/64] boosted lanes
    acc: Array  # uint16[256]
    us: Array  # uint32[256]
    vs: Array  # uint32[256]
    flag: Array  # bool[256]
    level: Array  # uint8[8]


def new_room(lanes: Lanes) -> Room:
    """Room for a layout of this size."""
    words = lanes.real.size
    return Room(
        np.zeros(words, np.uint64),
        np.zeros(words, np.uint64),
        np.zeros(words, np.uint64),
        np.zeros(RUN, np.uint16),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.bool_),
        np.zeros(8, np.uint8),
    )


@intrinsic
def lowest_bit(_typing: Any, word: Any) -> Any:
    """The index of the lowest set bit of a word that is not nought."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), code


# --- gates -------------------------------------------------------------------------------------------------


@inlined
def eligible(lanes: Lanes, asks: Asks, i: int, bits: Array, some: Array) -> None:
    """Set bits[x/64] to the lanes that pass every gate with startup i; `some` is room for a union."""
    must = asks.must[i]
    _copy(bits, lanes.real)
    _meet_any(lanes.sector_gate[int(must & MUST_SECTOR != 0)], asks, 4 * i, lanes.offset[0], bits, some)
    _meet_any(lanes.stage_gate[int(must & MUST_STAGE != 0)], asks, 4 * i + 1, lanes.offset[1], bits, some)
    _meet_any(lanes.place_gate[int(must & MUST_PLACE != 0)], asks, 4 * i + 2, lanes.offset[2], bits, some)
    if asks.ask[i, 0] >= 0:
        hard = int(must & MUST_TICKET != 0)
        _keep(bits, lanes.low_gate[hard, asks.ask[i, 1]])
        _keep(bits, lanes.high_gate[hard, asks.ask[i, 0]])
    if asks.forms[i]:
        _meet_form(lanes.form_gate[int(must & MUST_FORMS != 0)], asks.forms[i], bits, some)
    for w in range(asks.traits.shape[1]):
        _drop_all(lanes.refuser, asks.traits[i, w], 64 * w, bits)
        _drop_all(lanes.trait, asks.refuses[i, w], 64 * w, bits)


@inlined
def _meet_any(gate: Array, asks: Asks, group: int, offset: int, bits: Array, some: Array) -> None:
    """Keep the lanes that let in one of the startup's values; all of them if it states none."""
    first, last = asks.slot[group], asks.slot[group + 1]
    if last == first + 1:
        _keep(bits, gate[asks.slot_row[first] - offset])
    elif first < last:
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
def _drop_all(table: Array, values: int, offset: int, bits: Array) -> None:
    left = values
    while left:
        _lose(bits, table[offset + lowest_bit(left)])
        left &= left - np.uint64(1)


@inlined
def _copy(to: Array, what: Array) -> None:
    for w in range(to.size):
        to[w] = what[w]


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
def take_out(lanes: Lanes, investors: Array, bits: Array, taken: Array) -> None:
    """Move the lanes of these investors from bits to taken."""
    for j in investors:
        for at in range(lanes.start[j], lanes.start[j + 1]):
            lane = lanes.lane_of[at]
            one = np.uint64(1) << np.uint64(lane & 63)
            taken[lane >> 6] |= bits[lane >> 6] & one
            bits[lane >> 6] &= ~one


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
        _of_fewer(
            acc, lanes.forms_of[at : at + RUN], asks.forms_of[i], np.uint16(lanes.neutral[FORMS] << 8)
        )
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
    dot = min(max(dot_product(asks.text[i], lanes.text[lane]), 0), MAX_DOT)
    return np.int64(lanes.text_level[dot >> TEXT_SHIFT])


@inlined
def dot_product(ours: Array, theirs: Array) -> int:
    """Of two rows of signed bytes. The typed sum is what lets it become vector instructions (3 × as fast)."""
    dot = np.int32(0)
    for d in range(ours.size):
        dot = np.int32(dot + np.int32(ours[d]) * np.int32(theirs[d]))
    return dot


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


# --- heaps -------------------------------------------------------------------------------------------------


@inlined
def push(heaps: Array, r: int, value: int) -> None:
    """Replace the least of heap r of heaps int64[r,k] (the least stands first) by a greater value."""
    _sift_down(heaps, r, 0, value)


@inlined
def push_distinct(heaps: Array, r: int, value: int) -> None:
    """The same for a counterpart that may stand in the heap already, by another thesis."""
    for at in range(heaps.shape[1]):
        if heaps[r, at] & TIE_MASK == value & TIE_MASK:
            if heaps[r, at] < value:
                _sift_down(heaps, r, at, value)
            return
    _sift_down(heaps, r, 0, value)


@inlined
def _sift_down(heaps: Array, r: int, start: int, value: int) -> None:
    k, at = heaps.shape[1], start
    while True:
        child = 2 * at + 1
        if child >= k:
            break
        if child + 1 < k and heaps[r, child + 1] < heaps[r, child]:
            child += 1
        if heaps[r, child] >= value:
            break
        heaps[r, at] = heaps[r, child]
        at = child
    heaps[r, at] = value


# --- pairs -------------------------------------------------------------------------------------------------


@inlined
def scan(
    lanes: Lanes, asks: Asks, i: int, bits: Array, bonus: int, lists: Array, b: int,
    heaps: Array, need: Array, room: Room,
) -> None:  # fmt: skip
    """Offer every eligible pair of startup i to its own heap, lists[b], and to the investors' heaps."""
    for run in range(bits.size // WORDS):
        first = run * WORDS
        if not (bits[first] | bits[first + 1] | bits[first + 2] | bits[first + 3]):
            continue
        at = run * RUN
        fit_run(lanes, asks, i, at, room.acc, room.us, room.vs)
        own = np.float32(-1.0) if bonus or lists[b, 0] == NOTHING else floor_product(lists[b, 0] >> 32)
        promising(lanes, asks, i, at, room.us, room.vs, need, own, room.flag)
        for w in range(WORDS):
            left = bits[first + w] & _packed(room.flag[64 * w : 64 * w + 64])
            while left:
                x = 64 * w + np.int64(lowest_bit(left))
                left &= left - np.uint64(1)
                level = text_level(lanes, asks, i, at + x)
                u = np.int64(room.us[x]) + np.int64(asks.weights[i, TEXT]) * level
                v = np.int64(room.vs[x]) + np.int64(lanes.weights[TEXT, at + x]) * level
                rank = np.int64(lanes.log[u]) + np.int64(lanes.log[v]) + bonus
                offer(lanes, asks, i, at + x, rank, lists, b, heaps, need)


@inlined
def _packed(flag: Array) -> int:
    """64 flags of one byte each as the bits of a word."""
    word = np.uint64(0)
    for x in range(64):
        word |= np.uint64(flag[x]) << np.uint64(x)
    return word


@inlined
def offer(
    lanes: Lanes, asks: Asks, i: int, lane: int, rank: int, lists: Array, b: int, heaps: Array, need: Array
) -> None:
    """Put the pair on both sides' heaps if it beats their least."""
    j = lanes.owner[lane]
    first, last = lanes.start[j], lanes.start[j + 1]
    mine = ((rank - lanes.price[j]) << 32) + lanes.tie[j]
    theirs = ((rank - asks.price[i]) << 32) + asks.tie[i]
    if mine > lists[b, 0]:
        if last - first > 1:
            push_distinct(lists, b, mine)
        else:
            push(lists, b, mine)
    if theirs > heaps[j, 0]:
        if last - first > 1:
            push_distinct(heaps, j, theirs)
        else:
            push(heaps, j, theirs)
        if heaps[j, 0] != NOTHING:
            least = floor_product(heaps[j, 0] >> 32)
            for at in range(first, last):
                need[lanes.lane_of[at]] = least


@jit
def rank_block(
    lanes: Lanes, asks: Asks, rows: Array, lists: Array, heaps: Array, need: Array, room: Room
) -> None:
    """Carry on the heaps (least first) of startups rows[b], lists int64[b,k], and of the investors, heaps
    int64[c,k]; a heap may begin with a bar instead of NOTHING. need float32[x] follows the investors' heaps."""
    for b in range(rows.size):
        i = rows[b]
        pass_gates(lanes, asks, i, room)
        scan(lanes, asks, i, room.bits, 0, lists, b, heaps, need, room)
        if asks.pin[i] != asks.pin[i + 1]:
            scan(lanes, asks, i, room.pinned, PIN, lists, b, heaps, need, room)


@njit(cache=True, nogil=True)
def sort_lists(lists: Array) -> None:
    """Turn heaps int64[r,k] into lists, best first."""
    for r in range(lists.shape[0]):
        lists[r] = np.sort(lists[r])[::-1]


@jit
def set_need(lanes: Lanes, heaps: Array, need: Array) -> None:
    """need float32[x]: the product that enters each lane's heap; -1 while anything does."""
    for x in range(need.size):
        least = heaps[lanes.owner[x], 0] if lanes.row[x] >= 0 else NOTHING
        need[x] = np.float32(-1.0) if least == NOTHING else floor_product(least >> 32)


@inlined
def pass_gates(lanes: Lanes, asks: Asks, i: int, room: Room) -> None:
    """Set room.bits and room.pinned to the lanes that startup i may meet, the boosted ones apart."""
    eligible(lanes, asks, i, room.bits, room.some)
    if asks.skip[i] != asks.skip[i + 1]:
        take_out(lanes, asks.skip_whom[asks.skip[i] : asks.skip[i + 1]], room.bits, room.some)
    if asks.pin[i] != asks.pin[i + 1]:
        room.pinned[:] = 0
        take_out(lanes, asks.pin_whom[asks.pin[i] : asks.pin[i + 1]], room.bits, room.pinned)


# --- what a listed pair is made of -------------------------------------------------------------------------


@jit
def describe(
    lanes: Lanes, asks: Asks, whose: Array, whom: Array, order: Array,
    u: Array, v: Array, levels: Array, mandate: Array, room: Room,
) -> None:  # fmt: skip
    """Fill u, v, levels[…,8] and mandate of the pairs startup whose[p] × investor whom[p]; `order` lists the
    pairs startup by startup."""
    before = -1
    for p in order:
        i = whose[p]
        if i != before:
            pass_gates(lanes, asks, i, room)
            if asks.pin[i] != asks.pin[i + 1]:
                for w in range(room.bits.size):
                    room.bits[w] |= room.pinned[w]
            before = i
        _describe_pair(lanes, asks, i, whom[p], p, room, u, v, levels, mandate)


@inlined
def _describe_pair(
    lanes: Lanes,
    asks: Asks,
    i: int,
    j: int,
    p: int,
    room: Room,
    u: Array,
    v: Array,
    levels: Array,
    mandate: Array,
) -> None:
    """Fill place p from the best of the investor's theses that pass the gates."""
    best, best_key = -1, 0
    for at in range(lanes.start[j], lanes.start[j + 1]):
        lane = lanes.lane_of[at]
        if (room.bits[lane >> 6] >> np.uint64(lane & 63)) & np.uint64(1):
            ours, theirs = pair_fits(lanes, asks, i, lane, room.level)
            log, key = np.int64(lanes.log[ours]) + lanes.log[theirs], lanes.mandate_key[lane]
            if log > best or (log == best and key < best_key):
                best, best_key = log, key
                u[p], v[p], mandate[p] = ours, theirs, lanes.row[lane]
                _copy(levels[p], room.level)


@inlined
def pair_fits(lanes: Lanes, asks: Asks, i: int, lane: int, level: Array) -> tuple[int, int]:
    """Both fits of one pair; its levels are left in level[8]."""
    level[SECTOR] = _pair_mix(lanes, asks, 4 * i, SECTOR, lane)
    level[STAGE] = _pair_mix(lanes, asks, 4 * i + 1, STAGE, lane)
    level[TICKET] = _pair_ticket(lanes, asks, i, lane)
    level[PLACE] = _pair_mix(lanes, asks, 4 * i + 2, PLACE, lane)
    level[NEEDS] = _pair_mix(lanes, asks, 4 * i + 3, NEEDS, lane)
    level[FORMS] = _pair_forms(lanes, asks, i, lane)
    level[TEXT] = text_level(lanes, asks, i, lane)
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
