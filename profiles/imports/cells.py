"""Cells of a file as the input of a form."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from profiles.companies.forms.fields import TermsField
from profiles.imports.table import TableLine

YES_NO = {"yes": True, "no": False, "": False}
SEVERAL = (TermsField, forms.MultipleChoiceField)


def codes(cell: str) -> list[str]:
    """Return the codes in a cell."""
    return [code.strip() for code in cell.split(";") if code.strip()]


def form_data(form: type[Any], line: TableLine, *, prefix: str = "") -> "MultiValueDict[str, Any]":
    """Return what somebody would have posted to fill this form with the row's cells.

    A blank cell takes the form's own default. `prefix` stands before the names of the columns.
    """
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, field in form.base_fields.items():
        cell = line.cells.get(prefix + name, "")
        if isinstance(field, forms.BooleanField):
            if cell.lower() not in YES_NO:
                line.refuse(prefix + name, f"“{cell[:40]}” is neither yes nor no.")
            elif YES_NO[cell.lower()] or (not cell and field.initial is True):
                data[name] = "on"
        elif isinstance(field, SEVERAL):
            data.setlist(name, codes(cell))
        else:
            data[name] = cell if cell or field.initial is None else str(field.initial)
    return data


def row_data(prefix: str, rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what a form set of that prefix would post for these rows."""
    rows = list(rows)
    data = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def need_rows(cell: str) -> list[dict[str, str]]:
    """Return the needs in a cell such as `hardware:3;cloud:1`; a need without a number is for soon."""
    rows = []
    for part in codes(cell):
        code, _colon, urgency = part.partition(":")
        rows.append({"type": code.strip(), "urgency": urgency.strip() or "2", "budget_currency": "USD"})
    return rows


def offer_rows(cell: str) -> list[dict[str, str]]:
    """Return the offers in a cell such as `hardware;cloud`."""
    return [{"type": code} for code in codes(cell)]


def refuse_errors(line: TableLine, form: Any, *, prefix: str = "") -> None:
    """Note a bound form's errors at the columns they belong to."""
    for name, messages in form.errors.items():
        for message in messages:
            line.refuse("" if name == "__all__" else prefix + name, str(message))
    for section, rows in getattr(form, "sections", {}).items():
        for message in _messages(rows):
            line.refuse(section, message)


def _messages(rows: Any) -> list[str]:
    """Return every error of a form set."""
    found = [str(message) for errors in rows.errors for messages in errors.values() for message in messages]
    return found + [str(message) for message in rows.non_form_errors()]
