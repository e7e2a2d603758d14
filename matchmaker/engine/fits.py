"""Both fits of a startup with a run of 256 lanes, or with one lane; the text apart, because it costs."""

from __future__ import annotations

from typing import Any

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
from matchmaker.engine.room import inlined
from matchmaker.engine.tiles import LANES

MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1


# Each of these makes a function for `width` lanes at a time: a width that the compiler knows.


def fit_over(width: int) -> Any:
    """Make fit(lanes, asks, i, at, levels, us, vs): both fits of startup i with the lanes from `at`.

    us, vs int32[width] hold the fits, the text at its best; levels uint8[8 · width] what they are made of,
    factor by factor.
    """
    mix_factor, form_levels, weigh = _mix_over(width), _forms_over(width), weigh_levels(width, LANES)

    @inlined
    def fit(lanes: Lanes, asks: Asks, i: int, at: int, levels: Array, us: Array, vs: Array) -> None:
        tile, x = at // LANES, at % LANES
        for factor in (SECTOR, STAGE, TICKET, PLACE, NEEDS, TEXT, ACTIVITY):
            mix_factor(lanes, asks, 8 * i + factor, tile * lanes.tile_bytes + x, levels, factor * width)
        form_levels(lanes, asks, i, at, levels[FORMS * width : FORMS * width + width])
        weigh(us, vs, levels, asks.weights, 8 * i, lanes.weights, 2 * (4 * LANES * tile + x))

    return fit


def _mix_over(width: int) -> Any:
    mix, copy = mix_rows(width), copy_bytes(width)

    @inlined
    def mix_factor(lanes: Lanes, asks: Asks, group: int, base: int, levels: Array, to: int) -> None:
        """Mix the rows of one factor; a single one, as most are, is simply copied."""
        first, last = asks.slot[group], asks.slot[group + 1]
        if last - first == 1:
            copy(levels, to, lanes.bytes, base + asks.slot_row[first])
        else:
            mix(levels, to, lanes.bytes, base, asks.slot_row, asks.slot_share, first, last)

    return mix_factor


def _forms_over(width: int) -> Any:
    @inlined
    def form_levels(lanes: Lanes, asks: Asks, i: int, at: int, levels: Array) -> None:
        """Forms in common of the shorter list; neutral where one side stated none."""
        ours, ours_of, neutral = asks.forms[i], asks.forms_of[i], lanes.neutral[FORMS]
        forms, theirs_of = lanes.forms[at : at + width], lanes.forms_of[at : at + width]
        for x in range(width):
            common = np.uint16(count_bits(forms[x] & ours))
            level = np.uint16(common * max(ours_of, theirs_of[x])) >> np.uint16(8)
            levels[x] = neutral if (theirs_of[x] == 0) | (ours_of == 0) else level

    return form_levels


def mark_over(width: int) -> Any:
    """Make mark(us, vs, need, own_dear, own, dear, flag): the lanes whose product reaches a list's bar."""

    @inlined
    def mark(
        us: Array, vs: Array, need: Array, own_dear: float, own: float, dear: Array, flag: Array
    ) -> None:
        for x in range(width):
            u, v = np.float32(max(us[x], np.int32(1))), np.float32(max(vs[x], np.int32(1)))
            flag[x] = u * v >= min(need[x] * own_dear, own * dear[x])

    return mark


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
