"""Rows of a file, checked by the forms of the pages in memory: nothing is written and nothing is locked."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, editable_lists, ordered
from profiles.catalogue.visibility.forms import ConsentFields
from profiles.catalogue.visibility.policy import agreed_cells, cell_name, purposes_in, withheld_but
from profiles.choices import DealSource, ImportKind, Purpose, RowOutcome, Side, Status
from profiles.companies.held_edits.selectors import convert, values_of
from profiles.companies.steps.derived import convert_deal, set_derived_fields
from profiles.companies.steps.forms.fields import CleanForm, Terms
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.rows import MOST_ROWS, TOO_MANY, TWICE, NeedForm, OfferForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.curation.imports.cells import (
    OF_A_DRAFT,
    cells_of,
    codes,
    form_data,
    is_of_people_only,
    need_rows,
    offer_rows,
    stored,
)
from profiles.curation.imports.columns import AGREED, SIDE_OF, THESIS, columns_of
from profiles.curation.imports.drafts import Draft
from profiles.curation.imports.names import Names
from profiles.curation.imports.repeats import NAMES, Facts, Mark, host_of, known_companies, name_mark
from profiles.curation.imports.table import Problem, TableLine
from profiles.models import SIDES, Deal, Investor, Need, Offer, Startup, Thesis

TOGETHER = 200  # rows whose records are read together
MOST_UPDATES = 500  # of companies that are here already: all of them change in one transaction
LISTED = ("type", "urgency")  # what a cell says of a need or an offer
PURPOSES = frozenset(Purpose.values)
REGISTRATION = {Side.STARTUP: "registration_number", Side.INVESTOR: "registry_id"}


@dataclass
class Checked:
    line: int
    outcome: RowOutcome
    draft: Draft | None = None
    record: Any = None
    purposes: frozenset[Purpose] | None = None
    agreed: list[str] | None = None  # cells of the consents by group
    changes: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    thesis: dict[str, Any] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def consents(self, side: Side) -> Iterator[tuple[str, Purpose]]:
        """Yield what it agrees to: a group, empty for the whole profile, and a purpose."""
        by_group = purposes_in(side, self.agreed or ())
        for group, purposes in {"": self.purposes or frozenset(), **by_group}.items():
            yield from ((group, purpose) for purpose in sorted(purposes))


class FormOnce:
    def __init__(
        self, form: type[CleanForm], model: type[Model], terms: Terms, *, only: Collection[str] = ()
    ) -> None:
        self.form: Any = form({}, instance=model(), terms=terms, is_file=True)
        for name in [name for name in self.form.fields if only and name not in only]:
            del self.form.fields[name]
        self.many = {field.name for field in model._meta.many_to_many}

    def fill(self, data: Mapping[str, Any], record: Any) -> Any:
        record.asks_database = False  # terms were looked up before; the insert checks constraints
        self.form.data, self.form.instance = data, record
        self.form.__dict__.pop("changed_data", None)
        self.form.full_clean()
        record.asks_database = True
        return self.form

    def draft(self) -> Draft:
        links = {}
        for name, value in self.form.changes.items():
            if name in self.many:
                links[name] = [term.pk for term in value]
            elif name != "visibility":
                setattr(self.form.instance, name, value)
        return Draft(self.form.instance, links)


class Checker:
    def __init__(self, kind: str, *, at: datetime, is_submitted: bool = False) -> None:
        self.kind, self.at, self.is_submitted = kind, at, is_submitted
        self.terms = Terms()
        self.names = Names(kind)
        self.named: dict[Mark, int] = {}  # lines by mark
        self.hosts: dict[Mark, int] = {}
        self.facts: dict[int, Facts] = {}  # by line
        self.here: dict[Any, Any] = {}
        self.updates = 0
        self.uncounted = Counter[tuple[str, str]]()  # rows by column and lacking consent
        self.check_row = self._deal if kind == ImportKind.DEALS else self._company
        if kind == ImportKind.STARTUPS:
            self.steps = {name: FormOnce(form, Startup, self.terms) for name, form in STEP_FORMS.items()}
            self.list_form: FormOnce = FormOnce(NeedForm, Need, self.terms, only=LISTED)
            self.listed, self.rows_of = "needs", need_rows
            self.row_model: type[Need] | type[Offer] = Need
        elif kind == ImportKind.INVESTORS:
            self.steps = {"profile": FormOnce(InvestorForm, Investor, self.terms)}
            self.list_form = FormOnce(OfferForm, Offer, self.terms, only=LISTED)
            self.listed, self.rows_of, self.row_model = "offers", offer_rows, Offer
            self.thesis_form = FormOnce(ThesisForm, Thesis, self.terms)
        else:
            self.deal_form = FormOnce(DealForm, Deal, self.terms)
            self.investors = _investors()
            left = Investor.objects.exclude(withheld={}).values_list("pk", "withheld")
            self.withholding = {pk for pk, groups in left if Purpose.MATCHING in groups.get("deals", ())}
        if kind in SIDE_OF:
            self.model: Any = SIDES[SIDE_OF[kind]]
            self.registration = REGISTRATION[SIDE_OF[kind]]
            self.known = known_companies(self.model, self.registration)

    def check(self, lines: list[TableLine]) -> Iterator[Checked | None]:
        """Yield what each row is, None where it is wrong: its problems then say why."""
        for start in range(0, len(lines), TOGETHER):
            some = lines[start : start + TOGETHER]
            self.here = self._read(some)
            for line in some:
                self.names.put_codes(line)
                checked = None if line.problems else self.check_row(line)
                yield None if line.problems else checked

    def _read(self, lines: list[TableLine]) -> dict[Any, Any]:
        if self.kind in SIDE_OF:
            ids = {line.cells.get("public_id", "") for line in lines} - {""}
            rows = stored(self.kind).filter(public_id__in=ids) if ids else ()
            return {record.public_id: record for record in rows}
        whose = {self._investor_of(line) for line in lines} - {None}
        deals = stored(self.kind).filter(investor__in=[pk for pk, _id in filter(None, whose)])
        return {_deal_key(deal.investor_id, cells_of(deal)): deal for deal in deals}

    # --- Companies -------------------------------------------------------------------------------------

    def _company(self, line: TableLine) -> Checked | None:
        here = self._company_here(line)
        if line.problems:
            return None
        now = cells_of(here) if here else {}
        differs = _differing(line.cells, now) if here else {}
        if here and is_of_people_only(here):  # what an export leaves out of it is blank, and stays as it is
            differs = {name: cell for name, cell in differs.items() if cell or name in OF_A_DRAFT}
        if here and not differs:
            self._refuse_repeats(line, here.pk)
            return Checked(line.number, RowOutcome.UNCHANGED, record=here)
        if here and not here.is_unclaimed:
            line.refuse(
                "public_id",
                _(
                    "This company has a team that edits its own profile, so the import cannot change it. "
                    "The row differs in: %(columns)s."
                )
                % {"columns": ", ".join(differs)},
            )
            return None
        self._refuse_repeats(line, here.pk if here else 0)
        whole = TableLine(line.number, {**now, **line.cells}, line.problems)
        agreed = self._agreed(whole)
        record, purposes = self.model(), None
        links: dict[str, list[int]] = {}
        changes: dict[str, Any] = {}
        thesis = self._thesis(whole)
        for name, once in self.steps.items():
            form = once.fill(form_data(once.form.fields, whole), record)
            _refuse_errors(line, form)
            if name in ("needs", "profile"):
                rows = self._rows(line, self.rows_of(whole.cells.get(self.listed, "")))
            if line.problems:
                continue
            links |= once.draft().links
            seen = {**changes.get("visibility", {}), **form.changes.get("visibility", {})}
            changes |= form.changes | ({"visibility": seen} if seen else {})
            purposes = form.purposes if isinstance(form, ConsentFields) else purposes
        if line.problems:
            return None
        if here:
            checked = self._update(line, here, differs, now, changes, purposes, thesis, rows)
            checked.agreed = agreed if AGREED in differs else None
            self.uncounted.update(_uncounted(self.kind, whole.cells, agreed))
            return checked
        self.uncounted.update(_uncounted(self.kind, whole.cells, agreed))
        rows += [thesis] if thesis else []
        record.withheld = withheld_but(SIDE_OF[self.kind], agreed)
        draft = Draft(record, links, rows)
        return self._new(line, draft, changes, purposes or frozenset(), agreed)

    def _agreed(self, line: TableLine) -> list[str]:
        agreed, allowed = codes(line.cells.get(AGREED, "")), agreed_cells(SIDE_OF[self.kind], {})
        for unknown in [each for each in agreed if each not in allowed]:
            line.refuse(AGREED, _("There is no consent “%(name)s”.") % {"name": unknown[:40]})
        return agreed

    def _company_here(self, line: TableLine) -> Any:
        public_id = line.cells.get("public_id", "")
        if not public_id:
            return None
        if public_id not in self.here:
            line.refuse("public_id", _("There is no company “%(id)s”.") % {"id": public_id[:20]})
        before = self.named.setdefault(("public_id", public_id), line.number)
        if before != line.number:
            line.refuse("public_id", _("The same company is on line %(line)s.") % {"line": before})
        return self.here.get(public_id)

    def _rows(self, line: TableLine, rows: list[dict[str, str]]) -> list[Draft]:
        if len(rows) > MOST_ROWS:
            line.refuse(self.listed, str(TOO_MANY) % {"num": MOST_ROWS})
            return []
        seen, found = set(), []
        for data in rows:
            form = self.list_form.fill(data, self.row_model())
            for messages in form.errors.values():
                for message in messages:
                    line.refuse(self.listed, str(message))
            kind = form.cleaned_data.get("type")
            if kind is not None and kind in seen:
                line.refuse(self.listed, str(TWICE))
            seen.add(kind)
            if not form.errors:
                found.append(self.list_form.draft())
        return found

    def _thesis(self, line: TableLine) -> Draft | None:
        if self.kind != ImportKind.INVESTORS or not any(
            cell for name, cell in line.cells.items() if name.startswith(THESIS)
        ):
            return None
        data = form_data(self.thesis_form.form.fields, line, prefix=THESIS)
        if not data["name"]:
            data["name"] = line.cells.get("name_en", "")[:80]
        form = self.thesis_form.fill(data, Thesis())
        _refuse_errors(line, form, prefix=THESIS)
        if form.errors:
            return None
        draft = self.thesis_form.draft()
        convert(draft.record)
        return draft

    def _new(
        self,
        line: TableLine,
        draft: Draft,
        changes: dict[str, Any],
        purposes: frozenset[Purpose],
        agreed: list[str],
    ) -> Checked | None:
        record = draft.record
        record.visibility = changes.get("visibility", {})
        set_derived_fields(record, changes)
        record.is_unclaimed = True
        record.created_at = record.changed_at = self.at
        record.matching_consent = Purpose.MATCHING in purposes
        if self.is_submitted:
            self._refuse_unready(line, draft, changes, purposes)
            record.status, record.submitted_at, record.confirmed_on = (
                Status.SUBMITTED,
                self.at,
                self.at.date(),
            )
        return Checked(line.number, RowOutcome.NEW, draft=draft, purposes=purposes, agreed=agreed)

    def _refuse_unready(
        self, line: TableLine, draft: Draft, changes: dict[str, Any], purposes: frozenset[Purpose]
    ) -> None:
        stated = {name: value not in (None, "", [], {}) for name, value in changes.items()}
        stated |= {str(purpose): purpose in purposes for purpose in Purpose}
        stated["summary"] = bool(draft.record.summary)
        kinds = {type(row.record) for row in draft.rows}
        stated |= {"needs": Need in kinds or changes.get("seeks_capital", False), "theses": Thesis in kinds}
        for needed in ordered(CATALOGUE[draft.record.side].values(), "useful"):
            if needed.is_needed and not stated.get(needed.name):
                line.refuse(needed.name, _("Needed for review: %(what)s.") % {"what": needed.prompt})

    def _update(
        self,
        line: TableLine,
        here: Any,
        differs: dict[str, str],
        now: dict[str, str],
        changes: dict[str, Any],
        purposes: frozenset[Purpose] | None,
        thesis: Draft | None,
        rows: list[Draft],
    ) -> Checked:
        checked = Checked(line.number, RowOutcome.UPDATED, record=here)
        checked.before = {name: now.get(name, "") for name in differs}
        checked.changes = {name: value for name, value in changes.items() if name in differs}
        if any(name.endswith("_audience") for name in differs):
            checked.changes["visibility"] = changes["visibility"]
        checked.purposes = purposes if PURPOSES & differs.keys() else None
        if self.listed in differs:
            checked.rows = {self.listed: _with_details(here, self.listed, rows)}
        if thesis and any(name.startswith(THESIS) for name in differs):
            checked.thesis = dict(self.thesis_form.form.changes)
        self.updates += 1
        if self.updates == MOST_UPDATES + 1:
            line.refuse(
                "", _("One file can change at most %(most)s existing companies.") % {"most": MOST_UPDATES}
            )
        return checked

    def _refuse_repeats(self, line: TableLine, own: int) -> None:
        """Refuse a company that is here or earlier in the file. Similar names are no reason."""
        number = line.cells.get(self.registration, "").casefold()
        facts = Facts(host_of(line.cells.get("website", "")), line.cells.get("contact_email", ""), number)
        self.facts[line.number] = facts
        names = [name_mark(line.cells.get(name, "")) for name in NAMES]
        for column, text in (names[0], (self.registration, number)):
            before = self.named.setdefault((column, text), line.number) if text else line.number
            is_same = column == self.registration or not facts.differ(self.facts.get(before, facts))
            if before != line.number and is_same and column not in {each.column for each in line.problems}:
                line.refuse(column, _("The same company is on line %(line)s.") % {"line": before})
        if facts.host:
            self.hosts.setdefault(("website", facts.host), line.number)
        keys = {*names, (self.registration, number), ("website", facts.host)}
        earlier = [
            each
            for key in keys
            for each in self.known.get(key, ())
            if each.pk != own and not (key[0] == NAMES[0] and facts.differ(each.facts))
        ]
        if earlier:
            first = min(earlier, key=lambda each: each.pk)
            line.refuse(
                "name_en",
                _("This company already exists, as %(name)s (%(id)s).")
                % {"name": first.name, "id": first.public_id},
            )

    def come_meanwhile(self, since: datetime) -> list[Problem]:
        if self.kind not in SIDE_OF:
            return []
        pks = {each.pk for known in self.known.values() for each in known}
        lines = self.hosts | self.named
        return [
            Problem(
                lines[mark],
                mark[0],
                _("This company already exists, as %(name)s (%(id)s).")
                % {"name": each.name, "id": each.public_id},
            )
            for mark, known in known_companies(self.model, self.registration, since=since).items()
            for each in known
            if mark in lines
            and each.pk not in pks
            and not (mark[0] == NAMES[0] and each.facts.differ(self.facts[lines[mark]]))
        ]

    # --- Deals -----------------------------------------------------------------------------------------

    def _investor_of(self, line: TableLine) -> tuple[int, str] | None:
        return self.investors.get(line.cells.get("investor", ""))

    def _deal(self, line: TableLine) -> Checked | None:
        investor = self._investor_of(line)
        if investor is None:
            line.refuse(
                "investor",
                _("There is no investor “%(name)s”.") % {"name": line.cells.get("investor", "")[:80]},
            )
        form = self.deal_form.fill(form_data(self.deal_form.form.fields, line), Deal())
        _refuse_errors(line, form)
        if line.problems or investor is None:
            return None
        draft = self.deal_form.draft()
        cells = cells_of_deal(draft.record, investor[1])
        deal_key = _deal_key(investor[0], cells)
        before = self.named.setdefault(("deal", f"{deal_key}".casefold()), line.number)
        if before != line.number:
            line.refuse("", _("The same deal is on line %(line)s.") % {"line": before})
        elif deal_key in self.here:
            now = cells_of(self.here[deal_key])
            if any(cells[name] != now[name] for name in line.cells if name in cells):
                line.refuse("", _("This deal is already recorded, with other values."))
            return Checked(line.number, RowOutcome.UNCHANGED, record=self.here[deal_key])
        if investor[0] in self.withholding:
            self.uncounted["deals", cell_name("deals", Purpose.MATCHING)] += 1
        record = draft.record
        record.investor_id, record.source = investor[0], DealSource.IMPORTED
        convert_deal(record)
        return Checked(line.number, RowOutcome.NEW, draft=draft, before=cells)


def _uncounted(kind: str, cells: Mapping[str, str], agreed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each column of a row that no score counts, with the consent that would be needed.

    A group without a column of its own, such as deals, is named instead.
    """
    side, known = SIDE_OF[kind], {column.name for column in columns_of(kind)}
    for key, group in CONSENT_GROUPS[side].items():
        consent = cell_name(key, Purpose.MATCHING)
        if Purpose.MATCHING not in group.purposes or consent in agreed:
            continue
        names = {field.name for field in CATALOGUE[side].values() if group in (field.seen, field.consented)}
        filled = [name for name in sorted(names & known) if cells.get(name)]
        yield from ((name, consent) for name in (filled if names & known else [key]))


