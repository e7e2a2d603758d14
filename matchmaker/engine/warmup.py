"""Compile every loop before it is measured or needed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from matchmaker.engine.definition.columns import Snapshot, empty_snapshot
from matchmaker.engine.fairness import guarantees, handicaps
from matchmaker.engine.full_ranking import rank_all
from matchmaker.engine.incremental.rerank import rank_investors, rank_startups
from matchmaker.engine.kernel.layout import prepare

ROWS = 501  # a market of 501 × 501 is the smallest that the kernel ranks, see reference.is_small


def warm_up() -> None:
    """Compile all loops, in 20 s, or load them from numba's cache, in half a second."""
    market, row = _uniform_market(), np.zeros(1, np.int64)
    rankings, prepared = rank_all(market), prepare(market)
    handicaps(rankings.values, market)
    guarantees(rankings, market)
    rank_startups(prepared, rankings, row)
    rank_investors(prepared, rankings, row)


def _uniform_market() -> Snapshot:
    """As many startups and investors, all alike."""
    nobody = empty_snapshot()
    tables = {name: _zeros(getattr(nobody, name)) for name in ("startups", "investors", "mandates")}
    owner = np.arange(ROWS, dtype=np.int32)
    return replace(nobody, **{**tables, "mandates": replace(tables["mandates"], owner=owner)})


def _zeros(table: Any) -> Any:
    """Rows of zeros, with keys and capacities."""
    columns = {f.name: getattr(table, f.name) for f in fields(table)}
    rows = {name: np.zeros((ROWS, *column.shape[1:]), column.dtype) for name, column in columns.items()}
    rows["key"] += np.arange(1, ROWS + 1)
    if "capacity" in rows:
        rows["capacity"] += 1
    return type(table)(**rows)
