"""Contents of a profile for comparison, and the audit record of an edit."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model

from profiles.catalogue.visibility.fields import CATALOGUE, ordered
from profiles.choices import Status
from profiles.companies.held_edits.selectors import newest, newest_rows, values_of
from profiles.companies.held_edits.services import plain
from profiles.models import Investor, KeptValues, Startup


def contents(profile: Startup | Investor, names: Iterable[str]) -> dict[str, Any]:
    """Return what curators read of the named fields and lists, as JSON, as its people last wrote them."""
    if profile.status == Status.DRAFT:
        return {}
    values: dict[str, Any] = {}
    shown, fields = newest(profile), CATALOGUE[profile.side]
    for name in names:
        field = fields[name]
        if field.rows:
            columns = [each.name for each in ordered(field.rows, "reviewed") if not each.is_exact]
            values[name] = [_content(row, columns) for row in newest_rows(profile, name)]
        elif field.reviewed and not field.is_exact:
            values |= _content(shown, [name])
    return values


def _content(record: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values_of(record, names).items()}


def audit_diff(profile: Startup | Investor, before: dict[str, Any]) -> KeptValues | None:
    """Return the audit record of an edit: changed fields and rows; None if there are none."""
    kept = KeptValues(**{str(profile.side): profile})
    for name, new in contents(profile, before).items():
        old = before[name]
        if CATALOGUE[profile.side][name].rows:
            old, new = [row for row in old if row not in new], [row for row in new if row not in old]
        if old != new:
            kept.before[name], kept.after[name] = old, new
    return kept if kept.before else None


def comparable(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, (list, tuple)) or (hasattr(value, "__iter__") and not isinstance(value, str)):
        return sorted(str(_plain(item)) for item in value)
    return value
