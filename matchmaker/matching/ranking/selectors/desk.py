"""What curators see of runs and weights, and what decisions teach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Exists, F, Max, Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_noop

from matchmaker.choices import Factor, PassReason, Side, Teaches
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import TALKS, Introduction
from matchmaker.models.outcome import ROUNDS, IntroductionOutcome, OutcomeQuestion, OutcomeState
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import RankingJob, RankingRun, Weights, Worker
from matchmaker.models.stage import IntroductionStage


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
    """One row per answer of a side, and per introduction whose outcome is known; the oldest first."""

    levels: Array  # uint8[d,8] in the order of Factor
    score: Array  # float64[d], 0 … 1
    accepted: Array  # bool[d]
    is_answer: Array  # bool[d], else it is an outcome, the same for both sides


@dataclass(frozen=True)
class _Row:
    at: datetime
    is_answer: bool
    accepted: bool
    pk: int
    factors: dict[str, Any]


def by_side(side: Side, *, with_outcomes: bool = True) -> Decided:
    interests = Interest.objects.filter(side=side).values_list("at", "pk", "factors")
    passes = Pass.objects.filter(side=side, reason__in=ABOUT_FIT).values_list("at", "pk", "factors")
    rows = [_Row(at, True, True, pk, factors) for at, pk, factors in interests]
    rows += [_Row(at, True, False, pk, factors) for at, pk, factors in passes]
    if with_outcomes:
        rows += _outcomes()
    rows = [row for row in rows if row.factors.get("levels")]
    rows.sort(key=lambda row: (row.at, not row.is_answer, row.accepted, row.pk))
    levels = np.zeros((len(rows), len(Factor.values)), np.uint8)
    for number, row in enumerate(rows):
        levels[number] = [row.factors["levels"][factor] for factor in Factor.values]
    return Decided(
        levels,
        np.array([row.factors["score"] / TENTHS for row in rows], np.float64),
        np.array([row.accepted for row in rows], np.bool_),
        np.array([row.is_answer for row in rows], np.bool_),
    )


def _outcomes() -> Iterator[_Row]:
    """Yield what came of introductions to which both said yes, with the factors of that moment.

    Yes: a confirmed outcome, or a signed deal on record. No: it ended, or a side expects nothing more. A pass
    and a block have reasons of their own. Disputed and withdrawn outcomes say nothing.
    """
    of_this = {"introduction": OuterRef("pk")}
    pair = {"startup": OuterRef("startup"), "investor": OuterRef("investor")}
    confirmed = IntroductionOutcome.objects.filter(state=OutcomeState.CONFIRMED, **of_this)
    signed = IntroductionStage.objects.filter(deal__isnull=False, **of_this)
    over = OutcomeQuestion.objects.filter(answered_rounds__gte=len(ROUNDS), **of_this)
    said = Interest.objects.filter(**pair)
    rows = Introduction.objects.filter(state__in=TALKS).values_list(
        "pk",
        "ended_at",
        _first(confirmed, "answered_at"),
        _first(signed, "decided_at"),
        _first(over, "answered_at"),
        _first(confirmed.exclude(factors={}), "answered_at", "factors"),
        _first(said, "at", "factors"),
        Exists(Pass.objects.filter(**pair)),
        Exists(CompanyBlock.objects.filter(**pair)),
    )
    for pk, ended_at, confirmed_at, signed_at, over_at, kept, factors, *told_otherwise in rows:
        came_at = min(filter(None, (confirmed_at, signed_at)), default=None)
        at = came_at or (None if any(told_otherwise) else over_at or ended_at)
        if at:
            yield _Row(at, False, came_at is not None, pk, kept or factors or {})


def _first(rows: "QuerySet[Any]", order: str, field: str = "") -> Subquery:
    return Subquery(rows.order_by(order, "pk").values(field or order)[:1])


def versions() -> QuerySet[Weights]:
    return Weights.objects.select_related("by")


def current() -> Weights:
    return Weights.objects.first() or Weights(
        for_investor=DEFAULTS[Side.INVESTOR],
        for_startup=DEFAULTS[Side.STARTUP],
        note=gettext_noop("Defaults"),
    )
