"""What curators see of runs and weights, and what decisions teach."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import F, Max, Min, QuerySet
from django.utils.translation import gettext_noop

from matchmaker.choices import Factor, PassReason, Side, Teaches
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import RankingJob, RankingRun, Weights, Worker


@dataclass(frozen=True)
class Work:
    due: int
    oldest_at: datetime | None
    parked: int
    seen_at: datetime | None


def all_runs() -> QuerySet[RankingRun]:
    """Return all runs, newest first, without what they found of attention: that is long."""
    return RankingRun.objects.select_related("by", "weights").defer("unseen")


def parked() -> QuerySet[RankingJob]:
    return RankingJob.objects.filter(parked_at__isnull=False).order_by("parked_at", "pk")


def work() -> Work:
    """Return how much is due, since when, and when a worker was last seen."""
    due = RankingJob.objects.filter(completed_version__lt=F("requested_version"), parked_at=None)
    oldest = due.aggregate(oldest=Min("requested_at"))["oldest"]
    seen = Worker.objects.aggregate(seen=Max("seen_at"))["seen"]
    return Work(due=due.count(), oldest_at=oldest, parked=parked().count(), seen_at=seen)


ABOUT_FIT = [reason for reason in PassReason if reason.teaches is Teaches.FIT]
TENTHS = 1000


@dataclass(frozen=True)
class Decided:
    """One row per decision, the oldest first."""

    levels: Array  # uint8[d,8] in the order of Factor
    score: Array  # float64[d], 0 … 1
    accepted: Array  # bool[d]


def by_side(side: Side) -> Decided:
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


def versions() -> QuerySet[Weights]:
    return Weights.objects.select_related("by")


def current() -> Weights:
    return Weights.objects.first() or Weights(
        for_investor=DEFAULTS[Side.INVESTOR],
        for_startup=DEFAULTS[Side.STARTUP],
        note=gettext_noop("Defaults"),
    )
