"""Writing deals on record and theses."""

from datetime import datetime

from django.db import transaction

from profiles.choices import DealSource
from profiles.companies.services.companies import Row, assign, check_declared, convert, locked, record_change
from profiles.models import Deal, Investor, Thesis, User
from profiles.taxonomy.selectors.exchange_rates import rate_for
from profiles.visibility.fields import ROWS, editable

OF_A_DEAL, OF_A_THESIS = editable(ROWS["deals"]), editable(ROWS["theses"])


@transaction.atomic
def save_deal(
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
    check_declared(values, OF_A_DEAL)
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
def save_thesis(
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
    check_declared(values, OF_A_THESIS)
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
def delete_row(investor: Investor, *, row: Deal | Thesis, by: User, at: datetime) -> None:
    """Delete one of the investor's deals or theses.

    Raises:
        DoesNotExist: if it is not this investor's.
    """
    current = locked(investor)
    rows, kind = (current.deals, "deal") if isinstance(row, Deal) else (current.theses, "thesis")
    rows.get(pk=row.pk).delete()
    record_change(current, f"{kind} deleted", by=by, at=at)
