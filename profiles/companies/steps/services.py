"""Writing profiles of both sides, their deals on record and theses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from profiles.catalogue.visibility import fields
from profiles.catalogue.visibility.policy import withheld_but
from profiles.choices import DealSource, Side, Status
from profiles.companies.held_edits import selectors
from profiles.companies.held_edits import services as held_edits
from profiles.companies.steps import proposals
from profiles.companies.steps.derived import assign, convert_deal, set_derived_fields
from profiles.companies.steps.kept import audit_diff, comparable, contents
from profiles.companies.steps.kinds import RECEIVED, SUBMITTED
from profiles.companies.steps.proposals import TERMS, Proposal, proposals_of, refusals, theses_in_use
from profiles.companies.steps.selectors import completeness, usual_review
from profiles.models import SIDES, Deal, HeldEdit, Investor, Membership, Startup, Thesis, User
from profiles.people.accounts.kinds import EDITED
from profiles.people.accounts.services.accounts import PersonalContext, notify_team
from profiles.people.accounts.services.teams import AlreadyMemberError
from profiles.platform.audit import services as audit
from profiles.platform.audit.services import subject_of
from profiles.platform.changes.services import ChangedMeanwhileError, lock_profiles, notify_changed
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.signals import edit_changed, profile_changed
from profiles.validators import name_keys

AnyProfile = TypeVar("AnyProfile", bound=Startup | Investor)
Row = Mapping[str, Any]


class UndeclaredFieldError(Exception):
    """Someone tried to set a field that its owner may not set."""


class NotReadyError(Exception):
    def __init__(self, missing: tuple[fields.Field, ...]) -> None:
        super().__init__(", ".join(field.name for field in missing))
        self.missing = missing


class NotSubmittableError(Exception):
    """The profile waits for review already, or was rejected."""


def locked(profile: AnyProfile, *, unchanged_since: datetime | None = None) -> AnyProfile:
    """Return the profile as stored, locked until the transaction ends.

    Raises:
        ChangedMeanwhileError: if it was changed after `unchanged_since`, its last edit as first read.
    """
    current: Any = lock_profiles(profile)[0]
    if unchanged_since is not None and selectors.last_edit(current) != unchanged_since:
        raise ChangedMeanwhileError
    return cast("AnyProfile", current)


def check_declared(given: Iterable[str], declared: frozenset[str]) -> None:
    """Refuse fields that are not declared: raises UndeclaredFieldError, naming them."""
    if undeclared := set(given) - declared:
        raise UndeclaredFieldError(", ".join(sorted(undeclared)))


@transaction.atomic
def create(
    kind: type[AnyProfile],
    *,
    name_en: str,
    by: User,
    at: datetime,
    owner: User | None = None,
    is_unclaimed: bool = False,
) -> AnyProfile:
    manager: Any = kind._default_manager
    begun = {"withheld": withheld_but(kind.side), "created_at": at, "changed_at": at}
    profile: AnyProfile = manager.create(
        name_en=name_en, name_key=name_keys(name_en), is_unclaimed=is_unclaimed, **begun
    )
    if owner is not None:
        company: dict[str, Any] = {str(profile.side): profile}
        Membership.objects.create(user=owner, is_owner=True, joined_at=at, **company)
    audit.record(EDITED, subject=subject_of(profile), by=by, at=at, details={"fields": ["created"]})
    return profile


@transaction.atomic
def create_company(
    side: Side,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]] | None = None,
    by: User,
    at: datetime,
) -> Startup | Investor:
    """Create a company of `side` owned by `by`, with the values of the first form.

    Raises:
        RefusedError: if the person belongs to a company already, or has changed sides meanwhile.
    """
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if owner.role != side:
        raise RefusedError(_("You are on the other side now. Open the home page to go on."))
    if Membership.objects.filter(user=owner).exists():
        raise AlreadyMemberError(_("You already belong to a company."))
    company = create(SIDES[side], name_en=changes["name_en"], by=by, at=at, owner=owner)
    return edit(company, changes=changes, rows=rows, by=by, at=at)


@transaction.atomic
def save_first_page(
    company: Startup | Investor | None,
    side: Side,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]],
    thesis: Row,
    by: User,
    at: datetime,
    unchanged_since: datetime | None = None,
) -> Startup | Investor:
    """Create or edit the company and its first thesis. Raises: as create_company, edit and save_thesis."""
    values: dict[str, Any] = {"changes": changes, "rows": rows, "by": by, "at": at}
    if company is None:
        stored = create_company(side, **values)
    else:
        stored = edit(company, **values, unchanged_since=unchanged_since)
    if isinstance(stored, Investor) and thesis:
        save_thesis(stored, values=thesis, thesis=stored.theses.first(), by=by, at=at)
    return stored


@transaction.atomic
def edit(
    profile: AnyProfile,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]] | None = None,
    by: User,
    at: datetime,
    unchanged_since: datetime | None = None,
) -> AnyProfile:
    """Set declared fields and replace whole lists of rows; return the profile.

    Texts and amounts of an approved profile wait for review.

    Raises:
        UndeclaredFieldError: if a field or a list is not declared (visibility/fields).
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the profile was changed after `unchanged_since`.
    """
    declared, lists = fields.editable_lists(profile.side), rows or {}
    check_declared(changes, fields.editable(fields.CATALOGUE[profile.side]))
    check_declared(lists, frozenset(declared))
    current = locked(profile, unchanged_since=unchanged_since)
    aside = held_edits.waits_for(current, by)
    values, waiting = dict(changes), set[str]()
    if aside:
        values, waiting = held_edits.hold_for_review(
            current, values, fields.held_for_review(fields.CATALOGUE[current.side]), aside.values
        )
    if "visibility" in values:
        both, groups = current.visibility | values["visibility"], fields.GROUPS[profile.side]
        values["visibility"] = {
            key: choice for key, choice in both.items() if key in groups and choice in groups[key].choices
        }
    before = contents(current, [*changes, *lists])
    checked_before = held_edits.stored_values(current, fields.checked(current.side) & values.keys())
    changed = set(assign(current, values))
    set_derived_fields(current, changed)
    for name, new_rows in lists.items():
        is_changed, is_waiting = replace_rows(current, name, new_rows, declared[name], aside)
        changed |= {name} if is_changed else set()
        waiting |= {name} if is_waiting else set()
    replaced = {name: value for name, value in checked_before.items() if name in changed}
    if replaced and current.status == Status.APPROVED and not by.works_here:
        held_edits.note_unread(current, replaced)
    details: dict[str, Any] = {"fields": sorted(changed | waiting)}
    _finish(current, aside, changed, waiting, details, before, by=by, at=at)
    return current


def _finish(
    profile: Startup | Investor,
    aside: HeldEdit | None,
    changed: set[str],
    waiting: set[str],
    details: dict[str, Any],
    before: dict[str, Any],
    *,
    by: User,
    at: datetime,
) -> None:
    """Save a locked profile, record the edit, and request a ranking for what applies at once.

    `before`: its earlier contents.
    """
    if not (changed or waiting):
        return
    # A profile that waits for its first review keeps its place; the curator reads the newest version.
    is_due = profile.status in (Status.APPROVED, Status.SUSPENDED) and bool(
        fields.checked(profile.side) & changed
    )
    if is_due:
        profile.submitted_at = at
    if aside and is_due:
        aside.submitted_before = at
    if aside and waiting:
        held_edits.settle(profile, aside, at=at)
    elif aside and aside.pk and is_due:
        aside.save(update_fields=["submitted_before"])
    was_stale = profile.stale_at is not None
    if is_due or waiting:
        answer_fresh(profile)
    profile.save()
    diff = audit_diff(profile, before)
    audit.record(EDITED, subject=subject_of(profile), by=by, at=at, details=details, kept=diff)
    if changed or was_stale:
        notify_changed(profile, at=at)
    else:
        edit_changed.send(sender=type(profile), pk=profile.pk)


def answer_fresh(profile: Startup | Investor) -> None:
    profile.fresh_asked_at = profile.stale_at = None


@transaction.atomic
def submit(profile: AnyProfile, *, by: User, at: datetime) -> AnyProfile:
    """Submit a draft or a returned profile for review.

    Raises:
        NotReadyError: with what is missing.
        NotSubmittableError: if it waits already, is approved or was rejected.
    """
    current = locked(profile)
    if current.status not in (Status.DRAFT, Status.RETURNED):
        raise NotSubmittableError(current.status)
    if missing := completeness(selectors.newest(current)).needed:
        raise NotReadyError(missing)
    current.status, current.submitted_at = Status.SUBMITTED, at
    current.confirmed_on = at.date()
    answer_fresh(current)
    current.save()
    audit.record(SUBMITTED, subject=subject_of(current), by=by, at=at)
    event, path = f"{subject_of(current)}:{at.isoformat()}", reverse(f"{current.side}_status")
    notify_team(current, Message(kind=RECEIVED, path=path, event=event, at=at), personal=_usual_review)
    notify_changed(current, at=at)
    return current


def _usual_review(reader: User) -> PersonalContext:
    with override(reader.language):
        return PersonalContext({"usual": f"\n\n{words}" if (words := usual_review()) else ""})


def replace_rows(
    profile: Startup | Investor,
    relation: str,
    rows: Sequence[Row],
    declared: frozenset[str],
    aside: HeldEdit | None = None,
) -> tuple[bool, bool]:
    """Make the rows of a relation exactly `rows`; return whether that changed anything, and what waits.

    With `aside`, texts and amounts wait there.

    Raises:
        UndeclaredFieldError: if a row has a field that is not declared.
    """
    for row in rows:
        check_declared(row, declared)
    if relation not in selectors.WHOLE_LISTS:
        return _update_rows(profile, relation, rows, aside)
    is_waiting = held_edits.hold_list_for_review(aside, profile, relation, rows) if aside else False
    if aside and relation in aside.rows:
        return False, is_waiting
    manager = getattr(profile, relation)
    names = sorted({name for row in rows for name in row})
    stored = comparable(selectors.values_of(record, names) for record in manager.all())
    given = comparable({name: row.get(name) for name in names} for row in rows)
    if len(stored) == len(given) and all(row in given for row in stored):
        return False, is_waiting
    manager.all().delete()
    for row in rows:
        _insert(manager, row)
    return True, is_waiting


def _update_rows(
    profile: Startup | Investor, relation: str, rows: Sequence[Row], aside: HeldEdit | None
) -> tuple[bool, bool]:
    manager = getattr(profile, relation)
    stored = {row.type_id: row for row in manager.all()}
    is_changed = is_waiting = False
    for values in rows:
        record = stored.pop(values["type"].pk, None)
        if record is None and aside is None:
            _insert(manager, values)
            is_changed = True
            continue
        if record is None:
            record, is_changed = manager.create(type=values["type"]), True
        at_once: Row = values
        if aside:
            at_once, new = held_edits.hold_row_for_review(aside, relation, record, values)
            is_waiting = is_waiting or bool(new)
        if assign(record, at_once):
            record.save()
            is_changed = True
    for record in stored.values():
        if aside:
            held_edits.forget_row(aside, relation, record.pk)
        record.delete()
        is_changed = True
    return is_changed, is_waiting


def _insert(manager: Any, row: Row) -> None:
    many = {field.name for field in manager.model._meta.many_to_many}
    record = manager.create(**{name: value for name, value in row.items() if name not in many})
    for name in many & set(row):
        getattr(record, name).set(row[name])


@transaction.atomic
def edit_row(
    profile: AnyProfile,
    name: str,
    *,
    values: Row | None,
    by: User,
    at: datetime,
    key: int | None = None,
    unchanged_since: datetime | None = None,
) -> AnyProfile:
    """Change a row of a list, add one without `key`, or remove one without `values`. Raises: as `edit`."""
    current = locked(profile, unchanged_since=unchanged_since)
    declared, rows = fields.editable_lists(current.side)[name], dict[int | None, Row]()
    for place, row in selectors.rows_by_key(current, name).items():
        rows[place] = selectors.values_of(row, declared)
    if values is None:
        rows.pop(key, None)
    else:
        rows[key] = {**rows.get(key, {}), **values}
    return edit(current, changes={}, rows={name: list(rows.values())}, by=by, at=at)


OF_A_DEAL, OF_A_THESIS = fields.editable(fields.ROWS["deals"]), fields.editable(fields.ROWS["theses"])


@transaction.atomic
def save_deal(
    investor: Investor,
    *,
    values: Row,
    by: User,
    at: datetime,
    deal: Deal | None = None,
    source: DealSource = DealSource.SELF,
    startup: Startup | None = None,
    unchanged_since: datetime | None = None,
) -> Deal:
    """Create a deal or change the given one, and return it.

    The amount is converted at the rate of its own day. Raises: as `edit`, and Deal.DoesNotExist if the
    deal is not this investor's.
    """
    check_declared(values, OF_A_DEAL)
    current = locked(investor, unchanged_since=unchanged_since)
    before = contents(current, ["deals"])
    new = Deal(investor=current, startup=startup, source=source)
    record = new if deal is None else current.deals.get(pk=deal.pk)
    changed = assign(record, values)
    if not changed and deal is not None:
        return record
    convert_deal(record)
    record.save()
    details = {"act": "deal saved", "fields": sorted(changed)}
    _finish(current, None, {"deals"}, set(), details, before, by=by, at=at)
    return record


@transaction.atomic
def save_thesis(
    investor: Investor,
    *,
    values: Row,
    by: User,
    at: datetime,
    thesis: Thesis | None = None,
    unchanged_since: datetime | None = None,
) -> Thesis:
    """Create a thesis or change the given one, and return it.

    Raises: as `edit`, and Thesis.DoesNotExist if the thesis is not this investor's.
    """
    check_declared(values, OF_A_THESIS)
    current = locked(investor, unchanged_since=unchanged_since)
    before = contents(current, ["theses"])
    aside, at_once, waiting = held_edits.waits_for(current, by), values, set[str]()
    if thesis is None:
        name = held_edits.free_name(current) if aside else values["name"]
        record = current.theses.create(name=name)
    else:
        record = current.theses.select_for_update(no_key=True).get(pk=thesis.pk)
    if aside:
        at_once, waiting = held_edits.hold_row_for_review(aside, "theses", record, values)
    changed = set(assign(record, at_once))
    selectors.convert(record)
    if changed or thesis is None:
        record.save()
    details = {"act": "thesis saved", "fields": sorted(changed | waiting)}
    theses = {"theses"} if changed or thesis is None else set[str]()
    _finish(current, aside, theses, waiting, details, before, by=by, at=at)
    return record


@transaction.atomic
def delete_row(investor: Investor, *, row: Deal | Thesis, by: User, at: datetime) -> None:
    """Delete a deal or thesis. Raises: DoesNotExist if it is not this investor's."""
    current = locked(investor)
    kind, name = ("deal", "deals") if isinstance(row, Deal) else ("thesis", "theses")
    before = contents(current, [name])
    getattr(current, name).get(pk=row.pk).delete()
    aside, waiting = selectors.edit_of(current), set[str]()
    if aside and str(row.pk) in aside.rows.get(name, {}):
        held_edits.forget_row(aside, name, row.pk)
        waiting = {name}
    details = {"act": f"{kind} deleted", "fields": list[str]()}
    _finish(current, aside, {name}, waiting, details, before, by=by, at=at)


