"""Computing the reports, and writing down who has taken one along."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from matchmaker.choices import RunState
from matchmaker.desk.reports.kinds import REPORTED
from matchmaker.desk.reports.selectors.funnel import Market
from matchmaker.desk.reports.selectors.pages import COMPUTED
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.services.run_work import claim_next, error_text
from matchmaker.models.report import ReportRow, ReportRun
from matchmaker.models.run import OPEN
from profiles.curation.reviews.kinds import EXPORT_LIMIT
from profiles.guards import require_curator
from profiles.models import User
from profiles.platform import leases
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits

logger = logging.getLogger(__name__)

AGE = timedelta(days=1)  # after which the reports are computed by themselves
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3


@transaction.atomic
def request(*, by: User | None, at: datetime) -> ReportRun:
    waiting = ReportRun.objects.filter(state=RunState.WAITING).order_by("pk").first()
    run = waiting or ReportRun.objects.create(by=by, asked_at=at)
    transaction.on_commit(partial(dispatch.enqueue, dispatch.COMPUTE_REPORTS))
    return run


def compute_due(*, at: datetime) -> bool:
    newest = ReportRun.objects.order_by("-pk").first()
    if newest is None or (newest.state not in OPEN and newest.asked_at <= at - AGE):
        ReportRun.objects.create(asked_at=at)
    return work(at=at)


def work(*, at: datetime) -> bool:
    """Compute the oldest run that no worker holds; return whether there was one and it did not fail."""
    run = _claim(at)
    if run is None:
        return False
    try:
        _compute(run)
    except leases.LeaseLostError:
        return False
    except Exception as error:
        logger.exception("Computing the reports failed: %s", run)
        state = RunState.FAILED if run.attempts >= MOST_ATTEMPTS else RunState.WAITING
        leases.release(run, state=state, error=error_text(error), finished_at=timezone.now())
        return False
    return True


def _claim(at: datetime) -> ReportRun | None:
    new = {"started_at": at, "steps_done": 0, "steps_total": len(COMPUTED)}
    rows = ReportRun.objects.all()
    run: ReportRun | None = claim_next(
        rows, at=at, lease=LEASE, most_attempts=MOST_ATTEMPTS, killed="", **new
    )
    return run


def _compute(run: ReportRun) -> None:
    """Compute and store all figures. Raises LeaseLostError, with nothing stored."""
    assert run.started_at is not None  # noqa: S101  it is claimed
    market, rows = Market(run.started_at), list[ReportRow]()
    for done, compute in enumerate(COMPUTED, start=1):
        rows += [ReportRow(run=run, **figures._asdict()) for figures in compute(market)]
        leases.renew(run, until=timezone.now() + LEASE, steps_done=done)
    with transaction.atomic():
        leases.finish(run, state=RunState.DONE, finished_at=timezone.now(), error="")
        ReportRow.objects.bulk_create(rows, batch_size=500)
        ReportRun.objects.filter(pk__lt=run.pk).exclude(state__in=OPEN).delete()


@transaction.atomic
def record_download(*, kind: str, period: str = "", by: User, at: datetime) -> None:
    """Write down that a curator takes a report along: `kind` is its code, `period` the quarter.

    Raises:
        NotACuratorError: for anyone but a curator. LimitReachedError: too often.
    """
    require_curator(by)
    limits.take_token(EXPORT_LIMIT, account=by, at=at)
    audit.record(REPORTED, subject=f"report:{kind}", by=by, at=at, details={"kind": kind, "period": period})
