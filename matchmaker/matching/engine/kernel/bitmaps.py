"""The gates, a tile of 512 lanes at a time: unions of bitmaps that a startup's values choose, ANDed."""

import numpy as np
from numba import types

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.kernel.layout import Asks, Lanes
from matchmaker.matching.engine.kernel.tiles import WORDS
from matchmaker.matching.engine.kernel.workspace import inlined
from matchmaker.matching.engine.vectors import LONG, VOID, Code, Row, Value, compiled


@compiled(types.uint64)
def count_bits(_code: Code, word: Value) -> Value:
    return word.ones()


@compiled(VOID)
def _meet(
    c: Code, bits: Row, table: Row, base: Value, rows: Row, opens: Row, first: Value, last: Value
) -> None:
    """AND bits uint64[8] with unions of rows of the table.

    Row table[base + rows[t]] joins the union of its clause, which ends where opens[t] is zero (else all
    ones). bits keeps what passes every clause.
    """
    passed, union = c.cell(bits.load(0, WORDS)), c.cell(c.same(LONG, 0, WORDS))
    for t in c.each(first, last):
        both = union.now | table.load(base + rows[t].to(LONG), WORDS)
        still = opens[t].everywhere(WORDS)
        passed.set(passed.now & (both | still))
        union.set(both & still)
    bits.store(passed.now)


@inlined
def pass_gates(lanes: Lanes, asks: Asks, i: int, tile: int, bits: Array, taken: Array) -> None:
    """Set bits uint64[8] to the lanes of the tile that startup i may meet, but for the boosted ones.

    taken uint64[8] is written on.
    """
    eligible(lanes, asks, i, tile, bits)
    if asks.skip[i] != asks.skip[i + 1]:
        take_out(lanes, asks.skip_whom, asks.skip[i], asks.skip[i + 1], tile, bits, taken)
    if asks.pin[i] != asks.pin[i + 1]:
        take_out(lanes, asks.pin_whom, asks.pin[i], asks.pin[i + 1], tile, bits, taken)


@inlined
def pinned(lanes: Lanes, asks: Asks, i: int, tile: int, bits: Array, taken: Array) -> None:
    """Set bits uint64[8] to the boosted lanes of the tile that startup i may meet."""
    for word in range(WORDS):
        bits[word] = 0
    if asks.pin[i] != asks.pin[i + 1]:
        eligible(lanes, asks, i, tile, taken)
        # bits are a bin for the excluded first …
        take_out(lanes, asks.skip_whom, asks.skip[i], asks.skip[i + 1], tile, taken, bits)
        for word in range(WORDS):
            bits[word] = 0
        # … and then what is asked for.
        take_out(lanes, asks.pin_whom, asks.pin[i], asks.pin[i + 1], tile, taken, bits)


@inlined
def eligible(lanes: Lanes, asks: Asks, i: int, tile: int, bits: Array) -> None:
    """Set bits uint64[8] to the lanes of the tile that pass every gate with startup i."""
    base = tile * lanes.tile_gates
    for word in range(WORDS):
        bits[word] = lanes.gates[base + word]
    _meet(bits, lanes.gates, base, asks.gate_row, asks.gate_open, asks.gate[i], asks.gate[i + 1])


@inlined
def take_out(lanes: Lanes, whom: Array, first: int, last: int, tile: int, bits: Array, taken: Array) -> None:
    """Move the lanes of investors whom[first:last] from bits, those of the tile, to taken."""
    for t in range(first, last):
        for at in range(lanes.start[whom[t]], lanes.start[whom[t] + 1]):
            lane = lanes.lane_of[at]
            word = (lane >> 6) - tile * WORDS
            if 0 <= word < WORDS:
                one = np.uint64(1) << np.uint64(lane & 63)
                taken[word] |= bits[word] & one
                bits[word] &= ~one
