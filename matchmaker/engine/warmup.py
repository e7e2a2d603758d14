"""Compile every loop before it is measured or needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.engine.definition.columns import Investors, Mandates, Snapshot, Startups, zeros
from matchmaker.engine.definition.factors import market_of
from matchmaker.engine.fairness import demand_adjustments, guarantees
from matchmaker.engine.full_ranking import rank_all
from matchmaker.engine.incremental.rerank import rank_investors, rank_startups
from matchmaker.engine.kernel.layout import prepare

ROWS = 501  # a market of 501 × 501 is the smallest that the kernel ranks, see reference.is_small


def warm_up() -> None:
    """Compile all loops, in 20 s, or load them from numba's cache, in half a second."""
    market, row = _uniform_market(), np.zeros(1, np.int64)
    rankings, prepared = rank_all(market), prepare(market)
    demand_adjustments(rankings.values, market)
    guarantees(rankings, market)
    rank_startups(prepared, rankings, row)
    rank_investors(prepared, rankings, row)


def _uniform_market() -> Snapshot:
    """As many startups and investors, all alike."""
    key, capacity = np.arange(1, ROWS + 1), np.ones(ROWS, np.int32)
    startups = replace(zeros(Startups, ROWS), key=key, capacity=capacity)
    investors = replace(zeros(Investors, ROWS), key=key, capacity=capacity)
    mandates = replace(zeros(Mandates, ROWS), key=key, owner=np.arange(ROWS, dtype=np.int32))
    return Snapshot(startups, investors, mandates, market_of(startups, mandates))
