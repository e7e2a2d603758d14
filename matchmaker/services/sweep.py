"""The safety net: every few seconds whatever is due gets done, whether or not a hint came through."""

import os
import socket
from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.models import Heartbeat, Pin, RankingRun
from matchmaker.selectors import market
from matchmaker.services import advice, blocks, jobs, matching, refresh, runs
from profiles.choices import AuditAction
from profiles.services import audit

FORGOTTEN = timedelta(days=1)  # after which a silent worker's name is dropped
EDITION_AGE = timedelta(days=1)  # after which the market's scales are made anew
HINTS = 3  # hints for blocks that one sweep sends


def name() -> str:
    """Return this worker's name."""
    return f"{socket.gethostname()}:{os.getppid()}"


def sweep(*, at: datetime) -> None:
    """Show life, end what has expired, and do what is due. Safe in any number of workers at once."""
    Heartbeat.objects.update_or_create(name=name(), defaults={"at": at})
    Heartbeat.objects.filter(at__lt=at - FORGOTTEN).delete()
    end_pins(at=at)
    keep_fresh(at=at)
    refresh.refresh_due(at=at)
    advice.answer_due(at=at)
    resume(at=at)


def end_pins(*, at: datetime) -> int:
    """Release the pins whose last day is over, have both sides ranked again, and return how many."""
    expired = Pin.objects.filter(released_at=None, expires_on__lt=at.date()).select_related(
        "startup", "investor"
    )
    return sum(_end(pin, at=at) for pin in expired)


@transaction.atomic
def _end(pin: Pin, *, at: datetime) -> bool:
    if not Pin.objects.filter(pk=pin.pk, released_at=None).update(released_at=at):
        return False
    audit.record(
        AuditAction.RELEASED,
        subject=f"pair:{pin.startup.public_id}:{pin.investor.public_id}",
        by=None,
        at=at,
        details={"kind": pin.kind, "expires_on": str(pin.expires_on)},
    )
    jobs.want(Side.STARTUP, pin.startup_id, at=at)
    jobs.want(Side.INVESTOR, pin.investor_id, at=at)
    return True


def keep_fresh(*, at: datetime) -> RankingRun | None:
    """Ask for a whole re-ranking when there was none, it is a day old, or the engine is another."""
    if runs.unfinished().exists() or not runs.may_ask(at=at):
        return None
    reason = market.why_again(at=at, age=EDITION_AGE, engine_version=matching.ENGINE_VERSION)
    return runs.ask(by=None, at=at, reason=reason) if reason else None


def resume(*, at: datetime) -> None:
    """Take up a run that waits for somebody."""
    run = runs.unfinished().first()
    if run is None:
        return
    waiting = runs.free_blocks(run.pk, at=at).count()
    runs.call_workers(run, blocks=min(waiting, HINTS))
    if not blocks.work_block(run.pk, at=at):
        blocks.advance(run.pk, at=at)
