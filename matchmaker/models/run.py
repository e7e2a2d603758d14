"""Work of the worker that a person or the clock asks for, and that a page shows until it is over."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from profiles.models.leased_row import LeasedRow, LeasedRows

OPEN = (RunState.WAITING, RunState.RUNNING)


class Runs(LeasedRows):
    def open(self) -> Self:
        """Return the runs that are not over, oldest first."""
        return self.filter(state__in=OPEN).order_by("pk")

    def free(self, *, at: datetime) -> Self:
        return super().free(at=at).open()


class Run(LeasedRow):
    """A run that one worker at a time does. The row is the truth; a message to the worker is a hint."""

    claim_fields: ClassVar[tuple[str, ...]] = ("claim", "state")

    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = Runs.as_manager()  # type: ignore[misc]  # the plugin takes the two for different kinds

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
