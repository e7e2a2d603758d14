"""Both fits of a startup with a run of 256 lanes, or with one lane; the text apart, because it costs."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.columns import TEXT_SHIFT, TEXT_STEPS, Array
from matchmaker.engine.factors import HALF
from matchmaker.engine.instructions import (
    CHUNK,
    HAS_DOT,
    copy_bytes,
    count_bits,
    dot_of_chunks,
    mix_rows,
    weigh_levels,
)
from matchmaker.engine.layout import Asks, Lanes
from matchmaker.engine.level_rows import ACTIVITY, FORMS, NEEDS, PLACE, SECTOR, STAGE, TEXT, TICKET
from matchmaker.engine.room import Room, inlined
from matchmaker.engine.tiles import LANES, RUN

MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1
_mix, _copy = mix_rows(RUN), copy_bytes(RUN)
_weigh = weigh_levels(RUN, LANES)


@inlined
def fit_run(lanes: Lanes, asks: Asks, i: int, at: int, room: Room) -> None:
    """room.us, room.vs int32[256]: both fits of startup i with the lanes at … at + 255, the text at its best;
    room.levels uint8[8·256]: what they are made of."""
    tile, x = at // LANES, at % LANES
    for factor in (SECTOR, STAGE, TICKET, PLACE, NEEDS, TEXT, ACTIVITY):
        _mix_run(lanes, asks, 8 * i + factor, tile * lanes.tile_bytes + x, room.levels, factor * RUN)
    _form_levels(
        room.levels[FORMS * RUN : FORMS * RUN + RUN],
        asks.forms[i],
        asks.forms_of[i],
        lanes.forms[at : at + RUN],
        lanes.forms_of[at : at + RUN],
        lanes.neutral[FORMS],
    )
    _weigh(room.us, room.vs, room.levels, asks.weights, 8 * i, lanes.weights, 2 * (4 * LANES * tile + x))


@inlined
def _mix_run(lanes: Lanes, asks: Asks, group: int, base: int, levels: Array, to: int) -> None:
    """Mix the rows of one factor; a single one, as most are, is simply copied."""
    first, last = asks.slot[group], asks.slot[group + 1]
    if last - first == 1:
        _copy(levels, to, lanes.bytes, base + asks.slot_row[first])
    else:
        _mix(levels, to, lanes.bytes, base, asks.slot_row, asks.slot_share, first, last)


@inlined
def _form_levels(
    levels: Array, ours: int, ours_of: int, forms: Array, theirs_of: Array, neutral: int
) -> None:
    """Forms in common of the shorter list; neutral where one side stated none."""
    for x in range(RUN):
        common = np.uint16(count_bits(forms[x] & ours))
        level = np.uint16(common * max(ours_of, theirs_of[x])) >> np.uint16(8)
        levels[x] = neutral if (theirs_of[x] == 0) | (ours_of == 0) else level


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
def pair_fits(lanes: Lanes, asks: Asks, i: int, lane: int, level: Array, exact: bool) -> tuple[int, int]:
    """Both fits of one pair, its levels left in level[8]; the text at its best unless `exact`."""
    base = lane // LANES * lanes.tile_bytes + lane % LANES
    for factor in range(8):
        level[factor] = _pair_mix(lanes, asks, 8 * i + factor, base)
    level[FORMS] = _pair_forms(lanes, asks, i, lane)
    if exact:
        level[TEXT] = text_level(lanes, asks, i, lane)
    u, v = np.int64(0), np.int64(0)
    for factor in range(8):
        u += np.int64(asks.weights[8 * i + factor]) * np.int64(level[factor])
        v += np.int64(weight_of(lanes, lane, factor)) * np.int64(level[factor])
    return u, v


@inlined
def weight_of(lanes: Lanes, lane: int, factor: int) -> int:
    """What a factor counts for the mandate of a lane."""
    row = 4 * (lane // LANES) + factor // 2
    return np.int64(lanes.weights[2 * (row * LANES + lane % LANES) + factor % 2])


@inlined
def _pair_mix(lanes: Lanes, asks: Asks, group: int, base: int) -> int:
    total = np.int64(HALF)
    for t in range(asks.slot[group], asks.slot[group + 1]):
        total += np.int64(asks.slot_share[t]) * np.int64(lanes.bytes[base + asks.slot_row[t]])
    return total >> 8


@inlined
def _pair_forms(lanes: Lanes, asks: Asks, i: int, lane: int) -> int:
    if asks.forms[i] == 0 or lanes.forms_of[lane] == 0:
        return np.int64(lanes.neutral[FORMS])
    common = np.int64(count_bits(lanes.forms[lane] & asks.forms[i]))
    return (common * max(np.int64(asks.forms_of[i]), np.int64(lanes.forms_of[lane]))) >> 8
