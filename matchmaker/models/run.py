"""Work of the worker that a person or the clock asks for, and that a page shows until it is over."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from profiles.models.leased_row import LeasedRow, LeasedRows, LeaseLostError

logger = logging.getLogger(__name__)

OPEN = (RunState.WAITING, RunState.RUNNING)


def error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


class Runs(LeasedRows):
    def open(self) -> Self:
        """Return the runs that are not over, oldest first."""
        return self.filter(state__in=OPEN).order_by("pk")

    def free(self, *, at: datetime) -> Self:
        return super().free(at=at).open()

    def claim_next(
        self, *, at: datetime, lease: timedelta, most_attempts: int, killed: str, **changes: Any
    ) -> Any:
        """Claim the oldest free run. One that was tried too often fails, with `killed` if it has no error."""
        error = Coalesce(NullIf(F("error"), Value("")), Value(killed))
        worn = self.free(at=at).filter(attempts__gte=most_attempts)
        worn.update(state=RunState.FAILED, error=error, finished_at=at, leased_until=None)
        return self.free(at=at).claim(until=at + lease, state=RunState.RUNNING, **changes)


class Run(LeasedRow):
    """A run that one worker at a time does. The row is the truth; a message to the worker is a hint."""

    claim_fields: ClassVar[tuple[str, ...]] = ("claim", "state")

    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = Runs.as_manager()  # type: ignore[misc]  # mypy takes it for a field

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def work(self, compute: Callable[[], Mapping[str, Any]]) -> None:
        """Finish with what `compute` returns, or with its error. Nothing is stored if the claim is lost."""
        try:
            ended = {"state": RunState.DONE, "error": "", **compute()}
        except LeaseLostError as error:
            logger.warning("%s", error)
            return
        except Exception as error:
            logger.exception("%r failed", self)
            ended = {"state": RunState.FAILED, "error": error_text(error)}
        self.release(**ended, finished_at=timezone.now())
