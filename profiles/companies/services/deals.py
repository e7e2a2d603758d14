"""Writing deals on record."""

from datetime import datetime

from django.db import transaction

from profiles.choices import DealSource
from profiles.companies.services.companies import Row, assign, check_declared, locked, record_change
from profiles.models import Deal, Investor, User
from profiles.taxonomy.selectors.exchange_rates import rate_for
from profiles.visibility.fields import ROWS, editable

__all__ = ["delete", "save"]

EDITABLE = editable(ROWS["deals"])


@transaction.atomic
def save(
    investor: Investor,
    *,
    values: Row,
    by: User,
    at: datetime,
    deal: Deal | None = None,
    source: DealSource = DealSource.SELF,
    unchanged_since: datetime | None = None,
) -> Deal:
    """Record a deal, or correct the given one, and return it. The amount is converted at its own day's rate.

    Raises:
        UndeclaredFieldError: if a field is not declared.
        Deal.DoesNotExist: if the deal is not this investor's.
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the investor's profile was changed after `unchanged_since`.
    """
    check_declared(values, EDITABLE)
    current = locked(investor, unchanged_since=unchanged_since)
    record = Deal(investor=current, source=source) if deal is None else current.deals.get(pk=deal.pk)
    changed = assign(record, values)
    if not changed and deal is not None:
        return record
    rate = rate_for(record.currency, on=record.closed_on)
    record.amount_usd, record.rate_on = rate.to_usd(record.amount), rate.quoted_on
    record.save()
    record_change(current, "deal saved", fields=changed, by=by, at=at)
    return record


@transaction.atomic
def delete(investor: Investor, *, deal: Deal, by: User, at: datetime) -> None:
    """Delete one of the investor's deals.

    Raises:
        Deal.DoesNotExist: if the deal is not this investor's.
    """
    current = locked(investor)
    current.deals.get(pk=deal.pk).delete()
    record_change(current, "deal deleted", by=by, at=at)
