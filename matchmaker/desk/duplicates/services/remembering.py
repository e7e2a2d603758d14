"""What the rows of two records say, what a merge has changed in them, and putting it back."""

import hashlib
import json
from typing import Any

from django.apps import apps
from django.db.models import Model

from profiles.models import Investor, Startup
from profiles.platform.merging import tables

Row = dict[str, Any]
Rows = dict[str, Row]  # by primary key
Dump = dict[str, Rows]  # by table


def dump(*companies: Startup | Investor) -> Dump:
    return {
        table.label: {str(row.pk): dump_row(row) for row in table.rows_of(*companies)}
        for table in tables(str(companies[0].side))
    }


def dump_row(row: Model) -> Row:
    return {
        field.attname: None if getattr(row, field.attname) is None else field.value_to_string(row)
        for field in row._meta.concrete_fields
    }


def difference(before: Dump, after: Dump) -> dict[str, Any]:
    changed: dict[str, Rows] = {}
    gone: dict[str, Rows] = {}
    made: dict[str, list[str]] = {}
    for label, rows in before.items():
        now = after[label]
        gone[label] = {pk: row for pk, row in rows.items() if pk not in now}
        made[label] = [pk for pk in now if pk not in rows]
        differing = {pk: row for pk, row in rows.items() if pk in now and row != now[pk]}
        changed[label] = {
            pk: {name: value for name, value in row.items() if value != now[pk][name]}
            for pk, row in differing.items()
        }
    return {"changed": changed, "gone": gone, "made": made}


def restore(record: dict[str, Any]) -> None:
    """Delete what was made, set back what was changed, store again what is gone.

    Foreign keys are checked at the end of the transaction, unique columns at once: what goes back to the
    other record makes room first.
    """
    for label, pks in record["made"].items():
        apps.get_model(label)._base_manager.filter(pk__in=pks).delete()
    updates = [(label, pk, row) for label, rows in record["changed"].items() for pk, row in rows.items()]
    for label, pk, row in sorted(updates, key=lambda each: not MOVED & each[2].keys()):
        model = apps.get_model(label)
        model._base_manager.filter(pk=pk).update(**_read(model, row))
    for label, rows in record["gone"].items():
        model = apps.get_model(label)
        model._base_manager.bulk_create([model(**_read(model, row)) for row in rows.values()])


MOVED = {"startup_id", "investor_id"}


def _read(model: type[Model], row: Row) -> Row:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: None if value is None else fields[name].to_python(value) for name, value in row.items()}


def prints_of(found: Dump, side: str) -> dict[str, str]:
    """Return a fingerprint of each table in which a change is someone's decision."""
    return {
        table.label: _print(found[table.label], table.decision.unwatched)
        for table in tables(side)
        if table.decision.is_watched
    }


def _print(rows: Rows, unwatched: tuple[str, ...]) -> str:
    watched = {
        pk: {name: value for name, value in row.items() if name not in unwatched} for pk, row in rows.items()
    }
    return hashlib.sha256(json.dumps(watched, sort_keys=True).encode()).hexdigest()[:16]


def version_of(kept: Startup | Investor, found: Dump) -> str:
    shown = [kept.public_id, prints_of(found, str(kept.side))]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
