"""Celery tasks. Each calls one service and may run twice, late or never."""

import logging
from functools import partial
from typing import Any

from celery import bootsteps, shared_task
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from matchmaker.celery import app
from matchmaker.desk.reports import services as reports
from matchmaker.events.programmes.services import invitations, telling
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
    market.rank_due(at=timezone.now())


@shared_task(name=dispatch.RANK_MARKET, **LONG_TASK)
def rank_market() -> None:
    market.work(at=timezone.now())


@shared_task(name=dispatch.WORK_IMPORTS, **LONG_TASK)
def work_imports() -> None:
    if imports.work_next(at=timezone.now()) and imports.due(timezone.now()).exists():
        dispatch.enqueue(dispatch.WORK_IMPORTS)


@shared_task(name=dispatch.ANSWER_ADVICE)
def answer_advice(_advice: int) -> None:
    pairs.answer_due(at=timezone.now())


@shared_task(name=dispatch.SEND_MAILS)
def send_mails() -> None:
    notifications.send_due(at=timezone.now())


@shared_task(name=dispatch.COMPUTE_REPORTS)
def compute_reports() -> None:
    reports.work(at=timezone.now())


@shared_task(name=dispatch.TELL_PROGRAMMES)
def tell_programmes() -> None:
    telling.notify_waiting(at=timezone.now())
    invitations.send_waiting(at=timezone.now())


@shared_task(name=dispatch.CHECK_FILES)
def check_files() -> None:
    if files.check_next(at=timezone.now()) and files.due(timezone.now()).exists():
        dispatch.enqueue(dispatch.CHECK_FILES)


@shared_task(name=dispatch.RUN_DUE)
def run_due() -> None:
    if operations.run_due(at=timezone.now()):
        dispatch.enqueue(dispatch.RUN_DUE)


def celery_name(task: PeriodicTask) -> str:
    return f"matchmaker.periodic.{task.name}"


for periodic_task in periodic_tasks(is_slow=True):
    run = partial(operations.run_periodic, periodic_task)
    register_task(celery_name(periodic_task), run, queue=settings.SLOW_QUEUE)


def queues_of(consumer: Any) -> list[str]:
    return sorted(queue.name for queue in consumer.task_consumer.queues)


class SignOfLife(bootsteps.StartStopStep):
    """Tells from the worker's main process that it lives, also while a task takes an hour."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        self.tell(consumer)
        consumer.timer.call_repeatedly(LIFE_SECONDS, self.tell, (consumer,))

    def tell(self, consumer: Any) -> None:
        try:
            operations.show_life(consumer.hostname, queues=", ".join(queues_of(consumer)), at=timezone.now())
        except DatabaseError:
            logger.warning("The database did not take that this worker lives.")
        finally:
            connections.close_all()


class PeriodicTimer(bootsteps.StartStopStep):
    """Sends the periodic tasks from the main process of the workers that serve their queue."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        if settings.PERIODIC_QUEUE not in queues_of(consumer):
            return
        slow = {
            celery_name(task): min(task.every, HOUR).total_seconds() for task in periodic_tasks(is_slow=True)
        }
        for name, seconds in {dispatch.RUN_DUE: SOON.total_seconds(), **slow}.items():
            self.send(name, seconds)
            consumer.timer.call_repeatedly(seconds, self.send, (name, seconds))

    def send(self, name: str, seconds: float) -> None:
        dispatch.enqueue(name, expires=seconds)


app.steps["consumer"].update({SignOfLife, PeriodicTimer})
