"""Whether the parts of a running installation do their work."""

import logging
import tomllib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from matchmaker.choices import RunState
from matchmaker.matching.ranking.selectors import desk
from matchmaker.models.ranking import Heartbeat, RankingRun, Worker
from matchmaker.registry import OPTIONAL_QUEUES
from profiles.platform.files import services as files
from profiles.platform.notifications.selectors import outbox_state

logger = logging.getLogger(__name__)

WORKER_SILENCE = timedelta(seconds=30)
FAILURE_AGE = timedelta(days=2)  # the error of a task that has not started since is not shown any more
LEAST_FREE = 200 * files.MEGABYTE  # two companies can fill that
JOB_PATIENCE = timedelta(minutes=2)  # a whole re-ranking of a large market fits in


@cache
def version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as handle:
        return str(tomllib.load(handle)["project"]["version"])


def has_files() -> bool:
    try:
        return files.has_our_files()
    except Exception:  # each kind of store has errors of its own
        logger.warning("The file store does not answer.", exc_info=True)
        return False


def ranking_age(at: datetime) -> float | None:
    """Return the seconds since the market was last ranked as a whole."""
    done = RankingRun.objects.filter(state=RunState.DONE).aggregate(last=Max("finished_at"))["last"]
    return (at - done).total_seconds() if done else None


def has_all_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def has_static_files() -> bool:
    """Return whether this process knows the release's static files: without them every page fails."""
    return bool(getattr(staticfiles_storage, "hashed_files", True))


def health(*, at: datetime, broker: bool) -> dict[str, Any]:
    """Return the state of database, worker and queue for /readyz; the caller has asked the broker.

    Ages are None when there is nothing to measure. Waiting mails, failing periodic tasks and queues without
    a worker make nothing else unready.
    """
    seen = job = mail = None
    parked, failing, workers, has_database, is_migrated = 0, list[str](), list[Worker](), True, False
    free = files.free_bytes()
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    queues -= {name for name, is_needed in OPTIONAL_QUEUES.items() if not is_needed()}
    try:
        is_migrated = has_all_migrations()
        work, mails = desk.work(), outbox_state()
        workers = list(Worker.objects.order_by("name"))
        failed = Heartbeat.objects.exclude(error="").filter(at__gt=at - FAILURE_AGE).order_by("name")
        failing = list(failed.values_list("name", flat=True))
        seen, job, mail, parked = work.seen_at, work.oldest_at, mails.oldest_at, mails.parked
    except DatabaseError:
        has_database = False

    def age(since: datetime | None) -> float | None:
        return round((at - since).total_seconds(), 1) if since else None

    def alive(one: Worker) -> bool:
        return at - one.seen_at <= WORKER_SILENCE

    return {
        "database": has_database,
        "migrations": is_migrated,
        "static": has_static_files(),
        "files": has_database and is_migrated and has_files(),
        "disk": free > LEAST_FREE,
        "free_bytes": free,
        "broker": broker,
        "worker": seen is not None and at - seen <= WORKER_SILENCE,
        "worker_age_seconds": age(seen),
        "workers": [
            {"name": one.name, "queues": one.queues, "age_seconds": age(one.seen_at)} for one in workers
        ],
        "jobs": job is None or at - job <= JOB_PATIENCE,
        "oldest_job_age_seconds": age(job),
        "oldest_mail_age_seconds": age(mail),
        "parked_mails": parked,
        "failing_tasks": failing,
        "unserved_queues": sorted(
            queues.difference(*(one.queues.split(", ") for one in workers if alive(one)))
        ),
    }
