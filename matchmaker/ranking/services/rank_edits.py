"""What the worker does when profiles have changed: read them, rank them, store what is different.

Everything is computed first and written in one short transaction that also marks the jobs done. If somebody
else wrote meanwhile, the clock says so and the work is done again on top of theirs.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.integrations import dispatch
from matchmaker.ranking.services import embeddings, inferred_sectors, jobs, market_state
from matchmaker.ranking.services.jobs import LeasedJob
from matchmaker.ranking.services.market_state import MarketChange, MarketState, memory

logger = logging.getLogger(__name__)

BATCHES = 50  # that one message does
TRIES = 20  # against other workers that write at the same time


class CrowdedError(Exception):
    """Others wrote every time before this worker could."""


class NotRankedError(Exception):
    """This engine has not ranked the market yet: the whole re-ranking comes first."""


def rank_due(*, at: datetime) -> int:
    """Do the jobs that are due, batch after batch, and return how many."""
    if memory.sync() is None:  # the first whole re-ranking does them all
        return 0
    done = 0
    for _batch in range(BATCHES):
        claims = jobs.claim(at=at)
        if not claims:
            return done
        done += _attempt(claims, at=at)
    dispatch.enqueue(dispatch.RANK_EDITS)  # so that no task runs into its time limit
    return done


def _attempt(claims: Sequence[LeasedJob], *, at: datetime) -> int:
    """Do a batch and return how many jobs were done; what goes wrong is kept with the jobs."""
    try:
        _rank(claims, at=at)
    except Exception as error:
        logger.exception("Ranking of %d profiles failed", len(claims))
        memory.clear()
        jobs.fail(claims, error=f"{type(error).__name__}: {error}", at=at)
        return 0
    return len(claims)


def _rank(claims: Sequence[LeasedJob], *, at: datetime) -> None:
    pks = {side: {taken.profile_id for taken in claims if taken.side == side} for side in Side}
    for side in Side:
        if pks[side]:
            embeddings.refresh(side, pks[side])
            inferred_sectors.refresh(side, pks[side])
    for _try in range(TRIES):
        state = memory.sync()
        if state is None:
            raise NotRankedError("The market is being ranked whole; this job waits for it.")
        change = market_state.apply_changes(state, pks)
        if _store(state, change, claims, at=at):
            memory.state = change.state
            return
    raise CrowdedError("Other workers wrote first, every time.")


@transaction.atomic
def _store(state: MarketState, change: MarketChange, claims: Sequence[LeasedJob], *, at: datetime) -> bool:
    """Write the change and finish the jobs; False, with nothing written, if the market is not as it was."""
    if not market_state.advance_clock(state.revision):
        return False
    calibration, revision = state.columns.calibration, change.state.revision
    stamp = market_state.Stamp(
        calibration.weights_version, calibration.version, calibration.engine_version, at, revision
    )
    for side, rows in change.written.items():
        market_state.write_lists(side, rows, stamp=stamp)
        market_state.remove_lists(side, change.removed[side])
    jobs.finish(claims, at=at, revision=revision)
    return True
