"""Both fits of a startup with a run of 256 lanes, or with one lane; the text apart, because it costs."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.columns import TEXT_SHIFT, TEXT_STEPS, TOP_LEVEL, Array
from matchmaker.engine.factors import HALF, SHARES
from matchmaker.engine.instructions import CHUNK, HAS_DOT, dot_of_chunks, lowest_bit
from matchmaker.engine.layout import RUN, Asks, Lanes
from matchmaker.engine.room import ACTIVITY, FORMS, NEEDS, PLACE, SECTOR, STAGE, TEXT, TICKET, inlined

MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1

# Each loop over a run touches three or four short rows that stay in the first cache, and becomes vector
# instructions by the compiler: all factors but the text take 1.5 ns a lane.


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


# --- one pair ----------------------------------------------------------------------------------------------


@inlined
def pair_fits(lanes: Lanes, asks: Asks, i: int, lane: int, level: Array, with_text: bool) -> tuple[int, int]:
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
