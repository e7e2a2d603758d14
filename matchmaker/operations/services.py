"""The periodic tasks: each finds what is due, whether or not a message came through.

Capabilities register theirs (matchmaker/registry.py). One message runs all quick tasks that are due; a slow
one has a message of its own (matchmaker/tasks.py). A failure of one stops no other. Several workers share one
schedule: a task starts only where its last start, a row of Heartbeat, is long enough ago.
"""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.market import term_index
from matchmaker.matching.ranking.services import market_state, runs
from matchmaker.models.ranking import Heartbeat, RankingRun, Worker
from matchmaker.registry import DAY, PERIODIC_TASKS, PeriodicTask
from profiles.curation.imports import services as imports
from profiles.curation.selections import selectors as selections
from profiles.platform.files import services as files

logger = logging.getLogger(__name__)

WORK_ON_SELECTIONS = "matchmaker.tasks.work_on_selections"
LONGEST_START = 2.0  # seconds after which one message starts no more tasks
LONG = 1.0  # seconds from which on a task is worth a line
NEVER = datetime.min.replace(tzinfo=UTC)
EARLY = 0.8  # of its interval after which a task may start again: messages come a little early or late


def request_ranking(*, at: datetime) -> RankingRun | None:
    if RankingRun.objects.open().exists() or not runs.may_request(at=at):
        return None
    reason = term_index.why_again(
        at=at, age=term_index.CALIBRATION_AGE, engine_version=market_state.ENGINE_VERSION
    )
    return runs.request(by=None, at=at, reason=reason) if reason else None


def resume_ranking(*, at: datetime) -> None:
    if runs.oldest().free(at=at).exists():
        dispatch.enqueue(dispatch.RANK_MARKET)


def resume_imports(*, at: datetime) -> None:
    if imports.due(at).exists():
        dispatch.enqueue(dispatch.WORK_IMPORTS)


def resume_selections(*, at: datetime) -> None:
    if selections.due(at).exists():
        dispatch.enqueue(WORK_ON_SELECTIONS)


def resume_checks(*, at: datetime) -> None:
    if files.due(at).exists():
        dispatch.enqueue(dispatch.CHECK_FILES)


def periodic_tasks(*, is_slow: bool) -> list[PeriodicTask]:
    return [task for task in PERIODIC_TASKS if task.is_slow == is_slow]


def run_due(tasks: Sequence[PeriodicTask] | None = None, *, at: datetime) -> bool:
    """Run what is due, what has waited longest first. Return whether another message has to run the rest.

    Without `tasks`: the quick ones.
    """
    begun, starts = time.monotonic(), dict(Heartbeat.objects.values_list("name", "at"))
    tasks = periodic_tasks(is_slow=False) if tasks is None else tasks
    due = [task for task in tasks if starts.get(task.name, NEVER) <= at - task.every * EARLY]
    due.sort(key=lambda task: starts.get(task.name, NEVER))
    for number, task in enumerate(due, 1):
        run_periodic(task, at=at)
        if time.monotonic() - begun > LONGEST_START:
            return number < len(due)
    return False


def run_periodic(task: PeriodicTask, *, at: datetime) -> bool:
    if not _start(task, at=at):
        return False
    error, begun = "", time.monotonic()
    try:
        task.run(at=at)
    except Exception as failure:
        logger.exception("The periodic task %s failed", task.name)
        error = f"{type(failure).__name__}: {failure}"[:2000]
    if (seconds := time.monotonic() - begun) >= LONG:
        logger.info("The periodic task %s took %.1f s", task.name, seconds)
    Heartbeat.objects.filter(name=task.name).exclude(error=error).update(error=error)
    return True


def _start(task: PeriodicTask, *, at: datetime) -> bool:
    if Heartbeat.objects.filter(name=task.name, at__lte=at - task.every * EARLY).update(at=at):
        return True
    _row, is_first = Heartbeat.objects.get_or_create(name=task.name, defaults={"at": at})
    return is_first


def show_life(name: str, *, queues: str, at: datetime) -> None:
    Worker.objects.update_or_create(name=name, defaults={"queues": queues, "seen_at": at})
    Worker.objects.filter(seen_at__lt=at - DAY).delete()
