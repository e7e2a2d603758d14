"""Whole re-rankings: asked for, split into blocks of startups, finished. The rows are the truth.

A run goes through its phases by `advance` steps (full_run.py); any worker may take the next one, and a
lease keeps two from taking the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from matchmaker.choices import Phase, RunState
from matchmaker.integrations import task_hints
from matchmaker.models import RankingBlock, RankingRun, Weights
from matchmaker.ranking.kinds import RANKED
from matchmaker.ranking.services.jobs import KILLED
from profiles.audit import services as audit
from profiles.models import User

STEP_LEASE = timedelta(seconds=120)  # reading, merging and writing a market of 120,000 take less
BLOCK_LEASE = timedelta(seconds=30)
AFTER_FAILURE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
ROUNDS = {1: Phase.MERIT, 2: Phase.SHARES}
OPEN = (RunState.WAITING, RunState.RUNNING)


@transaction.atomic
def ask(*, by: User | None, at: datetime, reason: str, weights: Weights | None = None) -> RankingRun:
    """Ask for a whole re-ranking and return it; one that waits already is the answer to both."""
    waiting = RankingRun.objects.filter(state=RunState.WAITING).order_by("pk").first()
    run = waiting or RankingRun.objects.create(by=by, asked_at=at, reason=reason[:200], weights=weights)
    audit.record(
        RANKED,
        subject=f"run:{run.pk}",
        by=by,
        at=at,
        details={"reason": reason, "joined": bool(waiting)},
    )
    transaction.on_commit(partial(task_hints.send, task_hints.ADVANCE, run.pk))
    return run


def unfinished() -> QuerySet[RankingRun]:
    """Return the runs that are not done or failed, oldest first."""
    return RankingRun.objects.filter(state__in=OPEN).order_by("pk")


def may_ask(*, at: datetime) -> bool:
    """Return whether a run may be asked for by itself: not right after one that failed."""
    newest = RankingRun.objects.order_by("-pk").only("state", "asked_at").first()
    return newest is None or newest.state != RunState.FAILED or newest.asked_at < at - AFTER_FAILURE


def _free(at: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=at)


def claim(pk: int, *, at: datetime) -> RankingRun | None:
    """Lease a run's next step and return the run; None if it is taken, finished, or behind an older run.

    A run whose steps were begun too often without an end fails.
    """
    if unfinished().filter(pk__lt=pk).exists():
        return None
    open_run = unfinished().filter(_free(at), pk=pk)
    worn = open_run.filter(attempts__gte=MOST_ATTEMPTS).first()
    if worn:
        fail_run(pk, error=worn.error or KILLED, at=at)
        return None
    taken = open_run.update(leased_until=at + STEP_LEASE, attempts=F("attempts") + 1, state=RunState.RUNNING)
    return RankingRun.objects.get(pk=pk) if taken else None


def begin_phase(run: RankingRun, phase: Phase, *, steps: int, done: int = 0) -> None:
    """Say what the run does now, in how many steps, and how many are done already."""
    run.phase, run.steps_done, run.steps_total = phase, done, steps
    RankingRun.objects.filter(pk=run.pk).update(phase=phase, steps_done=done, steps_total=steps)


@transaction.atomic
def split(run: RankingRun, *, round_: int, startups: int, size: int) -> None:
    """Make the blocks of a round, at least one, and give the run's step back."""
    rows = max(startups, 1)
    blocks = [
        RankingBlock(run=run, round=round_, first=first, last=min(first + size, rows))
        for first in range(0, rows, size)
    ]
    RankingBlock.objects.bulk_create(blocks, ignore_conflicts=True)
    begin_phase(run, ROUNDS[round_], steps=len(blocks))
    release(run)


def release(run: RankingRun) -> None:
    """Give the run's step back, done."""
    RankingRun.objects.filter(pk=run.pk).update(leased_until=None, attempts=0)


def give_back(run: RankingRun, *, error: str) -> None:
    """Give the run's step back to be tried again, and keep the error."""
    RankingRun.objects.filter(pk=run.pk).update(leased_until=None, error=error[:2000])


@transaction.atomic
def begin_again(run_pk: int) -> None:
    """Put a run back to before its first step, because what it has done so far cannot be used."""
    RankingBlock.objects.filter(run_id=run_pk).delete()
    RankingRun.objects.filter(pk=run_pk).update(leased_until=None, phase="", steps_done=0, steps_total=0)
    transaction.on_commit(partial(task_hints.send, task_hints.ADVANCE, run_pk))


def call_workers(run: RankingRun, *, blocks: int) -> None:
    """Tell the workers of blocks once these are stored; each hint is one block's worth of work."""

    def send() -> None:
        for _block in range(blocks):
            if not task_hints.send(task_hints.BLOCK, run.pk):
                return  # the sweep finds them

    transaction.on_commit(send)


def open_blocks(run_pk: int, round_: int) -> QuerySet[RankingBlock]:
    """Return the blocks of a round that are not done."""
    return RankingBlock.objects.filter(run_id=run_pk, round=round_, done_at__isnull=True)


def free_blocks(run_pk: int, *, at: datetime) -> QuerySet[RankingBlock]:
    """Return the blocks of a run's round that may be taken."""
    return (
        open_blocks(run_pk, round_of(run_pk)).filter(_free(at), run__state=RunState.RUNNING).order_by("first")
    )


def round_of(run_pk: int) -> int:
    """Return the round whose blocks were made last; 0 before the first."""
    newest = RankingBlock.objects.filter(run_id=run_pk).order_by("-round").first()
    return newest.round if newest else 0


@transaction.atomic
def claim_block(run_pk: int, *, at: datetime) -> RankingBlock | None:
    """Lease the next block of a run's round and return it; None if there is none to take."""
    block = free_blocks(run_pk, at=at).select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if block is None:
        return None
    if block.attempts >= MOST_ATTEMPTS:
        fail_run(run_pk, error=block.run.error or KILLED, at=at)
        return None
    RankingBlock.objects.filter(pk=block.pk).update(leased_until=at + BLOCK_LEASE, attempts=F("attempts") + 1)
    return block


@transaction.atomic
def finish_block(block: RankingBlock, *, at: datetime) -> bool:
    """Mark a block done and return whether it was the last of its round."""
    if open_blocks(block.run_id, block.round).filter(pk=block.pk).update(done_at=at, leased_until=None):
        RankingRun.objects.filter(pk=block.run_id, steps_done__lt=F("steps_total")).update(
            steps_done=F("steps_done") + 1
        )
    return not open_blocks(block.run_id, block.round).exists()


def give_block_back(block: RankingBlock, *, error: str) -> None:
    """Let a block that failed be tried again, and keep the error."""
    RankingBlock.objects.filter(pk=block.pk).update(leased_until=None)
    RankingRun.objects.filter(pk=block.run_id).update(error=error[:2000])


def finish(
    run: RankingRun,
    *,
    changed: int,
    unseen: Sequence[dict[str, object]],
    at: datetime,
) -> None:
    """Mark a run done, in the transaction that stored its rankings."""
    RankingBlock.objects.filter(run=run).delete()
    RankingRun.objects.filter(pk=run.pk).update(
        state=RunState.DONE,
        phase="",
        steps_done=F("steps_total"),
        changed_rows=changed,
        unseen=list(unseen),
        leased_until=None,
        finished_at=at,
        error="",
    )


def fail_run(run_pk: int, *, error: str, at: datetime) -> None:
    """Give a run up."""
    RankingRun.objects.filter(pk=run_pk).update(
        state=RunState.FAILED, error=error[:2000], finished_at=at, leased_until=None
    )
