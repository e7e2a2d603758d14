"""Writing theses."""

from datetime import datetime

from django.db import transaction

from profiles.companies.services.companies import Row, assign, check_declared, convert, locked, record_change
from profiles.models import Investor, Thesis, User
from profiles.visibility.fields import ROWS, editable

__all__ = ["EDITABLE", "delete", "save"]

EDITABLE = editable(ROWS["theses"])


@transaction.atomic
def save(
    investor: Investor,
    *,
    values: Row,
    by: User,
    at: datetime,
    thesis: Thesis | None = None,
    unchanged_since: datetime | None = None,
) -> Thesis:
    """Create a thesis, or change the given one, and return it.

    Raises:
        UndeclaredFieldError: if a field is not declared.
        Thesis.DoesNotExist: if the thesis is not this investor's.
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the investor's profile was changed after `unchanged_since`.
    """
    check_declared(values, EDITABLE)
    current = locked(investor, unchanged_since=unchanged_since)
    if thesis is None:
        record = current.theses.create(name=values["name"])
    else:
        record = current.theses.select_for_update(no_key=True).get(pk=thesis.pk)
    changed = assign(record, values)
    convert(record, currency=record.ticket_currency, amounts=("ticket_min", "ticket_max"))
    if changed or thesis is None:
        record.save()
        record_change(current, "thesis saved", fields=changed, by=by, at=at)
    return record


@transaction.atomic
def delete(investor: Investor, *, thesis: Thesis, by: User, at: datetime) -> None:
    """Delete one of the investor's theses.

    Raises:
        Thesis.DoesNotExist: if the thesis is not this investor's.
    """
    current = locked(investor)
    current.theses.get(pk=thesis.pk).delete()
    record_change(current, "thesis deleted", by=by, at=at)
