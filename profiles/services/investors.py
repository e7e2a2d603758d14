"""Writing investors and partners."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.choices import AuditAction
from profiles.models import Investor, Membership, Thesis, User
from profiles.services import audit, changes
from profiles.services.profiles import (
    Row,
    assign,
    check_declared,
    convert,
    finish,
    locked,
    merged_visibility,
    replace_rows,
    subject_of,
    submit,
)
from profiles.validators import name_keys

__all__ = ["create", "delete_thesis", "edit", "save_offers", "save_thesis", "submit"]

# What an owner may set, and nothing else. Evidence is the curators' to judge.
EDITABLE = frozenset({
    "name_en", "name_zh", "name_ur", "pitch", "summary_en", "summary_zh", "summary_ur", "website",
    "languages", "contact_name", "contact_email", "visibility", "capacity", "kind", "legal_name",
    "registry_id", "place", "state_owned", "beneficial_owner", "reply_days", "fee_policy", "fee_details",
    "exclusivity_ask", "board_seat_ask", "max_stake_pct", "portfolio", "conflicts", "data_hosting",
    "confirmed_on",
})  # fmt: skip
IDENTITY = frozenset({"name_en", "name_zh", "name_ur", "legal_name", "registry_id"})
MATERIAL = frozenset({
    "pitch", "summary_en", "summary_zh", "summary_ur", "website", "kind", "place", "state_owned",
    "beneficial_owner", "fee_policy", "fee_details", "portfolio",
})  # fmt: skip
THESIS = frozenset({
    "name", "note", "sectors", "sectors_out", "sector_importance", "stages", "stages_out",
    "stage_importance", "places", "places_out", "place_importance", "ticket_min", "ticket_max",
    "ticket_currency", "ticket_importance", "forms", "forms_out", "form_importance", "revenue_required",
    "no_pre_revenue", "lead_role", "weights", "is_active", "active_from_on", "active_to_on", "confirmed_on",
})  # fmt: skip
OFFER = frozenset({
    "type", "description", "maturity", "ip_policy", "forms", "regions", "price", "is_free", "exclusivity",
    "equity_ask_pct", "data_hosting", "data_access", "capacity", "references", "expires_on",
})  # fmt: skip


@transaction.atomic
def create(
    *, name_en: str, by: User, at: datetime, owner: User | None = None, is_demo: bool = False
) -> Investor:
    """Create a draft; with `owner`, that person's company."""
    investor = Investor.objects.create(
        name_en=name_en, name_key=name_keys(name_en), created_at=at, changed_at=at, is_demo=is_demo
    )
    if owner is not None:
        Membership.objects.create(user=owner, investor=investor, is_owner=True, joined_at=at)
    audit.record(
        AuditAction.EDITED, subject=subject_of(investor), by=by, at=at, details={"fields": ["created"]}
    )
    return investor


@transaction.atomic
def edit(
    investor: Investor,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]] | None = None,
    by: User,
    at: datetime,
) -> Investor:
    """Set declared fields and replace the list of `offers`; return the investor.

    Raises:
        UndeclaredFieldError: if a field or a list is not declared.
    """
    check_declared(changes, EDITABLE)
    check_declared(rows or {}, frozenset({"offers"}))
    current = locked(investor)
    values = dict(changes)
    if "visibility" in values:
        values["visibility"] = merged_visibility(current, values["visibility"])
    changed = assign(current, values)
    if "place" in changed:
        current.jurisdiction = current.place.country_code if current.place else ""
    changed += [name for name, own in (rows or {}).items() if replace_rows(current, name, own, OFFER)]
    return finish(current, changed, identity=IDENTITY, material=MATERIAL, by=by, at=at)


def save_offers(investor: Investor, *, offers: Sequence[Row], by: User, at: datetime) -> Investor:
    """Make the investor's offers exactly these."""
    return edit(investor, changes={}, rows={"offers": offers}, by=by, at=at)


@transaction.atomic
def save_thesis(
    investor: Investor, *, values: Row, by: User, at: datetime, thesis: Thesis | None = None
) -> Thesis:
    """Create a thesis, or change the given one, and return it.

    Raises:
        UndeclaredFieldError: if a field is not declared.
        Thesis.DoesNotExist: if the thesis is not this investor's.
        NoRateError: if the currency has no exchange rate.
    """
    check_declared(values, THESIS)
    current = locked(investor)
    if thesis is None:
        record = current.theses.create(name=values["name"])
    else:
        record = current.theses.select_for_update().get(pk=thesis.pk)
    changed = assign(record, values)
    convert(record, currency=record.ticket_currency, amounts=("ticket_min", "ticket_max"))
    if changed or thesis is None:
        record.save()
        _tell(current, "thesis saved", changed, by=by, at=at)
    return record


@transaction.atomic
def delete_thesis(investor: Investor, *, thesis: Thesis, by: User, at: datetime) -> None:
    """Delete one of the investor's theses.

    Raises:
        Thesis.DoesNotExist: if the thesis is not this investor's.
    """
    current = locked(investor)
    current.theses.get(pk=thesis.pk).delete()
    _tell(current, "thesis deleted", [], by=by, at=at)


def _tell(investor: Investor, act: str, fields: list[str], *, by: User, at: datetime) -> None:
    """Leave an audit record and tell who matches."""
    audit.record(
        AuditAction.EDITED,
        subject=subject_of(investor),
        by=by,
        at=at,
        details={"act": act, "fields": sorted(fields)},
    )
    changes.touch(investor, at=at)
