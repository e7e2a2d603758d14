"""The safety net: every few seconds whatever is due gets done, whether or not a hint came through."""

import os
import socket
from datetime import datetime, timedelta

from matchmaker.conversations.services import files
from matchmaker.desk import services as pins
from matchmaker.digests import services as digests
from matchmaker.fair_dealing.services import screening
from matchmaker.introductions.services import deadlines
from matchmaker.matches.services import advice
from matchmaker.meetings.services import due as meetings
from matchmaker.models import Heartbeat, RankingRun
from matchmaker.ranking.market import editions
from matchmaker.ranking.services import full_run, incremental, market_state, run_files, runs
from profiles.accounts.services import accounts
from profiles.drafts import services as drafts
from profiles.freshness import services as freshness
from profiles.integrations import planner
from profiles.limits import services as limits
from profiles.notifications.services import outbox
from profiles.receipts import services as receipts

FORGOTTEN = timedelta(days=1)  # after which a silent worker's name is dropped
EDITION_AGE = timedelta(days=1)  # after which the market's scales are made anew
HINTS = 3  # hints for blocks that one sweep sends


def name() -> str:
    """Return this worker's name."""
    return f"{socket.gethostname()}:{os.getppid()}"


def do_what_is_due(*, at: datetime) -> None:
    """Show life, end what has expired, and do what is due. Safe in any number of workers at once."""
    Heartbeat.objects.update_or_create(name=name(), defaults={"at": at})
    Heartbeat.objects.filter(at__lt=at - FORGOTTEN).delete()
    pins.expire(at=at)
    deadlines.advance(at=at)
    meetings.advance(at=at)
    freshness.ask_and_unlist(at=at)
    digests.send_due_digests(at=at)
    outbox.send_due(at=at)
    limits.forget_full(at=at)
    drafts.forget_old(at=at)
    screening.forget_candidates(at=at)
    if keep_fresh(at=at):  # once a day is often enough
        outbox.forget_readers(at=at)
        files.remove_orphans(at=at)
        receipts.forget_receipts(at=at)
        accounts.forget_ended_sessions(at=at)
        planner.count_rows()
    incremental.refresh_due(at=at)
    advice.answer_due(at=at)
    resume(at=at)


def keep_fresh(*, at: datetime) -> RankingRun | None:
    """Ask for a whole re-ranking when there was none, it is a day old, or the engine is another."""
    if runs.unfinished().exists() or not runs.may_ask(at=at):
        return None
    reason = editions.why_again(at=at, age=EDITION_AGE, engine_version=market_state.ENGINE_VERSION)
    return runs.ask(by=None, at=at, reason=reason) if reason else None


def resume(*, at: datetime) -> None:
    """Remove what is left of runs that are over, and take up one that waits for somebody."""
    run_files.remove_old()
    run = runs.unfinished().first()
    if run is None:
        return
    waiting = runs.free_blocks(run.pk, at=at).count()
    runs.call_workers(run, blocks=min(waiting, HINTS))
    if not full_run.work_block(run.pk, at=at):
        full_run.advance(run.pk, at=at)
