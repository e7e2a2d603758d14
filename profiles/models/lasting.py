"""Rows that count for a time: from a first day on, until a last one, unless they are laid aside."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Model, Q
from django.utils import timezone

LAST_DAYS = ("expires_on", "active_to_on")
FIRST_DAYS = ("active_from_on",)
SWITCH = "is_active"


def lasting(kind: type[Model], on: date, path: str = "") -> Q:
    """Return which rows of a kind are neither over nor laid aside; `path` leads to them, as `needs__`."""
    found = Q(**{f"{path}{SWITCH}": True}) if SWITCH in marks_of(kind) else Q()
    for name in marks_of(kind, LAST_DAYS):
        found &= Q(**{f"{path}{name}__isnull": True}) | Q(**{f"{path}{name}__gte": on})
    return found


def in_use(kind: type[Model], on: date, path: str = "") -> Q:
    """Return which rows of a kind count on a day: those that last and have begun."""
    found = lasting(kind, on, path)
    for name in marks_of(kind, FIRST_DAYS):
        found &= Q(**{f"{path}{name}__isnull": True}) | Q(**{f"{path}{name}__lte": on})
    return found


def marks_of(kind: type[Model], among: tuple[str, ...] = (SWITCH,)) -> list[str]:
    """Return which of these columns the rows of a kind have."""
    known = {field.name for field in kind._meta.fields}
    return [name for name in among if name in known]


class LastingRows(models.QuerySet[Any]):
    """What may be asked of such rows."""

    def lasting(self, on: date) -> Self:
        """Keep what is neither over nor laid aside."""
        return self.filter(lasting(self.model, on))

    def in_use(self, on: date) -> Self:
        """Keep what counts on this day."""
        return self.filter(in_use(self.model, on))


class LastingRow(models.Model):
    """A row that counts for a time, which some of the columns above tell."""

    objects = LastingRows.as_manager()

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        days = (getattr(self, name) for name in marks_of(type(self), LAST_DAYS))
        return any(day is not None and day < timezone.localdate() for day in days)

    @property
    def is_to_come(self) -> bool:
        """Whether its first day is still ahead."""
        days = (getattr(self, name) for name in marks_of(type(self), FIRST_DAYS))
        return any(day is not None and day > timezone.localdate() for day in days)
