"""Writing startups."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.choices import AuditAction
from profiles.models import Membership, Startup, User
from profiles.services import audit
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

__all__ = ["ROWS", "create", "edit", "replace_needs", "submit"]

# What an owner may set, and nothing else.
EDITABLE = frozenset({
    "name_en", "name_zh", "name_ur", "pitch", "summary_en", "summary_zh", "summary_ur", "website",
    "languages", "contact_name", "contact_email", "visibility", "capacity", "registration_number",
    "registrar", "place", "operating_places", "founded", "primary_sector", "other_sectors", "stage",
    "revenue", "revenue_band", "business_model", "team_size", "women_led", "founders", "seeks_capital",
    "ask_min", "ask_max", "ask_currency", "committed", "foreign_capital", "closing_on", "forms",
    "forms_are_must", "foreign_share_pct", "cap_table", "licences", "public_sector_customer",
    "accepts_exclusivity", "ip_policy", "no_state_owned", "data_classes", "data_location",
    "data_crosses_border", "data_access", "data_exit", "confirmed_on",
})  # fmt: skip
IDENTITY = frozenset({"name_en", "name_zh", "name_ur", "registration_number"})
MATERIAL = frozenset({
    "pitch", "summary_en", "summary_zh", "summary_ur", "website", "registrar", "place", "primary_sector",
    "stage", "revenue", "founders", "licences", "cap_table", "foreign_capital", "foreign_share_pct",
})  # fmt: skip
# The lists of rows that belong to a startup, and what may be set in each.
ROWS = {
    "needs": frozenset({
        "type", "urgency", "description", "quantity", "budget", "budget_currency", "forms", "languages",
        "beneficiaries", "sensitivity", "delivery", "province", "outcome", "starts_on", "expires_on",
    }),
    "traction": frozenset({"label", "value", "as_of_on", "source"}),
    "partners": frozenset({"name", "provides", "share_pct"}),
}  # fmt: skip


@transaction.atomic
def create(
    *, name_en: str, by: User, at: datetime, owner: User | None = None, is_demo: bool = False
) -> Startup:
    """Create a draft; with `owner`, that person's company."""
    startup = Startup.objects.create(
        name_en=name_en, name_key=name_keys(name_en), created_at=at, changed_at=at, is_demo=is_demo
    )
    if owner is not None:
        Membership.objects.create(user=owner, startup=startup, is_owner=True, joined_at=at)
    audit.record(
        AuditAction.EDITED, subject=subject_of(startup), by=by, at=at, details={"fields": ["created"]}
    )
    return startup


@transaction.atomic
def edit(
    startup: Startup,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]] | None = None,
    by: User,
    at: datetime,
) -> Startup:
    """Set declared fields, replace whole lists of rows (`needs`, `traction`, `partners`), return the startup.

    Nothing is written, audited or ranked again when nothing differs.

    Raises:
        UndeclaredFieldError: if a field or a list is not declared.
        NoRateError: if the currency has no exchange rate.
    """
    check_declared(changes, EDITABLE)
    check_declared(rows or {}, frozenset(ROWS))
    current = locked(startup)
    values = dict(changes)
    if "visibility" in values:
        values["visibility"] = merged_visibility(current, values["visibility"])
    changed = assign(current, values)
    if {"ask_min", "ask_max", "ask_currency"} & set(changed):
        convert(current, currency=current.ask_currency, amounts=("ask_min", "ask_max"))
    changed += [name for name, own in (rows or {}).items() if replace_rows(current, name, own, ROWS[name])]
    return finish(current, changed, identity=IDENTITY, material=MATERIAL, by=by, at=at)


def replace_needs(startup: Startup, *, needs: Sequence[Row], by: User, at: datetime) -> Startup:
    """Make the startup's needs exactly these."""
    return edit(startup, changes={}, rows={"needs": needs}, by=by, at=at)
