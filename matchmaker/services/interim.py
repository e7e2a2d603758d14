"""Until the engine ranks in part: the same by ranking everything. Not committed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker import engine
from matchmaker.engine import ranking


@dataclass(frozen=True)
class Update:
    rankings: engine.Rankings
    startups_changed: Any
    investors_changed: Any
    startups_short: Any
    investors_short: Any


def _rank(prepared: Any, rankings: Any, rows: Any) -> Update:
    new = engine.rank_all(prepared.snapshot, 64)

    def diff(a: Any, b: Any) -> Any:
        return np.flatnonzero((a.ids != b.ids).any(1) | (a.value != b.value).any(1) | (a.levels != b.levels).any((1, 2)) | (a.mandate != b.mandate).any(1) | (a.u!=b.u).any(1) | (a.v!=b.v).any(1))

    none = np.zeros(0, np.int64)
    return Update(new, diff(rankings.startups, new.startups), diff(rankings.investors, new.investors), none, none)


def patch() -> None:
    for name in ("rank_startups", "rank_investors"):
        if not hasattr(engine, name):
            setattr(engine, name, _rank)
    if not hasattr(engine, "prices"):
        engine.prices = lambda r, s: (np.zeros(len(s.startups), np.int32), np.zeros(len(s.investors), np.int32))
    if not hasattr(engine, "guarantees"):
        @dataclass
        class G:
            rankings: Any
            unseen_startups: Any = ()
            unseen_investors: Any = ()
        engine.guarantees = lambda r, s: G(r)


patch()
