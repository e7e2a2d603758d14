"""Full rankings, block of startups by block."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from math import gcd

import numpy as np

from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import FACTORS, Array, Snapshot
from matchmaker.matching.engine.definition.lists import (
    NOTHING,
    Lists,
    Rankings,
    Values,
    empty_lists,
    ordinal_of,
)
from matchmaker.matching.engine.kernel import kernel, subset, top_k
from matchmaker.matching.engine.kernel.kernel import Described, Side
from matchmaker.matching.engine.kernel.layout import Asks, Lanes, Prepared, prepare
from matchmaker.matching.engine.kernel.tiles import LANES
from matchmaker.matching.engine.kernel.workspace import new_room

BLOCK, FIRST_BLOCK = 1024, 64  # startups that go through the lanes together, see kernel.rank_block
LISTS = 4096  # are described together: a startup that stands on several of them is looked up once
CLOSED = np.iinfo(np.int64).max  # a bar that no one passes
DESCRIBED = ("ids", "u", "v", "levels", "thesis")  # columns that follow from the values


def rank_all(snapshot: Snapshot, k: int = 64, threads: int = 1) -> Rankings:
    """Rank both sides: a small market by the definition, a larger one by the kernel."""
    if reference.is_small(snapshot):
        return reference.rank_all(snapshot, k)
    prepared = prepare(snapshot)
    rows = np.arange(len(snapshot.startups), dtype=np.int64)
    return described(prepared, rank_values(prepared, rows, k, threads))


def rank_values(prepared: Prepared, rows: Array, k: int, threads: int = 1) -> Values:
    """The packed values of these startups' lists, and of every investor's among these startups.

    rows int64[r] ascend. Both sides' lists over parts of the startups are joined by ranking.best_values.
    """
    order, own = in_leaps(len(rows)), empty_side(len(rows), k)
    parts = iter(list(_growing_blocks(len(rows))))

    def work(_turn: int) -> Side:
        theirs, room, seen = nobody(prepared, k), new_room(len(prepared.lanes.row), BLOCK), 0
        for part in parts:
            met = order[part]
            kernel.rank_block(prepared.lanes, prepared.asks, rows[met], met, own, theirs, True, room)
            seen += len(met)
            _expect(prepared, theirs, seen, len(rows))
        return theirs

    with ThreadPoolExecutor(threads) as pool:
        theirs = reduce(_joined, pool.map(work, range(threads)))
    _correct_own(prepared, rows, own)
    _correct_theirs(prepared, rows, theirs)
    return Values(own.lists[:, :k][:, ::-1], theirs.lists[:, :k][:, ::-1])


def in_leaps(n: int) -> Array:
    """int64[n]: every row once, 64 neighbours at a time, in an order unrelated to their content."""
    strides = -(-n // FIRST_BLOCK)
    leap = next((s for s in range(max(round(0.618 * strides), 1), strides) if gcd(s, strides) == 1), 1)
    first = np.arange(strides, dtype=np.int64) * leap % max(strides, 1) * FIRST_BLOCK
    rows = (first[:, None] + np.arange(FIRST_BLOCK)).ravel()
    return rows[rows < n]


def _growing_blocks(n: int) -> Iterator[slice]:
    """Blocks of 64, 128, 256 … startups: after each the investors' bars rise, at first the most."""
    at, size = 0, FIRST_BLOCK
    while at < n:
        yield slice(at, min(at + size, n))
        at, size = at + size, min(2 * size, BLOCK)


def empty_side(rows: int, k: int) -> Side:
    return Side(top_k.empty(rows, k), np.full(rows, NOTHING), np.full(rows, -1, np.float32), k)


def nobody(prepared: Prepared, k: int) -> Side:
    theirs = empty_side(len(prepared.snapshot.investors), k)
    need = np.empty(len(prepared.lanes.row), np.float32)
    kernel.set_need(prepared.lanes, theirs.bar, need)
    return theirs._replace(need=need)


def _expect(prepared: Prepared, theirs: Side, seen: int, of: int) -> None:
    place = top_k.place_to_beat.py_func(theirs.k, seen, of)  # the Python function that loops inline
    np.maximum(theirs.bar, theirs.lists[:, place], out=theirs.bar)
    kernel.set_need(prepared.lanes, theirs.bar, theirs.need)


