"""What the worker is told to do. A task takes ids, calls one service, and may come twice, late or never."""

from typing import Any

from celery import bootsteps, shared_task
from celery.signals import worker_process_init
from django.conf import settings
from django.utils import timezone

from matchmaker.celery import app
from matchmaker.integrations import task_hints
from matchmaker.operations import services as sweeping
from matchmaker.pairs.services import advice
from matchmaker.ranking.services import full_run, market_state
from matchmaker.ranking.services import incremental as service
from profiles.notifications.services import outbox


@shared_task(name=task_hints.REFRESH)
def refresh() -> None:
    """Rank the profiles that have changed."""
    service.refresh_due(at=timezone.now())


@shared_task(name=task_hints.BLOCK)
def block(run: int) -> None:
    """Rank one block of a whole re-ranking."""
    full_run.work_block(run, at=timezone.now())


@shared_task(name=task_hints.ADVANCE)
def advance(run: int) -> None:
    """Take the next step of a whole re-ranking."""
    full_run.advance(run, at=timezone.now())


@shared_task(name=task_hints.ADVISE)
def advise(_advice: int) -> None:
    """Answer what startups have asked."""
    advice.answer_due(at=timezone.now())


@shared_task(name=task_hints.MAILS)
def send_mails() -> None:
    """Send the mails that are due."""
    outbox.send_due(at=timezone.now())


@shared_task(name=task_hints.SWEEP)
def sweep() -> None:
    """Show life, end what has expired, and do what is due."""
    sweeping.do_what_is_due(at=timezone.now())


@worker_process_init.connect
def warm_up_worker(**_kwargs: Any) -> None:
    """Have the compiled engine loaded while the first jobs are done without it."""
    market_state.compile_engine()


class SweepClock(bootsteps.StartStopStep):
    """The sweep's clock, in the worker's main process: it stops only with the worker itself.

    Celery stops all clocks when it loses the broker and starts its steps again when it is back, this one too.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        """Sweep now, and then every `SWEEP_SECONDS`."""
        self.hint()
        consumer.timer.call_repeatedly(settings.SWEEP_SECONDS, self.hint)

    def hint(self) -> None:
        """Send a sweep that expires with the next one: a busy worker finds one waiting, not a hundred."""
        task_hints.send(task_hints.SWEEP, expires=settings.SWEEP_SECONDS)


app.steps["consumer"].add(SweepClock)
