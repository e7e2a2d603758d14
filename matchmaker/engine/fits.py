"""Both fits of a startup with lanes side by side, the text at its best; or with one lane, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.engine.bits import count_bits
from matchmaker.engine.factors import HALF
from matchmaker.engine.layout import Asks, Lanes
from matchmaker.engine.level_rows import FORMS, TEXT
from matchmaker.engine.room import Room, inlined
from matchmaker.engine.texts import text_level
from matchmaker.engine.tiles import LANE_BITS, LANES
from matchmaker.engine.values import BYTE, INT, LONG, SHORT, WIDE, Value
from matchmaker.engine.vectors import HAS_DOT, NOTHING, Code, Fields, Row, Rows, compiled

FACTORS, PAIRS = 8, 4


def fit_over(width: int) -> Any:
    """Make fit(lanes, asks, i, at, room): both fits of startup i with `width` lanes from `at`.

    They go into room.us and room.vs, the text at its best.
    """

    @compiled(NOTHING)
    def fit(c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, room: Fields) -> None:
        tile, x = at.shifted_down(LANE_BITS), at & (LANES - 1)
        table, mixed = lanes.bytes.from_place(tile * lanes.tile_bytes + x), room.levels
        rows = c.rows(FACTORS, BYTE)
        for factor in c.each(0, FACTORS):
            first, last = asks.slot[i * FACTORS + factor], asks.slot[i * FACTORS + factor + 1]
            rows.set(factor, table.from_place(asks.slot_row[first].to(LONG)))  # a single one, as most are
            with c.when(last - first > 1):
                level = mixed.from_place(factor * width)
                level.store(_mix(c, table, asks, first, last, width))
                rows.set(factor, level)
        with c.when(asks.form[i + 1] > asks.form[i]):
            level = mixed.from_place(FORMS * width)
            level.store(_form_level(_count(c, table, asks, i, width), lanes, asks, i, at))
            rows.set(FORMS, level)
        ours = asks.weights.from_place(i * FACTORS).seen_as(INT)
        theirs = lanes.weights.seen_as(INT).from_place(tile * (PAIRS * LANES) + x)
        _weigh(c, ours, theirs, rows, room, width)

    return fit


def _mix(c: Code, table: Row, asks: Fields, first: Value, last: Value, width: int) -> Value:
    """(Σ share · row + 128) >> 8 of these slots."""
    total = c.cell(c.same(SHORT, HALF, width))
    for t in c.each(first, last):
        row = table.load(asks.slot_row[t].to(LONG), width).to(SHORT)
        total.set(total.now + row * asks.slot_share[t].everywhere(width))
    return total.now.shifted_down(8).to(BYTE)


def _count(c: Code, table: Row, asks: Fields, i: Value, width: int) -> Value:
    """How many of the startup's forms each lane accepts."""
    total = c.cell(c.same(BYTE, 0, width))
    for t in c.each(asks.form[i], asks.form[i + 1]):
        total.set(total.now + table.load(asks.form_row[t].to(LONG), width))
    return total.now


def _form_level(common: Value, lanes: Fields, asks: Fields, i: Value, at: Value) -> Value:
    """Forms in common of the shorter list (factors.OF); neutral where the mandate stated none."""
    theirs_of = lanes.forms_of.load(at, common.count)
    of = theirs_of.at_least(asks.forms_of[i].everywhere(common.count), signed=False)
    level = (common.to(SHORT) * of).shifted_down(8)
    return theirs_of.equals(0).choose(lanes.neutral[FORMS].everywhere(common.count), level).to(BYTE)


def _weigh(c: Code, ours: Row, theirs: Row, rows: Rows, room: Fields, width: int) -> None:
    """Both sides' sums of weight · level. Weights come in pairs, of factors 0 and 1, 2 and 3 …: ours once,
    theirs in four rows of LANES pairs."""
    level = [rows[factor] for factor in range(FACTORS)]
    weights = [ours[pair].everywhere() for pair in range(PAIRS)]
    for x in c.each(0, width, WIDE):
        u, v = c.same(INT, 0), c.same(INT, 0)
        for pair in range(PAIRS):
            low, high = level[2 * pair].load(x).to(INT), level[2 * pair + 1].load(x).to(INT)
            u = _plus_products(c, u, low | high << 16, weights[pair])
            v = _plus_products(c, v, low | high << 16, theirs.load(x + pair * LANES))
        room.us.store(u, x)
        room.vs.store(v, x)


def _plus_products(c: Code, total: Value, levels: Value, weights: Value) -> Value:
    """total + the products of both halves, which are positive and below 2¹⁵."""
    if HAS_DOT:
        return c.call("llvm.x86.avx512.vpdpwssd.512", total.type, total, levels, weights)
    low = 0xFFFF
    return total + (levels & low) * (weights & low) + (levels >> 16) * (weights >> 16)


# --- one pair ----------------------------------------------------------------------------------------------


@inlined
def pair_fits(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> tuple[int, int]:
    """Both fits of one pair; its levels are left in room.level."""
    level = room.level
    base = lane // LANES * lanes.tile_bytes + lane % LANES
    for factor in range(FACTORS):
        level[factor] = _pair_mix(lanes, asks, 8 * i + factor, base)
    level[FORMS] = _pair_forms(lanes, asks, i, lane)
    level[TEXT] = text_level(lanes, asks, i, lane, room)
    u, v = np.int64(0), np.int64(0)
    for factor in range(FACTORS):
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
