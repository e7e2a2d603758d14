"""How long an edited profile takes to stand right on both sides' lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine import (
    Prepared,
    Rankings,
    Snapshot,
    Startups,
    Update,
    apply_update,
    outlook,
    rank_all,
    rank_investors,
    rank_startups,
    warm_up,
)
from matchmaker.engine.definition.columns import take
from matchmaker.evaluation.benchmarks.synthetic_market import SIZES, synthetic

BATCH, VARIANTS = 64, 100


@dataclass(frozen=True)
class Refreshed:
    """What bench_refresh prints: milliseconds of engine time, median and worst of the repetitions.

    The time begins with the new columns and ends where all that changes is known; `applied` also makes the
    change in both sides' lists. `lay_out`: what the first edit after a start takes more, or after an edit of
    the other side.
    """

    size: str
    market: str
    startup_ms: float
    startup_worst_ms: float
    startup_applied_ms: float
    investor_ms: float
    investor_worst_ms: float
    investor_applied_ms: float
    batch_ms: float  # 64 investors at once
    batch_worst_ms: float
    batch_applied_ms: float
    lay_out_startups_ms: float
    lay_out_investors_ms: float
    variants_ms: float  # what 100 edited copies of a startup would meet among all investors
    lists_changed_by_startup: int
    lists_changed_by_investor: int


def refresh(size: str, market: str, repeats: int = 15) -> Refreshed:
    """Edit profiles of a ranked synthetic market and bring the lists up to date."""
    warm_up()
    snapshot = synthetic(*SIZES[size], market)
    rankings = rank_all(snapshot)
    prepared = Prepared(snapshot)
    lay_out_startups, lay_out_investors = _took(lambda: prepared.asks), _took(lambda: prepared.lanes)
    other_startups = prepared, replace(snapshot, startups=shifted(snapshot).startups)
    other_investors = prepared, replace(snapshot, mandates=shifted(snapshot).mandates)
    copies = varied(take(snapshot.startups, np.zeros(VARIANTS, np.int64)))
    rng = np.random.default_rng(2)
    startups = rng.choice(len(snapshot.startups), (repeats, 1), replace=False)
    investors = rng.choice(len(snapshot.investors), (repeats, BATCH), replace=False)
    one, changed_s = _timed("startup", rank_startups, *other_startups, rankings, startups)
    two, changed_i = _timed("investor", rank_investors, *other_investors, rankings, investors[:, :1])
    many, _ = _timed("batch", rank_investors, *other_investors, rankings, investors[:5])
    return Refreshed(
        size=size,
        market=market,
        **one,
        **two,
        **many,
        lay_out_startups_ms=round(lay_out_startups, 1),
        lay_out_investors_ms=round(lay_out_investors, 1),
        variants_ms=round(median(_took(lambda: outlook(snapshot, 0, copies)) for _ in range(repeats)), 2),
        lists_changed_by_startup=changed_s,
        lists_changed_by_investor=changed_i,
    )


def varied(copies: Startups) -> Startups:
    """Copies of one startup, each with other needs; the first as it is."""
    needs = [np.roll(row, at % len(row)) for at, row in enumerate(copies.needs)]
    return replace(copies, needs=np.stack(needs))


def shifted(snapshot: Snapshot) -> Snapshot:
    """Everybody edited: other places and needs, another activity. Only those asked for are looked at."""
    s, m = snapshot.startups, snapshot.mandates
    return replace(
        snapshot,
        startups=replace(s, needs=np.roll(s.needs, 1, axis=1), places=np.roll(s.places, 1, axis=0)),
        mandates=replace(m, activity=m.activity // 2, offers=np.roll(m.offers, 1)),
    )


def _took(act: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def _timed(
    name: str,
    rank: Callable[[Prepared, Rankings, NDArray[Any]], Update],
    before: Prepared,
    edited: Snapshot,
    rankings: Rankings,
    edits: NDArray[Any],
) -> tuple[dict[str, float], int]:
    """The columns of Refreshed that begin with the name, and how many lists the middle edit changed. The
    rankings end as they were."""
    sides = {"startups": rank is rank_startups, "investors": rank is rank_investors}
    apply_update(rankings, apply_update(rankings, rank(before.after(edited, **sides), rankings, edits[0])))
    known, made, changed = [], [], []
    for rows in edits:
        start = time.perf_counter()
        update = rank(before.after(edited, **sides), rankings, rows)
        known.append(1000 * (time.perf_counter() - start))
        undo = apply_update(rankings, update)
        made.append(1000 * (time.perf_counter() - start))
        apply_update(rankings, undo)
        changed.append(len(update.startups.rows) + len(update.investors.rows))
    figures = {"ms": median(known), "worst_ms": max(known), "applied_ms": median(made)}
    return {f"{name}_{what}": round(found, 2) for what, found in figures.items()}, int(median(changed))
