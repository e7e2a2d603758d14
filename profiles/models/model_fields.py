"""Kinds of columns that many records have, and texts that a record has once a language."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Model
from django.utils.translation import get_language

from profiles.choices import Importance


def in_language(record: Model, field: str) -> str:
    """Return the field in the active language; empty where the record does not have it."""
    language = (get_language() or "en")[:2]
    return str(getattr(record, f"{field}_{language}", ""))


if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only

    from profiles.models import User

    Amount = models.DecimalField[float | str | Decimal | None, Decimal | None]  # set to, and read as

Kept = TypeVar("Kept", bound=models.Model)
PERCENT = (MinValueValidator(0), MaxValueValidator(100))


def taxonomy_fk(
    table: type[Kept], label: "_StrPromise", on_delete: Callable[..., None] = models.PROTECT
) -> "models.ForeignKey[Kept | None, Kept | None]":
    """Return the column of one row of a table, which may be left out; what somebody chose is not deleted."""
    return models.ForeignKey(table, on_delete, null=True, blank=True, related_name="+", verbose_name=label)


def taxonomy_m2m(table: type[Kept], label: "_StrPromise") -> "models.ManyToManyField[Kept, Any]":
    """Return the column of any number of rows of a table."""
    return models.ManyToManyField(table, blank=True, related_name="+", verbose_name=label)


def money(label: "_StrPromise") -> "Amount":
    """Return the column of an amount that may be left out."""
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, blank=True)


def money_in_usd(label: "_StrPromise | None" = None) -> "Amount":
    """Return the column of what an amount was in US dollars."""
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, editable=False)


def share(label: "_StrPromise") -> "Amount":
    """Return the column of a share in per cent that may be left out."""
    return models.DecimalField(
        label, max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )


def number(
    label: "_StrPromise", validators: Sequence[Callable[[Any], None]]
) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """Return the column of a small number that may be left out."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=validators)


def person() -> "models.ForeignKey[User | None, User | None]":
    """Return the column of who did something, once somebody has."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


def importance(label: "_StrPromise") -> "models.CharField[str, str]":
    """Return the column that says how strictly a criterion is meant."""
    return models.CharField(label, max_length=4, choices=Importance, default=Importance.NICE)


def check_if_set(
    name: str, *columns: str, said: "_StrPromise | None" = None, **rule: Any
) -> models.CheckConstraint:
    """Return the constraint that a rule holds where all these columns are set, `said` where it does not."""
    condition = models.Q()
    for column in columns:
        condition |= models.Q(**{f"{column}__isnull": True})
    return models.CheckConstraint(
        condition=condition | models.Q(**rule), name=name, violation_error_message=said
    )
