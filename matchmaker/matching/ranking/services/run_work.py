"""Runs are claimed by the worker, and end with a result or an error."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from matchmaker.choices import RunState
from matchmaker.models.run import Run, Runs
from profiles.platform import leases

logger = logging.getLogger(__name__)


def error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def claim_next(
    rows: Runs, *, at: datetime, lease: timedelta, most_attempts: int, killed: str, **changes: Any
) -> Any:
    """Claim the oldest free run. One that was tried too often fails, with `killed` if it has no error."""
    error = Coalesce(NullIf(F("error"), Value("")), Value(killed))
    worn = rows.free(at=at).filter(attempts__gte=most_attempts)
    worn.update(state=RunState.FAILED, error=error, finished_at=at, leased_until=None)
    return leases.claim(rows.free(at=at), until=at + lease, state=RunState.RUNNING, **changes)


def work(run: Run, compute: Callable[[], Mapping[str, Any]]) -> None:
    """Finish with what `compute` returns, or with its error. Nothing is stored if the claim is lost."""
    try:
        ended = {"state": RunState.DONE, "error": "", **compute()}
    except leases.LeaseLostError as error:
        logger.warning("%s", error)
        return
    except Exception as error:
        logger.exception("%r failed", run)
        ended = {"state": RunState.FAILED, "error": error_text(error)}
    leases.release(run, **ended, finished_at=timezone.now())
