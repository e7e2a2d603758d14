"""The gates, 64 lanes at a time: bitmaps that a startup's values choose, and that are ANDed."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.columns import Array, Must
from matchmaker.engine.instructions import lowest_bit
from matchmaker.engine.layout import Asks, Lanes
from matchmaker.engine.room import Room, inlined

MUST_SECTOR, MUST_STAGE, MUST_TICKET, MUST_PLACE, MUST_FORMS = (int(bit) for bit in Must)


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
def eligible(lanes: Lanes, asks: Asks, i: int, w: int, bits: Array, some: Array) -> None:
    """Set bits uint64[TILE] to the lanes of words w … w + TILE - 1 that pass every gate with startup i."""
    must, to = asks.must[i], w + bits.size
    copy(bits, lanes.real[w:to])
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
def copy(to: Array, what: Array) -> None:
    """Write what[…] into to[…]; a slice assignment would want room for a copy."""
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