@transaction.atomic
def accept_proposal(company: AnyProfile, key: str, *, by: User, at: datetime) -> bool:
    current = locked(company)
    found = next((proposal for proposal in proposals_of(current) if proposal.key == key), None)
    if found is None:
        return False
    if isinstance(current, Startup):
        _state(current, found, by=by, at=at)
    elif found.kind == "offer":
        _add_row(current, "offers", found, by=by, at=at)
    else:
        for thesis in theses_in_use(current):
            values = refusals(thesis, found.kind, found.codes) if found.excludes else _wanted(thesis, found)
            if values:
                save_thesis(current, values=values, by=by, at=at, thesis=thesis)
    return True


def _state(startup: Startup, proposal: Proposal, *, by: User, at: datetime) -> None:
    if proposal.kind == "need":
        _add_row(startup, "needs", proposal, by=by, at=at)
        return
    changes: dict[str, Any] = {proposal.kind: True}
    if proposal.kind in TERMS:
        (term,) = TERMS[proposal.kind].objects.filter(code__in=proposal.codes)
        one, many = {
            "sector": ("primary_sector", "other_sectors"),
            "place": ("place", "operating_places"),
            "stage": ("stage", ""),
        }[proposal.kind]
        is_first = getattr(startup, one) is None
        changes = {one: term} if is_first else {many: [*getattr(startup, many).all(), term]}
    edit(startup, changes=changes, by=by, at=at)


def _add_row(company: Startup | Investor, name: str, proposal: Proposal, *, by: User, at: datetime) -> None:
    (kind,) = TERMS[proposal.kind].objects.filter(code__in=proposal.codes)
    edit_row(company, name, values={"type": kind}, by=by, at=at)


def _wanted(thesis: Thesis, proposal: Proposal) -> dict[str, Any]:
    name = f"{proposal.kind}s"
    return {
        name: [*getattr(thesis, name).all(), *TERMS[proposal.kind].objects.filter(code__in=proposal.codes)]
    }


@transaction.atomic
def decline_proposal(company: AnyProfile, key: str, *, by: User, at: datetime) -> None:
    """Never suggest it again. A sector that is refused counts in no list any more."""
    current = locked(company)
    if key in {proposal.key for proposal in proposals_of(current)}:
        current.declined = [*current.declined, key]
        current.save(update_fields=["declined"])
        audit.record(EDITED, subject=subject_of(current), by=by, at=at, details={"act": "refused"})
        if key.startswith(proposals.OF_A_SECTOR):
            profile_changed.send(sender=type(current), side=current.side, pk=current.pk)
