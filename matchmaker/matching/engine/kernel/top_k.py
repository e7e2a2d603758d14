"""Lists while they are made: 64 places in ascending order, the least first, which a newcomer must beat.

A list of fewer has the greatest number on its last places. A newcomer is inserted by shifting all that are
less, in eight registers and without a branch: 2 ns each, where a binary heap takes 60.
"""

import numpy as np

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import NOTHING, TIE_MASK
from matchmaker.matching.engine.kernel.workspace import inlined
from matchmaker.matching.engine.vectors import LONG, VOID, Code, Row, Value, compiled

PLACES, STEP = 64, 8
TAKEN = np.iinfo(np.int64).max  # on places that a list does not have; as a bar, what no one passes
DEVIATIONS, SPARE = 3.0, 3.0  # with 0 to spare one list in 200 is ranked again, with 3 one in 20,000


def empty(lists: int, k: int) -> Array:
    """int64[lists,64]: empty lists of k ≤ 64 places; int64[lists,1] for a single place."""
    if k > PLACES:
        raise ValueError(f"A list has {PLACES} places at most, not {k}.")
    out = np.full((lists, PLACES if k > 1 else 1), TAKEN)
    out[:, :k] = NOTHING
    return out


@compiled(VOID)
def _put(c: Code, lists: Row, at: Value, values: Row, count: Value) -> None:
    row = lists.from_place(at)
    parts = [c.cell(row.load(x, STEP)) for x in range(0, PLACES, STEP)]
    for t in c.each(0, count):
        value, old = values[t].everywhere(STEP), [part.now for part in parts]
        # Place p becomes min(max(p, value), p + 1): who is less shifts down, the value takes the gap.
        for part, this, next_one in zip(parts, old, [*old[1:], c.same(LONG, TAKEN, STEP)], strict=True):
            part.set(this.at_least(value).at_most(this.mixed_with(next_one, list(range(1, STEP + 1)))))
    for x, part in enumerate(parts):
        row.store(part.now, x * STEP)


@inlined
def put(lists: Array, r: int, values: Array, count: int) -> None:
    if lists.shape[1] == PLACES:
        _put(lists, r * PLACES, values, count)
    else:
        for t in range(count):
            lists[r, 0] = max(lists[r, 0], values[t])


@inlined
def put_one(lists: Array, r: int, values: Array, alone: bool) -> None:
    """Put values[0] on list r; `alone`: its counterpart has one thesis and cannot be listed already."""
    if alone:
        put(lists, r, values, 1)
    else:
        put_distinct(lists, r, values)


@inlined
def put_distinct(lists: Array, r: int, values: Array) -> None:
    """Put values[0] on list r, which may hold the counterpart by another thesis."""
    value = values[0]
    for at in range(lists.shape[1]):
        if lists[r, at] & TIE_MASK == value & TIE_MASK:
            if lists[r, at] >= value:
                return
            for below in range(at, 0, -1):
                lists[r, below] = lists[r, below - 1]
            lists[r, 0] = NOTHING
    put(lists, r, values, 1)


@inlined
def place_to_beat(k: int, seen: int, of: int) -> int:
    """Which place of an ascending list of k the last one will very probably stand at when all are seen."""
    share = seen / of
    expected = k * share
    # 2: places count from 0, and int() rounds down.
    return max(k - 2 - int(SPARE + expected + DEVIATIONS * np.sqrt(expected * (1.0 - share))), 0)
