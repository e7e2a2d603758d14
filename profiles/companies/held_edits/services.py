"""What waits of an edit is put aside; a curator's approval writes it into the tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.catalogue.visibility.fields import ROWS, held_for_review
from profiles.choices import Status
from profiles.companies.held_edits import selectors
from profiles.companies.held_edits.kinds import EDIT_TAKEN_BACK
from profiles.models import HeldEdit, Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.refusals import RefusedError
from profiles.signals import edit_changed
from profiles.validators import name_keys

Row = Mapping[str, Any]
LIVE = (Status.APPROVED, Status.SUSPENDED)


def waits_for(profile: Startup | Investor, by: User) -> HeldEdit | None:
    """Return what holds a person's edit for review; None if it applies at once. The row may be new."""
    if by.is_curator or by.is_superuser:
        return None
    edit = selectors.edit_of(profile)
    if edit is None and profile.status in LIVE:
        edit = HeldEdit(**{str(profile.side): profile}, submitted_before=profile.submitted_at)
    return edit


def hold_for_review(
    record: Model, values: Row, waiting: frozenset[str], aside: dict[str, Any]
) -> tuple[dict[str, Any], set[str]]:
    """Move values that need review into `aside`; return the other values and the newly held names.

    Raises:
        NoRateError: if a new currency has no exchange rate.
    """
    at_once, new = {}, set()
    for name, value in values.items():
        if name not in waiting:
            at_once[name] = value
            continue
        field: Any = record._meta.get_field(name)
        stored = field.value_from_object(record)
        given, before = plain(value), dict(aside)
        aside[name] = given
        if given == plain(stored):
            del aside[name]
        if aside != before:
            new.add(name)
    _amounts, currency = selectors.AMOUNTS.get(str(record._meta.model_name), ((), ""))
    if currency in new:
        rate_for(aside.get(currency, "USD"))  # without a rate it could never be approved
    return at_once, new


def hold_row_for_review(
    edit: HeldEdit, name: str, record: Model, values: Row
) -> tuple[dict[str, Any], set[str]]:
    aside = edit.rows.get(name, {}).get(str(record.pk), {})
    found = hold_for_review(record, values, held_for_review(ROWS[name]), aside)
    forget_row(edit, name, record.pk)
    if aside:
        edit.rows.setdefault(name, {})[str(record.pk)] = aside
    return found


def forget_row(edit: HeldEdit, name: str, pk: int) -> None:
    rows = edit.rows.pop(name, {})
    rows.pop(str(pk), None)
    if rows:
        edit.rows[name] = rows


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        return plain(value.pk)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal | int):
        return f"{Decimal(value).normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def stored_values(record: Model, names: Iterable[str]) -> dict[str, Any]:
    fields: list[Any] = [record._meta.get_field(name) for name in names]
    return {field.name: plain(field.value_from_object(record)) for field in fields}


def note_unread(profile: Startup | Investor, replaced: Mapping[str, Any]) -> None:
    """Note what a curator has read of an approved profile that is different now; the caller saves it."""
    read = {**replaced, **profile.unread_changes}
    now = stored_values(profile, read)
    profile.unread_changes = {name: value for name, value in read.items() if now[name] != value}


def hold_list_for_review(edit: HeldEdit, profile: Startup | Investor, name: str, rows: Sequence[Row]) -> bool:
    """Hold a list for review as a whole, unless rows were only removed.

    Return whether the held list changed.
    """
    columns = sorted({column for row in rows for column in row})
    given = [{column: plain(row.get(column)) for column in columns} for row in rows]
    stored = [
        {column: plain(value) for column, value in selectors.values_of(row, columns).items()}
        for row in selectors.loaded(getattr(profile, name))
    ]
    before = edit.rows.pop(name, None)
    if not all(row in stored for row in given):
        edit.rows[name] = given
    return bool(before != edit.rows.get(name))


def settle(profile: Startup | Investor, edit: HeldEdit, *, at: datetime) -> None:
    """Store the pending edit of a locked profile, or drop it when it changes nothing.

    The caller saves the profile.
    """
    if not edit.values and not edit.rows:
        drop(profile, edit)
        return
    edit.changed_at = at
    edit.save()
    if profile.status in (*LIVE, Status.SUBMITTED):
        profile.submitted_at = at