def _joined(a: Side, b: Side) -> Side:
    lists = np.sort(np.concatenate([a.lists[:, : a.k], b.lists[:, : a.k]], axis=1), axis=1)[:, a.k :]
    a.lists[:, : a.k] = lists
    return Side(a.lists, np.maximum(a.bar, b.bar), a.need, a.k)


def _correct_own(prepared: Prepared, rows: Array, own: Side) -> None:
    low = np.flatnonzero(own.lists[:, 0] < own.bar)
    closed = nobody(prepared, 1)
    closed.bar[:], closed.need[:] = CLOSED, np.inf
    own.lists[low, : own.k], own.bar[low], own.need[low] = NOTHING, NOTHING, -1
    rank_exactly(prepared, rows[low], low, own, closed)


def _correct_theirs(prepared: Prepared, rows: Array, theirs: Side) -> None:
    low = np.flatnonzero(theirs.lists[:, 0] < theirs.bar)
    if len(low):
        alone, closed = subset.investors_alone(prepared, low), empty_side(len(rows), 1)
        closed.bar[:], closed.need[:] = CLOSED, np.inf
        again = nobody(alone, theirs.k)
        rank_exactly(alone, rows, np.arange(len(rows)), closed, again)
        theirs.lists[low] = again.lists


def rank_exactly(prepared: Prepared, rows: Array, listed: Array, own: Side, theirs: Side) -> None:
    """Rank startups `rows`, whose lists are `listed` in `own`, block by block and without expected bars."""
    room = new_room(len(prepared.lanes.row), min(BLOCK, len(rows)))
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        kernel.rank_block(prepared.lanes, prepared.asks, rows[part], listed[part], own, theirs, False, room)


def described(prepared: Prepared, values: Values) -> Rankings:
    if reference.is_small(prepared.snapshot):
        return reference.described(prepared.snapshot, values)
    return Rankings(
        list_values(prepared, np.arange(len(values.startups)), values.startups, turned=False),
        list_values(prepared, np.arange(len(values.investors)), values.investors, turned=True),
    )


def list_values(prepared: Prepared, rows: Array, value: Array, *, turned: bool) -> Lists:
    """Lists of packed values int64[r,k], best first; turned: the rows are investors."""
    out = empty_lists(rows, value.shape[1])
    out.value[:] = value
    out.floor[:] = value[:, -1]
    for start in range(0, len(rows), LISTS):
        _fill(prepared, out.take(slice(start, start + LISTS)), turned)  # views of a slice: written through
    return out


def _fill(prepared: Prepared, lists: Lists, turned: bool) -> None:
    at = np.flatnonzero(lists.value != NOTHING)
    whom = counterparts(prepared.asks if turned else prepared.lanes, lists.value.ravel()[at])
    row = lists.rows[at // max(lists.value.shape[1], 1)]
    pairs = (whom, row) if turned else (row, whom)
    found = whom, *describe(prepared.lanes, prepared.asks, *pairs)
    for name, values in zip(DESCRIBED, found, strict=True):
        column = getattr(lists, name)
        column.reshape(lists.value.size, *column.shape[2:])[at] = values  # a view: written through


def counterparts(other_side: Lanes | Asks, value: Array) -> Array:
    return other_side.by_key[ordinal_of(value)]


def describe(lanes: Lanes, asks: Asks, whose: Array, whom: Array) -> tuple[Array, Array, Array, Array]:
    """(u, v, levels[…,8], thesis) of the pairs startup whose[p] × investor whom[p]."""
    size, pairs = len(whose), (whose.astype(np.int64), whom.astype(np.int64))
    u, v, thesis, rank = np.zeros((4, size), np.int32)
    levels, key = np.zeros((size, len(FACTORS)), np.uint8), np.zeros(size, np.int64)
    described = Described(u, v, levels, thesis, rank - 1, key)
    kernel.describe(lanes, asks, *pairs, np.argsort(whose), described, new_room(LANES, 1))
    return u, v, levels, thesis
