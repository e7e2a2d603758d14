"""Decisions of one side as columns: what the pairs were like when it said yes or no."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.choices import Factor, PassReason, Side, Teaches
from matchmaker.models import Interest, Pass

ABOUT_FIT = [reason for reason in PassReason if reason.teaches is Teaches.FIT]
TENTHS = 1000


@dataclass(frozen=True)
class Decided:
    """One row per decision, the oldest first."""

    levels: np.ndarray[Any, np.dtype[Any]]  # uint8[d,8] in the order of Factor
    score: np.ndarray[Any, np.dtype[Any]]  # float64[d], 0 … 1
    accepted: np.ndarray[Any, np.dtype[Any]]  # bool[d]


def by_side(side: Side) -> Decided:
    """Return the decisions that can be learned from: with frozen factors, and a no about fit."""
    passes = Pass.objects.filter(side=side, reason__in=ABOUT_FIT)
    rows = [
        (at, pk, factors, accepted)
        for query, accepted in ((Interest.objects.filter(side=side), True), (passes, False))
        for at, pk, factors in query.values_list("at", "pk", "factors")
        if factors.get("levels")
    ]
    rows.sort(key=lambda row: (row[0], row[3], row[1]))
    levels = [[factors["levels"][factor] for factor in Factor.values] for _, _, factors, _ in rows]
    return Decided(
        np.array(levels, np.uint8).reshape(-1, len(Factor.values)),
        np.array([factors["score"] / TENTHS for _, _, factors, _ in rows], np.float64),
        np.array([accepted for *_, accepted in rows], np.bool_),
    )
