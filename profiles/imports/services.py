"""Rows of a file → the same forms as on the pages → the same services. All rows, or none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from profiles.audit import services as audit
from profiles.choices import DealSource
from profiles.companies import services as companies
from profiles.companies.forms.fields import Terms
from profiles.companies.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.forms.rows import OfferRows
from profiles.companies.forms.startup import STEP_FORMS
from profiles.companies.selectors import duplicates_of
from profiles.companies.services import NotReadyError
from profiles.consents import services as consents
from profiles.imports.columns import (
    THESIS,
    columns_of,
    form_data,
    need_rows,
    offer_rows,
    refuse_errors,
    row_data,
)
from profiles.imports.kinds import IMPORTED
from profiles.imports.table import Problem, TableLine, WrongFileError, read_table
from profiles.models import Deal, Investor, Startup, Thesis, User
from profiles.validators import name_key


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
        marks = [("name_en", name_key(names[0])), (registration, number.casefold())]
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
                ROWS[kind](line, job)
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


def _checked(forms: Iterable[Any], line: TableLine, *, prefix: str = "") -> bool:
    """Tell whether all forms accept the row; note what they do not."""
    for form in forms:
        if not form.is_valid():
            refuse_errors(line, form, prefix=prefix)
    return not line.problems


def import_startup(line: TableLine, job: Import) -> None:
    """Create one startup."""
    job.refuse_repeats(line, Startup, "registration_number")
    rows = {"needs": need_rows(line.cells.get("needs", "")), "traction": [], "partners": []}
    forms = []
    for step in STEP_FORMS.values():
        data = form_data(step, line)
        for name in step.row_sets:
            data.update(row_data(name, rows[name]))
        forms.append(step(data, instance=Startup(), terms=job.terms))
    if not _checked(forms, line):
        return
    name = forms[0].cleaned_data["name_en"]
    startup = companies.create(Startup, name_en=name, by=job.by, at=job.at)
    changes: dict[str, Any] = {}
    for form in forms:
        seen = {**changes.get("visibility", {}), **form.changes.get("visibility", {})}
        changes |= form.changes | {"visibility": seen}
    needs = forms[list(STEP_FORMS).index("needs")].rows["needs"]
    startup = companies.edit(startup, changes=changes, rows={"needs": needs}, by=job.by, at=job.at)
    _agree_and_submit(startup, forms[-1].purposes, line, job)


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
    investor = companies.create(Investor, name_en=name, by=job.by, at=job.at)
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


ROWS: dict[str, Callable[[TableLine, Import], None]] = {
    "startups": import_startup,
    "investors": import_investor,
    "deals": import_deal,
}
