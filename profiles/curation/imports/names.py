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
from profiles.companies.steps.forms.fields import TermField, Terms, plain
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.rows import NeedForm, OfferForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.curation.imports.cells import SEVERAL, codes
from profiles.curation.imports.columns import THESIS
from profiles.curation.imports.table import TableLine

URGENCY = "needs:urgency"  # what stands after the colon
HEADER = ["columns", "code", "name_en", "name_ur", "name_zh"]


@dataclass(frozen=True)
class Choice:
    code: str
    names: tuple[str, ...]


def closed_fields(kind: str) -> dict[str, forms.ChoiceField]:
    fields: dict[str, Any] = {}
    if kind == ImportKind.DEALS:
        fields |= DealForm.base_fields
    elif kind == ImportKind.INVESTORS:
        fields |= InvestorForm.base_fields | {"offers": OfferForm.base_fields["type"]}
        fields |= {THESIS + name: field for name, field in ThesisForm.base_fields.items()}
    else:
        for form in STEP_FORMS.values():
            fields |= form.base_fields
        fields |= {"needs": NeedForm.base_fields["type"], URGENCY: NeedForm.base_fields["urgency"]}
    terms = Terms()
    closed: dict[str, forms.ChoiceField] = {}
    for column, field in fields.items():
        if isinstance(field, forms.ChoiceField):
            copy = closed[column] = deepcopy(field)
            if isinstance(copy, TermField):
                copy.use(terms)
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
                terms = []
                for name, to, urgency in (code.partition(":") for code in codes(cell)):
                    soon = self._code(line, URGENCY, urgency.strip()) if urgency.strip() else ""
                    terms.append(f"{self._code(line, column, name.strip())}{to}{soon}")
            elif column == "offers" or isinstance(field, SEVERAL):
                terms = [self._code(line, column, code) for code in codes(cell)]
            else:
                terms = [self._code(line, column, cell)]
            line.cells[column] = ";".join(terms)

    def _code(self, line: TableLine, column: str, text: str) -> str:
        if column not in self.known:
            self.known[column] = _index(self.fields[column])
        index = self.known[column]
        if index.get(text) == {text}:  # a code as it is written
            return text
        matches = sorted(index.get(plain(text), ()))
        if len(matches) > 1:
            line.refuse(
                column,
                _("“%(value)s” can mean %(codes)s. Write the code.")
                % {"value": text[:40], "codes": ", ".join(matches)},
            )
        return matches[0] if len(matches) == 1 else text


def _index(field: forms.ChoiceField) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    choices = choices_of(field)
    for choice in choices:
        for name in choice.names:
            index.setdefault(plain(name), set()).add(choice.code)
    index |= {plain(choice.code): {choice.code} for choice in choices}
    return index | {choice.code: {choice.code} for choice in choices}


def code_rows() -> Iterator[list[str]]:
    lists: dict[tuple[Choice, ...], list[str]] = {}
    for kind in ImportKind:
        for column, field in closed_fields(kind).items():
            lists.setdefault(tuple(choices_of(field)), []).append(f"{kind}.{column}")
    for choices, columns in lists.items():
        for choice in choices:
            yield [" ".join(columns), choice.code, *choice.names]
