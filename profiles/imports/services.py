"""Rows of a file → the same forms as on the pages → the same services. All rows, or none.

First the columns of each file, and their cells as the input of forms; then the import.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from profiles.audit import services as audit
from profiles.choices import DealSource, Side
from profiles.companies import services as companies
from profiles.companies.forms.fields import TermField, Terms, TermsField, YesNoField
from profiles.companies.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.forms.rows import OfferRows
from profiles.companies.forms.startup import STEP_FORMS
from profiles.companies.selectors import duplicates_of
from profiles.companies.services import NotReadyError
from profiles.consents import services as consents
from profiles.imports.kinds import IMPORTED
from profiles.imports.table import Problem, TableLine, WrongFileError, read_table
from profiles.models import Deal, Investor, Startup, Thesis, User
from profiles.validators import name_key, skeletons
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
    for name, asked in form.base_fields.items():
        cell = line.cells.get(prefix + name, "")
        if isinstance(asked, forms.BooleanField):
            if cell.lower() not in YES_NO:
                line.refuse(prefix + name, f"“{cell[:40]}” is neither yes nor no.")
            elif YES_NO[cell.lower()] or (not cell and asked.initial is True):
                data[name] = "on"
        elif isinstance(asked, SEVERAL):
            data.setlist(name, codes(cell))
        else:
            data[name] = cell if cell or asked.initial is None else str(asked.initial)
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
    for name, asked in form.base_fields.items():
        yield Column(name, holds(asked), name in required)


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


@dataclass
class Import:
    """One import under way: who does it and when, the vocabulary, and what the file named so far."""

    by: User
    at: datetime
    is_submitted: bool = False
    terms: Terms = field(default_factory=Terms)
    named: dict[tuple[str, str], int] = field(default_factory=dict)

    def refuse_repeats(self, line: TableLine, model: Any, registration: str) -> None:
        """Refuse a company that the file or the database has already."""
        names = tuple(line.cells.get(name, "") for name in ("name_en", "name_zh", "name_ur"))
        number = line.cells.get(registration, "")
        marks = [*(("name_en", key) for key in skeletons(names[0])), (registration, number.casefold())]
        for column, mark in marks:
            before = self.named.setdefault((column, mark), line.number) if mark else line.number
            if before != line.number:
                line.refuse(column, f"The same company stands on line {before}.")
        website = line.cells.get("website", "")
        known = duplicates_of(model, names=names, website=website, registration=number).first()
        if known:
            line.refuse("name_en", f"This company is here already, as {known.name_en} ({known.public_id}).")


def run(
    kind: str, path: Path, *, by: User, at: datetime, is_dry: bool = False, is_submitted: bool = False
) -> int:
    """Import a file of `startups`, `investors` or `deals`; return the number of rows.

    A dry run does everything and takes it back. `is_submitted` sends new profiles to review.

    Raises:
        WrongFileError: with every fault found; then nothing was written.
    """
    columns = columns_of(kind)
    lines = read_table(
        path,
        known=[column.name for column in columns],
        required=[column.name for column in columns if column.is_required],
    )
    job = Import(by, at, is_submitted)
    with transaction.atomic():
        for line in lines:
            if not line.problems:
                IMPORTERS[kind](line, job)
        _finish(kind, path, lines, job)
        if is_dry:
            transaction.set_rollback(True)
    return len(lines)


def _finish(kind: str, path: Path, lines: list[TableLine], job: Import) -> None:
    """Leave one record of the whole import, or take everything back."""
    problems: list[Problem] = [problem for line in lines for problem in line.problems]
    if problems:
        raise WrongFileError(problems)
    details = {"rows": len(lines), "file": path.name}
    audit.record(IMPORTED, subject=f"import:{kind}", by=job.by, at=job.at, details=details)


def _checked(filled: Iterable[Any], line: TableLine, *, prefix: str = "") -> bool:
    """Tell whether all forms accept the row; note what they do not."""
    for form in filled:
        if not form.is_valid():
            refuse_errors(line, form, prefix=prefix)
    return not line.problems


def import_startup(line: TableLine, job: Import) -> None:
    """Create one startup."""
    job.refuse_repeats(line, Startup, "registration_number")
    rows = {"needs": need_rows(line.cells.get("needs", "")), "traction": [], "partners": []}
    filled = []
    for step in STEP_FORMS.values():
        data = form_data(step, line)
        for name in step.row_sets:
            data.update(row_data(name, rows[name]))
        filled.append(step(data, instance=Startup(), terms=job.terms))
    if not _checked(filled, line):
        return
    name = filled[0].cleaned_data["name_en"]
    startup = companies.create(Startup, name_en=name, by=job.by, at=job.at, is_unclaimed=True)
    changes: dict[str, Any] = {}
    for form in filled:
        seen = {**changes.get("visibility", {}), **form.changes.get("visibility", {})}
        changes |= form.changes | {"visibility": seen}
    needs = filled[list(STEP_FORMS).index("needs")].rows["needs"]
    startup = companies.edit(startup, changes=changes, rows={"needs": needs}, by=job.by, at=job.at)
    _agree_and_submit(startup, filled[-1].purposes, line, job)


def import_investor(line: TableLine, job: Import) -> None:
    """Create one investor, with a thesis where the row has one, and its offers."""
    job.refuse_repeats(line, Investor, "registry_id")
    form = InvestorForm(form_data(InvestorForm, line), instance=Investor(), terms=job.terms)
    offers = OfferRows(
        row_data("offers", offer_rows(line.cells.get("offers", ""))), prefix="offers", terms=job.terms
    )
    form.sections["offers"] = offers
    thesis = _thesis_form(line, job)
    _checked(thesis, line, prefix=THESIS)
    if not _checked([form], line):
        return
    name = form.cleaned_data["name_en"]
    investor = companies.create(Investor, name_en=name, by=job.by, at=job.at, is_unclaimed=True)
    rows = {"offers": offers.rows}
    investor = companies.edit(investor, changes=form.changes, rows=rows, by=job.by, at=job.at)
    for found in thesis:
        companies.save_thesis(investor, values=found.changes, by=job.by, at=job.at)
    _agree_and_submit(investor, form.purposes, line, job)


def _thesis_form(line: TableLine, job: Import) -> list[ThesisForm]:
    """Return the form of the row's thesis, if a cell states one; it is called after the investor."""
    if not any(cell for name, cell in line.cells.items() if name.startswith(THESIS)):
        return []
    data = form_data(ThesisForm, line, prefix=THESIS)
    if not data["name"]:
        data["name"] = line.cells["name_en"][:80]
    return [ThesisForm(data, instance=Thesis(), terms=job.terms)]


