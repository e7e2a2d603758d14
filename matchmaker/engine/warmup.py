"""Compile everything before the first user waits for it; from the cache it takes half a second.

What a small market needs comes first: of a new installation's processes, the one that ranks the demonstration
finds it compiled by the one that warms up.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from matchmaker.engine.compiler.cache import compiling_alone
from matchmaker.engine.compiler.plain import compiled_here
from matchmaker.engine.counterfactuals import outlook
from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import Snapshot, empty_snapshot
from matchmaker.engine.fairness.attention import guarantees, handicaps
from matchmaker.engine.full_ranking import rank_all
from matchmaker.engine.incremental.patches import apply
from matchmaker.engine.incremental.rerank import rank_investors, rank_startups
from matchmaker.engine.kernel.layout import prepare


def warm_up() -> None:
    """Run every compiled loop once, on a market of two; one process at a time compiles what is missing."""
    with compiling_alone(), compiled_here():
        _run_once(market_of_two())


def _run_once(market: Snapshot) -> None:
    plain = reference.rank_all(market, k=1)
    handicaps(plain.values, market)
    guarantees(plain, market)
    rankings, prepared = rank_all(market, k=1), prepare(market)
    apply(rankings, rank_startups(prepared, rankings, np.zeros(1, np.int64)))
    rank_investors(prepared, rankings, np.zeros(1, np.int64))
    outlook(prepared, 0, market.startups)


def market_of_two() -> Snapshot:
    """One startup and one investor who have stated the first of everything."""
    nobody = empty_snapshot()
    tables = {name: _one_row(getattr(nobody, name)) for name in ("startups", "investors", "mandates")}
    return replace(nobody, **tables)


def _one_row(table: Any) -> Any:
    """A row of zeros, with a key and a capacity."""
    columns = {f.name: getattr(table, f.name) for f in fields(table)}
    row = {name: np.zeros((1, *column.shape[1:]), column.dtype) for name, column in columns.items()}
    for name in {"key", "capacity"} & row.keys():
        row[name] += 1
    return type(table)(**row)
