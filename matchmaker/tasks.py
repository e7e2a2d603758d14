"""What the worker is told to do. A task takes ids, calls one service, and may come twice, late or never."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.utils import timezone

from matchmaker.integrations import task_hints
from matchmaker.matches import services as advice
from matchmaker.operations import services as sweeping
from matchmaker.ranking.services import full_run, market_state
from matchmaker.ranking.services import incremental as service
from profiles.notifications import services as notifications


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
    notifications.send_due(at=timezone.now())


@shared_task(name="matchmaker.tasks.sweep")
def sweep() -> None:
    """Show life, end what has expired, and do what is due."""
    sweeping.do_what_is_due(at=timezone.now())


@worker_process_init.connect
def warm_up_worker(**_kwargs: Any) -> None:
    """Have the compiled engine loaded while the first jobs are done without it."""
    market_state.compile_engine()


@worker_ready.connect
def sweep_at_start(**_kwargs: Any) -> None:
    """Sweep as soon as the worker is there."""
    task_hints.send("matchmaker.tasks.sweep")
