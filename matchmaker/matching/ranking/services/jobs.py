"""Ranking jobs: requested in the edit's own transaction, claimed with a lease, completed with the result."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from matchmaker.choices import Side
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.kinds import RANKED
from matchmaker.models.ranking import RankingJob
from profiles.models import User
from profiles.platform.audit import services as audit

LEASE = timedelta(seconds=20)
BATCH = 64
TOGETHER = 2  # a job that failed more often is tried alone, so that it cannot spoil others
MOST_ATTEMPTS = 8
LONGEST_PAUSE = 60  # seconds between attempts
KILLED = "Every attempt ended without a word: the worker was killed or ran out of memory."


def request(side: Side, pk: int, *, at: datetime) -> None:
    """Ask for the ranking of one profile; the caller's transaction decides whether it counts.

    Last in the one lock order, after the audit record: startups before investors, lower numbers first.
    """
    with transaction.atomic():
        fresh = RankingJob(side=side, profile_id=pk, requested_version=0, requested_at=at)
        RankingJob.objects.bulk_create([fresh], ignore_conflicts=True)
        job = RankingJob.objects.filter(side=side, profile_id=pk)
        job.filter(completed_version=F("requested_version")).update(requested_at=at)
        job.update(
            requested_version=F("requested_version") + 1,
            attempts=0,
            leased_until=None,
            parked_at=None,
            error="",
        )
        dispatch.enqueue_on_commit(dispatch.RANK_EDITS)


@transaction.atomic
def retry(job: RankingJob, *, by: User, at: datetime) -> None:
    audit.record(RANKED, subject=f"job:{job.side}:{job.profile_id}", by=by, at=at)
    request(Side(job.side), job.profile_id, at=at)


def due(at: datetime) -> QuerySet[RankingJob]:
    """Return the jobs that may be claimed at this moment, oldest first."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    return RankingJob.objects.filter(
        free, completed_version__lt=F("requested_version"), parked_at__isnull=True
    )


@transaction.atomic
def claim(*, at: datetime, limit: int = BATCH, lease: timedelta = LEASE) -> list[RankingJob]:
    rows = due(at).select_for_update(no_key=True, skip_locked=True)
    worn = [job.pk for job in rows.filter(attempts__gte=MOST_ATTEMPTS)]
    RankingJob.objects.filter(pk__in=worn).update(parked_at=at, leased_until=None, error=KILLED)
    chosen = list(rows.filter(attempts__lt=TOGETHER)[:limit]) or list(rows[:1])
    RankingJob.objects.filter(pk__in=[job.pk for job in chosen]).update(
        leased_until=at + lease, attempts=F("attempts") + 1
    )
    for job in chosen:
        job.attempts += 1
    return chosen


def finish(claims: Sequence[RankingJob], *, at: datetime, revision: int) -> None:
    """Mark the versions that were claimed as completed, in the transaction of their result."""
    locked = RankingJob.objects.select_for_update(no_key=True).filter(pk__in=[taken.pk for taken in claims])
    list(locked.order_by("-side", "profile_id").values("pk"))  # in the order in which edits request them
    by_version: dict[int, list[int]] = defaultdict(list)
    for taken in claims:
        by_version[taken.requested_version].append(taken.pk)
    for version, pks in by_version.items():
        RankingJob.objects.filter(pk__in=pks, completed_version__lt=version).update(
            completed_version=version,
            completed_at=at,
            leased_until=None,
            attempts=0,
            error="",
            revision=revision,
        )


def fail(claims: Sequence[RankingJob], *, error: str, at: datetime) -> None:
    for taken in claims:
        pause = timedelta(seconds=min(2**taken.attempts, LONGEST_PAUSE))
        parked = at if taken.attempts >= MOST_ATTEMPTS else None
        # A job that was requested again meanwhile is tried at once.
        RankingJob.objects.filter(pk=taken.pk, requested_version=taken.requested_version).update(
            error=error, leased_until=at + pause, parked_at=parked
        )
