"""Whole re-rankings and ranking jobs, as the desk shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, QuerySet

from matchmaker.models import Heartbeat, RankingJob, RankingRun


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


def newest(size: int = 20) -> QuerySet[RankingRun]:
    """Return the newest runs."""
    return all_runs()[:size]


def parked() -> QuerySet[RankingJob]:
    """Return the jobs that failed too often and wait for a hand."""
    return RankingJob.objects.filter(parked_at__isnull=False).order_by("parked_at", "pk")


def work() -> Work:
    """Return how much is due, since when, and when a worker was last seen."""
    due = RankingJob.objects.filter(completed_version__lt=F("requested_version"), parked_at=None)
    oldest = due.aggregate(oldest=Min("requested_at"))["oldest"]
    seen = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    return Work(due=due.count(), oldest_at=oldest, parked=parked().count(), seen_at=seen)