def cells_of_deal(deal: Deal, public_id: str) -> dict[str, str]:
    deal.investor = Investor(public_id=public_id)
    return cells_of(deal)


def _deal_key(investor: int, cells: Mapping[str, str]) -> tuple[int, str, str]:
    return investor, cells["startup_name"], cells["closed_on"]


def _investors() -> dict[str, tuple[int, str]]:
    """Return the investors by public id, by registry number, and by name in Latin letters: no name twice."""
    rows = list(Investor.objects.values_list("pk", "public_id", "registry_id", "name_en"))
    investors: dict[str, tuple[int, str]] = {}
    for column in (3, 2, 1):  # what counts more comes later
        seen: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            seen.setdefault(row[column], []).append((row[0], row[1]))
        investors |= {text: same[0] for text, same in seen.items() if text and len(same) == 1}
    return investors


def _differing(cells: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that do not say what is stored; a box that is left empty is not ticked."""
    return {
        name: cell
        for name, cell in cells.items()
        if cell.replace("\r\n", "\n") != now.get(name, "") and {cell.lower(), now.get(name, "")} != {"", "no"}
    }


def _with_details(company: Any, listed: str, drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    declared = editable_lists(company.side)[listed]
    stored_rows = {row.type_id: values_of(row, declared) for row in getattr(company, listed).all()}
    rows = []
    for draft in drafts:
        given = {"type": draft.record.type}
        if listed == "needs":
            given["urgency"] = draft.record.urgency
        rows.append({**stored_rows.get(draft.record.type_id, {}), **given})
    return rows


def _refuse_errors(line: TableLine, form: Any, *, prefix: str = "") -> None:
    for name, messages in form.errors.items():
        for message in messages:
            line.refuse("" if name == "__all__" else prefix + name, str(message))


def checked_since() -> datetime:
    return timezone.now() - timedelta(minutes=1)
