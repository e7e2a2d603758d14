"""The columns of each importable file: they are the fields of the forms, so neither can drift."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from profiles.choices import Side
from profiles.companies.forms.fields import TermField, TermsField, YesNoField
from profiles.companies.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.forms.startup import STEP_FORMS
from profiles.visibility.fields import CATALOGUE, ROWS, Field

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


def columns_of(kind: str) -> list[Column]:
    """Return the columns of a file of `startups`, `investors` or `deals`."""
    return list(KINDS[kind]())


def _startups() -> Iterator[Column]:
    for form in STEP_FORMS.values():
        yield from fields_of(form, CATALOGUE[Side.STARTUP])
    yield Column("needs", NEEDS)


def _investors() -> Iterator[Column]:
    yield from fields_of(InvestorForm, CATALOGUE[Side.INVESTOR])
    yield Column("offers", OFFERS)
    for column in fields_of(ThesisForm, ROWS["theses"]):
        yield Column(THESIS + column.name, f"Thesis: {column.holds}")


def _deals() -> Iterator[Column]:
    yield Column("investor", INVESTOR, is_required=True)
    yield from fields_of(DealForm, ROWS["deals"])


KINDS: dict[str, Callable[[], Iterator[Column]]] = {
    "startups": _startups,
    "investors": _investors,
    "deals": _deals,
}


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
