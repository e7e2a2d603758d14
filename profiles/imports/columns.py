"""The columns of each importable file, and their cells as the input of forms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from profiles.choices import Side
from profiles.companies.forms.fields import TermField, TermsField, YesNoField
from profiles.companies.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.forms.startup import STEP_FORMS
from profiles.imports.table import TableLine
from profiles.visibility.fields import CATALOGUE, ROWS, Field

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


THESIS = "thesis_"
TABLES = {
    "Sector": "taxonomy.csv",
    "Stage": "stages.csv",
    "NeedType": "needs.csv",
    "PartnershipForm": "forms.csv",
    "Place": "places.csv",
}
NEEDS = "Codes of needs.csv separated by `;`, each with its urgency 1 to 3: `hardware:3;cloud:1`"
OFFERS = "Codes of needs.csv separated by `;`"
INVESTOR = "Whose deal it is: the investor's public id, registry number or name in Latin letters"


@dataclass(frozen=True)
class Column:
    """One column: its name, what a cell holds, and whether it must be there."""

    name: str
    holds: str
    is_required: bool = False


KINDS = ("startups", "investors", "deals")


def columns_of(kind: str) -> list[Column]:
    """Return the columns of a file of `startups`, `investors` or `deals`."""
    if kind == "deals":
        investor = Column("investor", INVESTOR, is_required=True)
        return [investor, *fields_of(DealForm, ROWS["deals"])]
    if kind == "investors":
        theses = fields_of(ThesisForm, ROWS["theses"])
        return [
            *fields_of(InvestorForm, CATALOGUE[Side.INVESTOR]),
            Column("offers", OFFERS),
            *(Column(THESIS + column.name, f"Thesis: {column.holds}") for column in theses),
        ]
    steps = [fields_of(form, CATALOGUE[Side.STARTUP]) for form in STEP_FORMS.values()]
    return [*(column for step in steps for column in step), Column("needs", NEEDS)]


def fields_of(form: type[Any], declared: Mapping[str, Field]) -> Iterator[Column]:
    """Yield a column for each field of a form; a file needs those that the catalogue says it does."""
    required = {name for name, field in declared.items() if field.is_required}
    for name, field in form.base_fields.items():
        yield Column(name, holds(field), name in required)


def holds(field: forms.Field) -> str:
    """Return in words what a cell of this field holds."""
    if isinstance(field, TermField):
        table = TABLES[field.model.__name__]
        return f"Codes of {table} separated by `;`" if isinstance(field, TermsField) else f"A code of {table}"
    if isinstance(field, (YesNoField, forms.BooleanField)):
        return "`yes` or `no`"
    if isinstance(field, forms.ChoiceField):
        return _choices(field)
    return _plain(field)


def _choices(field: forms.ChoiceField) -> str:
    """Return the codes of a closed list."""
    if callable(field.choices) or type(field.choices).__name__ == "CallableChoiceIterator":
        return "A country's code of places.csv, or `mixed`"
    codes = ", ".join(f"`{code}`" for code, _label in field.choices if code != "")
    several = isinstance(field, forms.MultipleChoiceField)
    return f"Any of {codes}, separated by `;`" if several else f"One of {codes}"


def _plain(field: forms.Field) -> str:
    """Return what a cell of a field without choices holds."""
    if isinstance(field, forms.DecimalField) and field.max_digits == 5:
        return "A percentage, such as `12.5`"
    words = next((words for kind, words in PLAIN.items() if isinstance(field, kind)), None)
    return words or f"Text, at most {getattr(field, 'max_length', None)} characters"


# From the special to the general: an address is text too.
PLAIN: dict[type[forms.Field], str] = {
    forms.DateField: "A day, such as `2026-11-25`",
    forms.DecimalField: "An amount, such as `250000`",
    forms.IntegerField: "A whole number",
    forms.URLField: "A web address",
    forms.EmailField: "An email address",
}


def document(kind: str) -> str:
    """Return the columns of a file as a Markdown table (docs/import.md is checked against it)."""
    rows = [
        f"| `{column.name}`{' (required)' if column.is_required else ''} | {column.holds} |"
        for column in columns_of(kind)
    ]
    return "\n".join(["| column | holds |", "|---|---|", *rows])
