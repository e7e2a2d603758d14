"""A profile as last edited, beside the approved one that others read."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.catalogue.visibility.fields import ROWS, editable, held_for_review
from profiles.models import HeldEdit, Investor, Startup

AnyProfile = TypeVar("AnyProfile", bound=Startup | Investor)
Row = Mapping[str, Any]
# Lists of which every field waits: they have nothing that could hold at once, so they wait as a whole.
WHOLE_LISTS = frozenset(name for name, fields in ROWS.items() if held_for_review(fields) >= editable(fields))
# Amounts, each with its currency, that are kept in dollars too.
AMOUNTS: dict[str, tuple[tuple[str, ...], str]] = {
    "startup": (("ask_min", "ask_max"), "ask_currency"),
    "thesis": (("ticket_min", "ticket_max"), "ticket_currency"),
}


def values_of(record: Model, names: Iterable[str]) -> dict[str, Any]:
    many = {field.name for field in record._meta.many_to_many}
    return {
        name: list(getattr(record, name).all()) if name in many else getattr(record, name) for name in names
    }


def loaded(manager: Any) -> QuerySet[Any]:
    fields = manager.model._meta
    one = [field.name for field in fields.fields if field.many_to_one]
    rows: QuerySet[Any] = manager.select_related(*one)
    return rows.prefetch_related(*(field.name for field in fields.many_to_many))


def edit_of(profile: Startup | Investor) -> HeldEdit | None:
    edit: HeldEdit | None = getattr(profile, "held_edit", None) if profile.pk else None
    return edit if edit and edit.pk else None


def last_edit(profile: Startup | Investor) -> datetime:
    """Return when the profile was last changed, a pending edit included."""
    edit = edit_of(profile)
    return max(profile.changed_at, edit.changed_at) if edit else profile.changed_at


def convert(record: Any) -> None:
    amounts, currency = AMOUNTS[record._meta.model_name]
    rate = rate_for(getattr(record, currency))
    for name in amounts:
        setattr(record, f"{name}_usd", rate.to_usd(getattr(record, name)))
    record.rate_on = rate.quoted_on


def put(record: Model, values: Row) -> None:
    for name, value in values.items():
        field: Any = record._meta.get_field(name)
        setattr(record, field.attname, field.to_python(value))
    amounts, currency = AMOUNTS.get(str(record._meta.model_name), ((), ""))
    if values.keys() & {*amounts, currency} and "rate_on" not in values:
        convert(record)


def with_dollars(record: Model, names: Iterable[str]) -> set[str]:
    amounts, currency = AMOUNTS.get(str(record._meta.model_name), ((), ""))
    all_names = set(names)
    return (
        all_names | {*(f"{name}_usd" for name in amounts), "rate_on"}
        if all_names & {*amounts, currency}
        else all_names
    )


def newest(profile: AnyProfile) -> AnyProfile:
    """Return a copy of the profile as its people last wrote it: for them and for curators, never saved."""
    edit = edit_of(profile)
    if edit is None:
        return profile
    shown = copy(profile)
    put(shown, edit.values)
    return shown


def newest_rows(profile: Startup | Investor, name: str) -> list[Any]:
    """Return the rows of a list as its people last wrote them; never saved."""
    edit, manager = edit_of(profile), getattr(profile, name)
    rows = [] if edit and name in WHOLE_LISTS and name in edit.rows else list(loaded(manager))
    if edit is None or name not in edit.rows:
        return rows
    if name in WHOLE_LISTS:
        for values in edit.rows[name]:
            rows.append(manager.model(**{str(profile.side): profile}))
            put(rows[-1], values)
        return rows
    for row in rows:
        put(row, edit.rows[name].get(str(row.pk), {}))
    return rows


def rows_by_key(profile: Startup | Investor, name: str) -> dict[int, Any]:
    """Return the newest rows of a list by what names them in an address.

    A list that waits as a whole is written again with every edit, so its rows have their place instead.
    """
    rows = newest_rows(profile, name)
    return dict(enumerate(rows, start=1)) if name in WHOLE_LISTS else {row.pk: row for row in rows}


def show_newest(profile: Startup | Investor, name: str, row: Model) -> None:
    """Set on a stored row of a list what its people last wrote; it is never saved."""
    edit = edit_of(profile)
    put(row, edit.rows.get(name, {}).get(str(row.pk), {}) if edit else {})


@dataclass(frozen=True)
class WaitingEdit:
    names: tuple[str, ...]
    is_returned: bool


def waiting_edit(profile: Startup | Investor) -> WaitingEdit | None:
    """Return the edit of a profile in the words of its pages; None if there is none."""
    edit = edit_of(profile)
    if edit is None:
        return None
    fields: list[Any] = [profile._meta.get_field(name) for name in edit.values]
    lists = [getattr(profile, name).model._meta.verbose_name_plural for name in edit.rows]
    words = [*(field.verbose_name for field in fields), *lists]
    is_returned = bool(profile.reviewed_at and profile.reviewed_at >= edit.changed_at)
    return WaitingEdit(tuple(dict.fromkeys(map(str, words))), is_returned)
