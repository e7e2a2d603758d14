"""What a company lists besides its fields, as a reviewer reads it: needs, traction, theses, offers, deals."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.db.models.fields.related import ForeignKey, ManyToManyField

from profiles.choices import Side
from profiles.models import Investor, Startup
from profiles.selectors.reviews import ReviewedField, reviewed_field

# The first of each names the row.
LISTED: dict[str, dict[str, tuple[str, ...]]] = {
    Side.STARTUP: {
        "needs": (
            "type", "urgency", "description", "quantity", "budget", "budget_currency", "forms", "sensitivity",
            "delivery", "province", "outcome", "starts_on", "expires_on",
        ),
        "traction": ("label", "value", "as_of_on", "source"),
        "partners": ("name", "provides", "share_pct"),
    },
    Side.INVESTOR: {
        "theses": (
            "name", "sectors", "sectors_out", "stages", "stages_out", "places", "places_out", "ticket_min",
            "ticket_max", "ticket_currency", "forms", "forms_out", "revenue_required", "lead_role", "note",
        ),
        "offers": (
            "type", "description", "maturity", "capacity", "forms", "regions", "price", "exclusivity",
            "equity_ask_pct", "ip_policy", "data_hosting", "data_access", "references", "expires_on",
        ),
        "deals": ("startup_name", "startup", "closed_on", "sector", "stage", "place", "form", "source"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class ReviewedList:
    """One list of a profile: its name, and every row's fields that say something."""

    label: str
    rows: list[list[ReviewedField]]


def reviewed_lists(profile: Startup | Investor) -> list[ReviewedList]:
    """Return the lists of a profile, empty ones included; as many queries for many rows as for one."""
    side = Side(profile._meta.model_name or "")
    return [_list(getattr(profile, name), fields) for name, fields in LISTED[side].items()]


def _list(manager: Any, fields: tuple[str, ...]) -> ReviewedList:
    kinds = {field: manager.model._meta.get_field(field) for field in fields}
    one = [field for field, kind in kinds.items() if isinstance(kind, ForeignKey)]
    many = [field for field, kind in kinds.items() if isinstance(kind, ManyToManyField)]
    rows = manager.select_related(*one) if one else manager
    label = str(manager.model._meta.verbose_name_plural)
    return ReviewedList(label, [_row(row, fields) for row in rows.prefetch_related(*many)])


def _row(row: Model, fields: tuple[str, ...]) -> list[ReviewedField]:
    found = [field for field in (reviewed_field(row, name) for name in fields) if field.value]
    amounts = {field.name.rpartition("_")[0] or field.name for field in found if "currency" not in field.name}
    return [field for field in found if _is_said(field, amounts)]


def _is_said(field: ReviewedField, amounts: set[str]) -> bool:
    """Tell whether a field says something: a currency does only beside its amount."""
    return "currency" not in field.name or field.name.removesuffix("_currency") in amounts
