"""What words of bits say, by the processor's own instructions."""

from __future__ import annotations

from typing import Any

from numba import types

from matchmaker.engine.compiler.simd import VOID, Code, Row, compiled
from matchmaker.engine.compiler.simd_values import LONG, Value


@compiled(types.uint64)
def lowest_bit(_code: Code, word: Value) -> Value:
    """The index of the lowest set bit of a word that is not zero."""
    return word.trailing_zeros()


@compiled(types.uint64)
def count_bits(_code: Code, word: Value) -> Value:
    """How many bits of a word are set."""
    return word.ones()


def meet_all(words: int) -> Any:
    """Make meet(bits, table, base, rows, opens, first, last): AND of unions of rows of `words` words.

    Row table[base + rows[t]] joins the union of its clause, which ends where opens[t] is zero (else all
    ones). bits uint64[words] keeps what passes every clause.
    """

    @compiled(VOID)
    def meet(
        c: Code, bits: Row, table: Row, base: Value, rows: Row, opens: Row, first: Value, last: Value
    ) -> None:
        passed, union = c.cell(bits.load(0, words)), c.cell(c.same(LONG, 0, words))
        for t in c.each(first, last):
            both = union.now | table.load(base + rows[t].to(LONG), words)
            still = opens[t].everywhere(words)
            passed.set(passed.now & (both | still))
            union.set(both & still)
        bits.store(passed.now)

    return meet
