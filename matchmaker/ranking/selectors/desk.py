"""What curators see of runs and weights, and what decisions teach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import F, Max, Min, QuerySet
from django.utils.translation import gettext_noop

from matchmaker.choices import Factor, PassReason, Side, Teaches
from matchmaker.engine import ENGINE_VERSION
from matchmaker.engine.definition.columns import Array
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import Ranking, RankingJob, RankingRun, Weights, Worker
from matchmaker.ranking.definitions import DEFAULTS, points, score_tenths
from matchmaker.ranking.market import arrays, columns, term_index
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import round_tenths
from profiles.models import Investor, Startup


@dataclass(frozen=True)
class Work:
    """What the worker has before it."""

    due: int
    oldest_at: datetime | None
    parked: int
    seen_at: datetime | None


def all_runs() -> QuerySet[RankingRun]:
    """Return all runs, newest first, without what they found of attention: that is long."""
    return RankingRun.objects.select_related("by", "weights").defer("unseen")


def parked() -> QuerySet[RankingJob]:
    """Return the jobs that failed too often and wait for a hand."""
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


SAMPLE_INVESTORS, SAMPLE_PAIRS = 6, 5


@dataclass(frozen=True)
class Moved:
    """One real pair under today's weights and under others."""

    startup: str
    investor: str
    rank_before: int
    rank_after: int
    score_before: int
    score_after: int


def versions() -> QuerySet[Weights]:
    """Return all versions, newest first."""
    return Weights.objects.select_related("by")


def current() -> Weights:
    """Return the weights that count: the newest version, or the defaults, not saved, before there is one."""
    return Weights.objects.first() or Weights(
        for_investor=DEFAULTS[Side.INVESTOR],
        for_startup=DEFAULTS[Side.STARTUP],
        note=gettext_noop("Defaults"),
    )


def preview_weights(for_investor: Mapping[str, int], for_startup: Mapping[str, int]) -> list[Moved]:
    """Return how the heads of some real lists would move under other weights.

    Fits are summed again from the stored levels, by the points that each startup and thesis would have: a
    thesis with weights of its own keeps them. Both orders are by u · v alone, without handicaps and turns, so
    that only what the weights do shows.
    """
    calibration = term_index.latest(ENGINE_VERSION)
    if calibration is None:
        return []
    lists = Ranking.objects.filter(side=Side.INVESTOR, size__gte=SAMPLE_PAIRS).order_by("-size", "profile_id")
    entries = {
        row.profile_id: stored_lists.unpack(bytes(row.entries))
        for row in filter(stored_lists.is_readable, lists[:SAMPLE_INVESTORS])
    }
    listed = {int(pk) for found in entries.values() for pk in found["counterpart"]}
    others = columns.load(
        calibration, points(0, for_startup, for_investor), startups=listed, investors=entries.keys()
    )
    moved = [(pk, *pair) for pk, found in entries.items() for pair in _moves(found, others)]
    startups = Startup.objects.in_bulk([startup for _, startup, *_ in moved])
    investors = Investor.objects.in_bulk({investor for investor, *_ in moved})
    return [
        Moved(startups[startup].name, investors[investor].name, *numbers)
        for investor, startup, *numbers in moved
        if startup in startups and investor in investors
    ]


def _moves(entries: Array, market: columns.Columns) -> list[list[int]]:
    """Return startup, rank before, rank after, score before, score after of the head of one list."""
    theses = market.snapshot.theses
    startup = arrays.positions(market.startup_pk, entries["counterpart"].astype(np.int64))
    thesis = arrays.positions(theses.key, entries["thesis"].astype(np.int64))
    known = (startup >= 0) & (thesis >= 0)
    entries, startup, thesis = entries[known], startup[known], thesis[known]
    levels = entries["levels"].astype(np.int64)
    today = entries["u"].astype(np.int64), entries["v"].astype(np.int64)
    sides = market.snapshot.startups.weights[startup], theses.weights[thesis]
    others = (levels * sides[0]).sum(axis=1), (levels * sides[1]).sum(axis=1)
    before, after = _ranks(today), _ranks(others)
    return [
        [
            int(entries["counterpart"][at]),
            int(before[at]),
            int(after[at]),
            *(round_tenths(int(score_tenths(u[at], v[at]))) for u, v in (today, others)),
        ]
        for at in np.argsort(before)[:SAMPLE_PAIRS]
    ]


def _ranks(fits: tuple[Array, Array]) -> Array:
    """Return the place of each by u · v, from 1; of equal ones the first comes first."""
    places = np.empty(len(fits[0]), np.int64)
    places[np.argsort(-fits[0] * fits[1], kind="stable")] = np.arange(1, len(places) + 1)
    return places
