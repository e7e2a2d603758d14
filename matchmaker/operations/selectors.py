"""Whether the parts of a running installation do their work."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import DatabaseError

from matchmaker.models.heartbeat import Heartbeat
from matchmaker.ranking.selectors import desk
from profiles.notifications.selectors import outbox_state

WORKER_SILENCE = timedelta(seconds=30)
FAILURE_AGE = timedelta(days=2)  # the error of a task that has not started since is not shown any more
JOB_PATIENCE = timedelta(minutes=2)  # a whole re-ranking of a large market fits in


@dataclass(frozen=True)
class Health:
    """What /readyz reports. Ages are None when there is nothing to measure."""

    database: bool
    broker: bool
    worker_age: timedelta | None = None
    oldest_job_age: timedelta | None = None
    oldest_mail_age: timedelta | None = None  # a dead mail server makes nothing else unready
    parked_mails: int = 0
    failing_tasks: tuple[str, ...] = ()  # a failing periodic task makes nothing else unready

    @property
    def worker(self) -> bool:
        """Whether a worker has shown life lately."""
        return self.worker_age is not None and self.worker_age <= WORKER_SILENCE

    @property
    def jobs(self) -> bool:
        """Whether no job has waited too long."""
        return self.oldest_job_age is None or self.oldest_job_age <= JOB_PATIENCE

    @property
    def ready(self) -> bool:
        """Whether all parts do their work."""
        return all((self.database, self.broker, self.worker, self.jobs))


@cache
def version() -> str:
    """Return the product's version."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as handle:
        return str(tomllib.load(handle)["project"]["version"])


def failing_tasks(*, at: datetime) -> tuple[str, ...]:
    """Return the names of the periodic tasks whose last run failed."""
    failed = Heartbeat.objects.exclude(error="").filter(at__gt=at - FAILURE_AGE).order_by("name")
    return tuple(failed.values_list("name", flat=True))


def health(*, at: datetime, broker: bool) -> Health:
    """Return the state of database, worker and queue; the caller has asked the broker."""
    try:
        work, mails = desk.work(), outbox_state()
        failing = failing_tasks(at=at)
    except DatabaseError:
        return Health(database=False, broker=broker)
    return Health(
        database=True,
        broker=broker,
        worker_age=at - work.seen_at if work.seen_at else None,
        oldest_job_age=at - work.oldest_at if work.oldest_at else None,
        oldest_mail_age=at - mails.oldest_at if mails.oldest_at else None,
        parked_mails=mails.parked,
        failing_tasks=failing,
    )
