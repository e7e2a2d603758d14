"""Whole re-rankings as rows: requested, claimed by one worker, reported on, finished."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from matchmaker.choices import Phase, RunState, Side
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.kinds import RANKED
from matchmaker.matching.ranking.services import jobs, run_work
from matchmaker.matching.ranking.services.jobs import KILLED
from matchmaker.models.ranking import RankingRun, Weights
from matchmaker.models.run import Runs
from profiles.models import SIDES, User
from profiles.platform import leases
from profiles.platform.audit import services as audit

LEASE = timedelta(seconds=120)  # reading and writing a market of PER_LEASE profiles take less
PER_LEASE = 100_000
AFTER_FAILURE = timedelta(minutes=10)
MOST_ATTEMPTS = 5


@transaction.atomic
def request(*, by: User | None, at: datetime, reason: str, weights: Weights | None = None) -> RankingRun:
    waiting = RankingRun.objects.filter(state=RunState.WAITING).order_by("pk").first()
    run = waiting or RankingRun.objects.create(by=by, asked_at=at, reason=reason[:200], weights=weights)
    audit.record(
        RANKED, subject=f"run:{run.pk}", by=by, at=at, details={"reason": reason, "joined": bool(waiting)}
    )
    transaction.on_commit(partial(dispatch.enqueue, dispatch.RANK_MARKET))
    return run


def request_for(side: Side, pks: Sequence[int], *, at: datetime) -> None:
    """Ask for the ranking of many profiles: a job for each of a few, one whole re-ranking for more."""
    published = SIDES[side].objects.published().filter(pk__in=pks)
    found = list(published.order_by("pk").values_list("pk", flat=True)[: jobs.BATCH + 1])
    if len(found) > jobs.BATCH:
        request(by=None, at=at, reason=gettext_noop("Many profiles changed at once"))
        return
    for pk in found:
        jobs.request(side, pk, at=at)


def may_request(*, at: datetime) -> bool:
    newest = RankingRun.objects.order_by("-pk").only("state", "asked_at").first()
    return newest is None or newest.state != RunState.FAILED or newest.asked_at < at - AFTER_FAILURE


def oldest() -> Runs:
    """Return the oldest open run. Runs take turns."""
    return RankingRun.objects.filter(pk__in=list(RankingRun.objects.open().values_list("pk", flat=True)[:1]))


def claim(*, at: datetime) -> RankingRun | None:
    """Take the oldest open run; None if there is none, another worker has it, or it was tried too often."""
    claimed: RankingRun | None = run_work.claim_next(
        oldest(), at=at, lease=LEASE, most_attempts=MOST_ATTEMPTS, killed=KILLED, claim=uuid4()
    )
    return claimed


def lease_of(least: timedelta, *, profiles: int) -> timedelta:
    """Return how long work on the market may take: of more than PER_LEASE profiles longer in proportion."""
    return least * max(1, profiles / PER_LEASE)


def report(run: RankingRun, phase: Phase, done: int = 0, total: int = 1, *, profiles: int = 0) -> None:
    """Store what the run does now, how many steps of it are done, and renew the lease.

    Raises:
        LeaseLostError: if another worker has taken the run over.
    """
    until = timezone.now() + lease_of(LEASE, profiles=profiles)
    leases.renew(run, until=until, phase=phase, steps_done=done, steps_total=total)


@dataclass(frozen=True)
class Unseen:
    startups: int = 0
    investors: int = 0
    named: list[dict[str, object]] = field(default_factory=list)


def finish(run: RankingRun, *, changed: int, unseen: Unseen, at: datetime) -> None:
    """Mark a run done, in the transaction that stores its rankings.

    Raises:
        LeaseLostError: if another worker has taken the run over.
    """
    leases.finish(
        run,
        state=RunState.DONE,
        phase="",
        steps_done=run.steps_total,
        changed_rows=changed,
        unseen=unseen.named,
        unseen_startups=unseen.startups,
        unseen_investors=unseen.investors,
        claim=None,
        finished_at=at,
        error="",
    )
