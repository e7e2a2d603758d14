"""Names in a cell of a closed list, read as codes, in any language and case."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from profiles.choices import ImportKind
from profiles.companies.steps.forms.fields import TermField, Terms
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.rows import NeedForm, OfferForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.curation.imports.cells import SEVERAL, codes
from profiles.curation.imports.columns import THESIS
from profiles.curation.imports.table import TableLine
from profiles.validators import one_line

URGENCY = "needs:urgency"  # what stands after the colon
HEADER = ["columns", "code", "name_en", "name_ur", "name_zh"]


@dataclass(frozen=True)
class Choice:
    code: str
    names: tuple[str, ...]


def closed_fields(kind: str) -> dict[str, forms.ChoiceField]:
    found: dict[str, Any] = {}
    if kind == ImportKind.DEALS:
        found |= DealForm.base_fields
    elif kind == ImportKind.INVESTORS:
        found |= InvestorForm.base_fields | {"offers": OfferForm.base_fields["type"]}
        found |= {THESIS + name: field for name, field in ThesisForm.base_fields.items()}
    else:
        for form in STEP_FORMS.values():
            found |= form.base_fields
        found |= {"needs": NeedForm.base_fields["type"], URGENCY: NeedForm.base_fields["urgency"]}
    terms = Terms()
    closed: dict[str, forms.ChoiceField] = {}
    for column, field in found.items():
        if isinstance(field, forms.ChoiceField):
            own = closed[column] = deepcopy(field)
            if isinstance(own, TermField):
                own.use(terms)
    return closed


def choices_of(field: forms.ChoiceField) -> list[Choice]:
    if isinstance(field, TermField):
        terms = [term for term in field.terms.of(field.model) if field.only(term)]
        return [Choice(term.code, (term.name_en, term.name_ur, term.name_zh)) for term in terms]
    named: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            shown: Any = field.choices
            for code, label in shown:
                named.setdefault(str(code), []).append(str(label))
    return [Choice(code, tuple(names)) for code, names in named.items() if code]


def _plain(text: str) -> str:
    return one_line(text).casefold()


class Names:
    def __init__(self, kind: str) -> None:
        self.fields = closed_fields(kind)
        self.known: dict[str, dict[str, set[str]]] = {}

    def put_codes(self, line: TableLine) -> None:
        for column, field in self.fields.items():
            cell = line.cells.get(column, "")
            if not cell:
                continue
            if column == "needs":
                found = []
                for name, to, urgency in (each.partition(":") for each in codes(cell)):
                    soon = self._code(line, URGENCY, urgency.strip()) if urgency.strip() else ""
                    found.append(f"{self._code(line, column, name.strip())}{to}{soon}")
            elif column == "offers" or isinstance(field, SEVERAL):
                found = [self._code(line, column, each) for each in codes(cell)]
            else:
                found = [self._code(line, column, cell)]
            line.cells[column] = ";".join(found)

    def _code(self, line: TableLine, column: str, text: str) -> str:
        if column not in self.known:
            self.known[column] = _index(self.fields[column])
        known = self.known[column]
        if known.get(text) == {text}:  # a code as it is written
            return text
        found = sorted(known.get(_plain(text), ()))
        if len(found) > 1:
            line.refuse(
                column,
                _("“%(value)s” can mean %(codes)s. Write the code.")
                % {"value": text[:40], "codes": ", ".join(found)},
            )
        return found[0] if len(found) == 1 else text


def _index(field: forms.ChoiceField) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    choices = choices_of(field)
    for choice in choices:
        for name in choice.names:
            found.setdefault(_plain(name), set()).add(choice.code)
    found |= {_plain(choice.code): {choice.code} for choice in choices}
    return found | {choice.code: {choice.code} for choice in choices}


def code_rows() -> Iterator[list[str]]:
    lists: dict[tuple[Choice, ...], list[str]] = {}
    for kind in ImportKind:
        for column, field in closed_fields(kind).items():
            lists.setdefault(tuple(choices_of(field)), []).append(f"{kind}.{column}")
    for choices, columns in lists.items():
        for choice in choices:
            yield [" ".join(columns), choice.code, *choice.names]
