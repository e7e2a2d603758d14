"""Full rankings, block of startups by block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from matchmaker.engine import kernel
from matchmaker.engine.columns import FACTORS, Array, Snapshot
from matchmaker.engine.layout import Asks, Lanes, Prepared, prepare
from matchmaker.engine.ranking import NOTHING, TIES, Lists, Rankings, empty_lists
from matchmaker.engine.room import new_room

BLOCK = 1024  # startups that go through the lanes together, see kernel.rank_block


def rank_all(
    snapshot: Snapshot, k: int = 64, threads: int = 1, progress: Callable[[int, int], None] | None = None
) -> Rankings:
    """Both sides' k best. The number of threads changes the time and nothing else."""
    prepared = prepare(snapshot)
    rows = np.arange(len(snapshot.startups), dtype=np.int64)
    return rank_block(prepared, rows, k, threads, progress)


def rank_block(
    prepared: Prepared,
    rows: Array,
    k: int = 64,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Rankings:
    """The k best of these startups, and of every investor among these startups."""
    rows = np.sort(rows.astype(np.int64))
    return described(prepared, rows, *rank_values(prepared, rows, k, threads, progress))


def rank_values(
    prepared: Prepared,
    rows: Array,
    k: int,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Array, Array]:
    """(int64[len(rows),k], int64[c,k]): packed values of both sides' lists, best first."""
    own = np.full((len(rows), k), NOTHING, np.int64)
    investors = len(prepared.snapshot.investors)
    theirs = [np.full((investors, k), NOTHING, np.int64) for _ in range(threads)]
    starts = range(0, max(len(rows), 1), BLOCK)

    def work(turn: int) -> None:
        """Every threads-th block, with investors' lists of its own."""
        need, room = np.full(len(prepared.lanes.row), -1, np.float32), new_room()
        for done, start in enumerate(starts[turn::threads]):
            part = slice(start, start + BLOCK)
            kernel.rank_block(prepared.lanes, prepared.asks, rows[part], own[part], theirs[turn], need, room)
            if progress and turn == 0:
                progress(min((done + 1) * threads * BLOCK, len(rows)), len(rows))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    for more in theirs[1:]:
        theirs[0] = np.sort(np.concatenate([theirs[0], more], axis=1), axis=1)[:, k:]
    return own[:, ::-1], theirs[0][:, ::-1]


def described(prepared: Prepared, rows: Array, own: Array, theirs: Array) -> Rankings:
    """The values with their counterparts, fits and levels beside them."""
    return Rankings(
        list_values(prepared, rows, own, turned=False),
        list_values(prepared, np.arange(len(theirs)), theirs, turned=True),
    )


def list_values(prepared: Prepared, rows: Array, value: Array, *, turned: bool) -> Lists:
    """Lists of packed values int64[r,k], best first; turned: the rows are investors."""
    out = empty_lists(rows, value.shape[1])
    listed = value != NOTHING
    out.value[:] = value
    out.floor[:] = value[:, -1]
    out.ids[listed] = counterparts(prepared.asks if turned else prepared.lanes, value[listed])
    row, place = np.nonzero(listed)
    whose, whom = rows[row], out.ids[row, place]
    if turned:
        whose, whom = whom, whose
    u, v, levels, mandate = describe(prepared.lanes, prepared.asks, whose, whom)
    out.u[row, place], out.v[row, place], out.mandate[row, place] = u, v, mandate
    out.levels[row, place] = levels
    return out


def counterparts(other_side: Lanes | Asks, value: Array) -> Array:
    """int64: the rows that packed values speak of."""
    return other_side.by_key[TIES - (value & 0xFFFFFFFF)]


def describe(lanes: Lanes, asks: Asks, whose: Array, whom: Array) -> tuple[Array, Array, Array, Array]:
    """(u, v, levels[…,8], mandate) of the pairs startup whose[p] × investor whom[p]."""
    size = len(whose)
    u, v, mandate = (np.zeros(size, np.int32) for _ in range(3))
    levels = np.zeros((size, len(FACTORS)), np.uint8)
    order = np.argsort(whom, kind="stable")
    pairs = whose.astype(np.int64), whom.astype(np.int64), order
    kernel.describe(lanes, asks, *pairs, u, v, levels, mandate, new_room())
    return u, v, levels, mandate