def _agree_and_submit(profile: Any, purposes: Any, line: TableLine, job: Import) -> None:
    """Record the consents that the row states; send the profile to review if that was asked for."""
    consents.set_all(profile, purposes=purposes or frozenset(), by=job.by, at=job.at)
    if not job.is_submitted:
        return
    try:
        companies.submit(profile, by=job.by, at=job.at)
    except NotReadyError as error:
        for missing in error.missing:
            line.refuse(missing.name, f"Needed for review: {missing.prompt}.")


def import_deal(line: TableLine, job: Import) -> None:
    """Record one deal of an investor that is here already."""
    investor = _investor(line.cells["investor"])
    if investor is None:
        line.refuse("investor", f"There is no investor “{line.cells['investor'][:80]}”.")
    form = DealForm(form_data(DealForm, line), instance=Deal(), terms=job.terms)
    if not _checked([form], line) or investor is None:
        return
    values = form.changes
    mark = (investor.public_id, f"{name_key(values['startup_name'])} {values['closed_on']}")
    before = job.named.setdefault(mark, line.number)
    if before != line.number:
        line.refuse("", f"The same deal stands on line {before}.")
    elif investor.deals.filter(startup_name=values["startup_name"], closed_on=values["closed_on"]).exists():
        line.refuse("", "This deal is on record already.")
    else:
        companies.save_deal(investor, values=values, by=job.by, at=job.at, source=DealSource.IMPORTED)


def _investor(text: str) -> Investor | None:
    """Return the investor with this public id, registry number or name in Latin letters, if there is one."""
    if not text:
        return None
    for column in ("public_id", "registry_id", "name_en"):
        found: list[Investor] = list(Investor.objects.filter(**{column: text})[:2])
        if len(found) == 1:
            return found[0]
    return None


IMPORTERS: dict[str, Callable[[TableLine, Import], None]] = {
    "startups": import_startup,
    "investors": import_investor,
    "deals": import_deal,
}