def drop(profile: Startup | Investor, edit: HeldEdit) -> None:
    """Forget the edit of a locked profile, which waits no more than without it. The caller saves it."""
    if edit.pk:
        edit.delete()
        profile.submitted_at = edit.submitted_before


def apply(profile: Startup | Investor) -> None:
    """Write the edit of a locked profile into its tables."""
    edit = selectors.edit_of(profile)
    if edit is None:
        return
    selectors.put(profile, edit.values)
    profile.name_key = name_keys(profile.name_en, profile.name_zh, profile.name_ur)
    profile.save()
    for name, rows in edit.rows.items():
        manager: Any = getattr(profile, name)
        if name in selectors.WHOLE_LISTS:
            manager.all().delete()
            for values in rows:
                row = manager.model(**{str(profile.side): profile})
                selectors.put(row, values)
                row.save()
            continue
        stored = [row for row in manager.all() if str(row.pk) in rows]
        for row in stored:
            if "name" in rows[str(row.pk)]:  # two rows may change names
                manager.filter(pk=row.pk).update(name=f"##{row.pk}")
        for row in stored:
            selectors.put(row, rows[str(row.pk)])
            row.save()
    edit.delete()


def replaced_by_edit(profile: Startup | Investor) -> dict[str, Any]:
    """Return the edit of a locked profile and what it replaces, as JSON, for `put_back`."""
    edit = selectors.edit_of(profile)
    assert edit is not None  # noqa: S101  asked for where one is applied
    rows: dict[str, Any] = {}
    for name, given in edit.rows.items():
        stored = getattr(profile, name).all()
        if name in selectors.WHOLE_LISTS:
            names = [field.name for field in stored.model._meta.concrete_fields if not field.primary_key]
            columns = [each for each in names if each != str(profile.side)]
            rows[name] = [stored_values(row, columns) for row in stored]
        else:
            rows[name] = {
                str(row.pk): stored_values(row, selectors.with_dollars(row, given[str(row.pk)]))
                for row in stored
                if str(row.pk) in given
            }
    return {
        "values": stored_values(profile, selectors.with_dollars(profile, edit.values)),
        "rows": rows,
        "edit": {
            "values": edit.values,
            "rows": edit.rows,
            "changed_at": edit.changed_at.isoformat(),
            "submitted_before": edit.submitted_before and edit.submitted_before.isoformat(),
        },
    }


def put_back(profile: Startup | Investor, *, replaced: Mapping[str, Any]) -> None:
    """Put back in a locked profile what its edit had replaced; the edit waits again."""
    values = dict(replaced["edit"])
    for name in ("changed_at", "submitted_before"):
        values[name] = values[name] and datetime.fromisoformat(values[name])
    edit = HeldEdit(**{str(profile.side): profile}, values=replaced["values"], rows=replaced["rows"])
    edit.save()
    profile.held_edit = edit
    apply(profile)
    HeldEdit.objects.create(**{str(profile.side): profile}, **values)


def free_name(investor: Investor) -> str:
    taken = set(investor.theses.values_list("name", flat=True))
    return next(name for number in count(1) if (name := f"#{number}") not in taken)


@transaction.atomic
def take_back(profile: Startup | Investor, *, by: User, at: datetime) -> None:
    """Forget an edit that waits or was returned: what was approved stays.

    Raises:
        RefusedError: if there is none any more.
    """
    (current,) = lock_profiles(profile)
    edit = selectors.edit_of(current)
    if edit is None:
        raise RefusedError(_("There is no waiting edit any more: it was approved, or someone withdrew it."))
    details = {"fields": sorted([*edit.values, *edit.rows])}
    drop(current, edit)
    current.save(update_fields=["submitted_at"])
    edit_changed.send(sender=type(current), pk=current.pk)
    audit.record(EDIT_TAKEN_BACK, subject=audit.subject_of(current), by=by, at=at, details=details)
