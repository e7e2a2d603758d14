"""Full rankings, block of startups by block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from matchmaker.engine import kernel
from matchmaker.engine.columns import Array, Snapshot, empty_snapshot
from matchmaker.engine.layout import Prepared, prepare
from matchmaker.engine.ranking import NOTHING, TIES, Lists, Rankings, empty_lists, merge, merge_lists

BLOCK = 1024  # startups between two reports of progress


def rank_all(
    snapshot: Snapshot, k: int = 64, threads: int = 1, progress: Callable[[int, int], None] | None = None
) -> Rankings:
    """Both sides' k best. The number of threads changes the time and nothing else."""
    prepared = prepare(snapshot)
    rows = np.arange(len(snapshot.startups), dtype=np.int64)
    return rank_block(prepared, rows, k, threads, progress)


def warm_up() -> None:
    """Compile the kernel, or load it from the cache, on a market of nobody."""
    rank_all(empty_snapshot(), k=1)


def rank_block(
    prepared: Prepared,
    rows: Array,
    k: int = 64,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Rankings:
    """The k best of these startups, and of every investor among these startups."""
    rows = np.sort(rows.astype(np.int64))
    lists = np.full((len(rows), k), NOTHING, np.int64)
    investors = len(prepared.snapshot.investors)
    heaps = [np.full((investors, k), NOTHING, np.int64) for _ in range(threads)]
    starts = range(0, len(rows), BLOCK)

    def work(turn: int) -> None:
        need = np.full(len(prepared.lanes.row), -1, np.float32)
        for done, start in enumerate(starts[turn::threads]):
            part = slice(start, start + BLOCK)
            kernel.rank_block(prepared.lanes, prepared.asks, rows[part], lists[part], heaps[turn], need)
            if progress and turn == 0:
                progress(min((done + 1) * threads * BLOCK, len(rows)), len(rows))

    if threads == 1:
        work(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(threads)))
    return _described(prepared, rows, lists, heaps)


def _described(prepared: Prepared, rows: Array, lists: Array, heaps: list[Array]) -> Rankings:
    """The packed values with their counterparts, fits and levels beside them."""
    s, c = prepared.snapshot.startups, prepared.snapshot.investors
    k = lists.shape[1]
    theirs = heaps[0]
    for heap in heaps[1:]:
        theirs = np.concatenate([theirs, heap], axis=1)
        theirs = np.partition(theirs, k, axis=1)[:, k:]
    theirs = np.sort(theirs, axis=1)[:, ::-1]
    return Rankings(
        list_values(prepared, rows, lists, np.argsort(c.key, kind="stable"), turned=False),
        list_values(prepared, np.arange(len(c)), theirs, np.argsort(s.key, kind="stable"), turned=True),
    )


def list_values(prepared: Prepared, rows: Array, value: Array, by_key: Array, *, turned: bool) -> Lists:
    """Lists of packed values int64[r,k], best first; turned: the rows are investors."""
    out = empty_lists(rows, value.shape[1])
    listed = value != NOTHING
    out.value[:] = value
    out.floor[:] = value[:, -1]
    out.ids[listed] = by_key[TIES - (value[listed] & 0xFFFFFFFF)]
    row, place = np.nonzero(listed)
    whose, whom = rows[row].astype(np.int64), out.ids[row, place].astype(np.int64)
    if turned:
        order = np.argsort(whom, kind="stable")
        row, place, whose, whom = row[order], place[order], whom[order], whose[order]
    u, v, mandate = (np.zeros(len(row), np.int32) for _ in range(3))
    levels = np.zeros((len(row), 8), np.uint8)
    kernel.describe(prepared.lanes, prepared.asks, whose, whom, u, v, levels, mandate)
    out.u[row, place], out.v[row, place], out.mandate[row, place] = u, v, mandate
    out.levels[row, place] = levels
    return out
