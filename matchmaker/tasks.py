"""What the worker is told to do. A task calls one service, and may come twice, late or never."""

import logging
from functools import partial
from typing import Any

from celery import bootsteps, shared_task
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from matchmaker.celery import app
from matchmaker.desk.reports import services as reports
from matchmaker.events.programmes.services import telling
from matchmaker.integrations import dispatch
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.ranking.services import rank_market as market
from matchmaker.operations import services as operations
from matchmaker.operations.services import periodic_tasks
from matchmaker.registry import HOUR, LONG_TASK, SOON, PeriodicTask, register_task
from profiles.curation.imports import services as imports
from profiles.platform.files import services as files
from profiles.platform.notifications import services as notifications

LIFE_SECONDS = 10.0  # after which a worker says again that it lives

logger = logging.getLogger(__name__)


@shared_task(name=dispatch.RANK_EDITS)
def rank_edits() -> None:
    """Rank the profiles that have changed."""
    market.rank_due(at=timezone.now())


@shared_task(name=dispatch.RANK_MARKET, **LONG_TASK)
def rank_market() -> None:
    """Do the oldest whole re-ranking that no worker holds."""
    market.work(at=timezone.now())


@shared_task(name=dispatch.WORK_IMPORTS, **LONG_TASK)
def work_imports() -> None:
    """Do what is due on one import; the next one takes its turn behind what else waits."""
    if imports.work_next(at=timezone.now()) and imports.due(timezone.now()).exists():
        dispatch.enqueue(dispatch.WORK_IMPORTS)


@shared_task(name=dispatch.ANSWER_ADVICE)
def answer_advice(_advice: int) -> None:
    """Answer what startups have asked."""
    pairs.answer_due(at=timezone.now())


@shared_task(name=dispatch.SEND_MAILS)
def send_mails() -> None:
    """Send the mails that are due."""
    notifications.send_due(at=timezone.now())


@shared_task(name=dispatch.COMPUTE_REPORTS)
def compute_reports() -> None:
    """Compute the reports that somebody has asked for."""
    reports.work(at=timezone.now())


@shared_task(name=dispatch.TELL_PROGRAMMES)
def tell_programmes() -> None:
    """Tell the many people of a programme whom an act left to the worker."""
    telling.tell_waiting(at=timezone.now())


@shared_task(name=dispatch.CHECK_FILES)
def check_files() -> None:
    """Check one file that somebody sent; the next one takes its turn behind what else waits."""
    if files.check_next(at=timezone.now()) and files.due(timezone.now()).exists():
        dispatch.enqueue(dispatch.CHECK_FILES)


@shared_task(name=dispatch.RUN_DUE)
def run_due() -> None:
    """Run the quick periodic tasks that are due; what is left takes its turn behind what else waits."""
    if operations.run_due(at=timezone.now()):
        dispatch.enqueue(dispatch.RUN_DUE)


def celery_name(task: PeriodicTask) -> str:
    """Return the name under which Celery knows a slow periodic task."""
    return f"matchmaker.periodic.{task.name}"


for periodic_task in periodic_tasks(is_slow=True):
    run = partial(operations.run_periodic, periodic_task)
    register_task(celery_name(periodic_task), run, queue=settings.SLOW_QUEUE)


def queues_of(consumer: Any) -> list[str]:
    """Return the names of the queues that a worker serves."""
    return sorted(queue.name for queue in consumer.task_consumer.queues)


class SignOfLife(bootsteps.StartStopStep):
    """Tells from the worker's main process that it lives, also while a task takes an hour."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        """Tell it now, and again and again."""
        self.tell(consumer)
        consumer.timer.call_repeatedly(LIFE_SECONDS, self.tell, (consumer,))

    def tell(self, consumer: Any) -> None:
        """Write this worker's row, and keep no connection that a new process of the pool would inherit."""
        try:
            operations.show_life(consumer.hostname, queues=", ".join(queues_of(consumer)), at=timezone.now())
        except DatabaseError:
            logger.warning("The database did not take that this worker lives.")
        finally:
            connections.close_all()


class PeriodicTimer(bootsteps.StartStopStep):
    """Sends the periodic tasks from the main process of the workers that serve their queue.

    Celery stops all timers when it loses the broker and starts its steps again when it is back, this one too.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        """Send one message for all quick tasks and one for each slow one now, and again and again."""
        if settings.PERIODIC_QUEUE not in queues_of(consumer):
            return
        slow = {
            celery_name(task): min(task.every, HOUR).total_seconds() for task in periodic_tasks(is_slow=True)
        }
        for name, seconds in {dispatch.RUN_DUE: SOON.total_seconds(), **slow}.items():
            self.send(name, seconds)
            consumer.timer.call_repeatedly(seconds, self.send, (name, seconds))

    def send(self, name: str, seconds: float) -> None:
        """Send a message that expires with the next one: a busy worker finds one waiting, not a hundred."""
        dispatch.enqueue(name, expires=seconds)


app.steps["consumer"].update({SignOfLife, PeriodicTimer})
