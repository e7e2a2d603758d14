"""What the worker is told to do. A task takes ids, calls one service, and may come twice, late or never."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.utils import timezone

from matchmaker.integrations import hints
from matchmaker.services import advice, blocks, matching
from matchmaker.services import refresh as service
from matchmaker.services import sweep as sweeping


@shared_task(name=hints.REFRESH)
def refresh() -> None:
    """Rank the profiles that have changed."""
    service.refresh_due(at=timezone.now())


@shared_task(name=hints.BLOCK)
def block(run: int) -> None:
    """Rank one block of a whole re-ranking."""
    blocks.work_block(run, at=timezone.now())


@shared_task(name=hints.ADVANCE)
def advance(run: int) -> None:
    """Take the next step of a whole re-ranking."""
    blocks.advance(run, at=timezone.now())


@shared_task(name=hints.ADVISE)
def advise(_advice: int) -> None:
    """Answer what startups have asked."""
    advice.answer_due(at=timezone.now())


@shared_task(name="matchmaker.tasks.sweep")
def sweep() -> None:
    """Show life, end what has expired, and do what is due."""
    sweeping.sweep(at=timezone.now())


@worker_process_init.connect
def warm_up(**_kwargs: Any) -> None:
    """Load the compiled engine before the first job, so that nobody waits for it."""
    matching.warm_up()


@worker_ready.connect
def begin(**_kwargs: Any) -> None:
    """Sweep as soon as the worker is there."""
    hints.send("matchmaker.tasks.sweep")
