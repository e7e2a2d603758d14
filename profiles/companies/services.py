"""Writing profiles of both sides, their deals on record and theses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from django.db import transaction
from django.db.models import Model

from profiles.accounts.kinds import EDITED
from profiles.accounts.services.teams import AlreadyMemberError
from profiles.audit import services as audit
from profiles.audit.services import subject_of
from profiles.changes.services import ChangedMeanwhileError, lock_profiles, notify_changed
from profiles.choices import DealSource, Side, Status
from profiles.companies.kinds import SUBMITTED
from profiles.companies.proposals import TERMS, Proposal, proposals_of, refusals, theses_in_use
from profiles.companies.selectors import completeness, values_of
from profiles.models import SIDES, Deal, Investor, Membership, Startup, Thesis, User
from profiles.taxonomy.selectors.money import rate_for
from profiles.validators import name_keys
from profiles.visibility import policy
from profiles.visibility.fields import (
    CATALOGUE,
    GROUPS,
    ROWS,
    Check,
    Field,
    checked,
    editable,
    editable_lists,
)

AnyProfile = TypeVar("AnyProfile", bound=Startup | Investor)
Row = Mapping[str, Any]
NAMES = frozenset({"name_en", "name_zh", "name_ur"})


class UndeclaredFieldError(Exception):
    """Somebody tried to set a field that its owner may not set."""


class NotReadyError(Exception):
    """Something that a curator needs is missing: `missing` says what, and on which step it is asked."""

    def __init__(self, missing: tuple[Field, ...]) -> None:
        super().__init__(", ".join(field.name for field in missing))
        self.missing = missing


class NotSubmittableError(Exception):
    """The profile waits for review already, or was rejected."""


def locked(profile: AnyProfile, *, unchanged_since: datetime | None = None) -> AnyProfile:
    """Return the profile as the database has it, held until the end of the transaction.

    A form has already written its input into the instance that the caller holds.

    Raises:
        ChangedMeanwhileError: if it was changed after `unchanged_since`, its `changed_at` as first read.
    """
    current: Any = lock_profiles(profile)[0]
    if unchanged_since is not None and current.changed_at != unchanged_since:
        raise ChangedMeanwhileError
    return cast("AnyProfile", current)


def check_declared(given: Iterable[str], declared: frozenset[str]) -> None:
    """Refuse fields that are not declared.

    Raises:
        UndeclaredFieldError: naming them.
    """
    if undeclared := set(given) - declared:
        raise UndeclaredFieldError(", ".join(sorted(undeclared)))


def assign(record: Model, values: Row) -> list[str]:
    """Set fields of a saved record, lists included, and return the names of those that changed.

    The caller saves the plain ones.
    """
    changed = []
    for name, value in values.items():
        if record._meta.get_field(name).many_to_many:
            relation = getattr(record, name)
            if set(relation.all()) != set(value):
                relation.set(value)
                changed.append(name)
        elif _differs(getattr(record, name), value):
            setattr(record, name, value)
            changed.append(name)
    return changed


def _differs(kept: Any, given: Any) -> bool:
    """Tell whether a value is another one; a list is a set of codes, in whatever order."""
    if isinstance(kept, list) and isinstance(given, list):
        return sorted(kept) != sorted(given)
    return bool(kept != given)


def convert(record: Any, *, currency: str, amounts: Iterable[str]) -> None:
    """Write `<amount>_usd` beside each amount, at the newest rate, and the day of that rate."""
    rate = rate_for(currency)
    for name in amounts:
        setattr(record, f"{name}_usd", rate.to_usd(getattr(record, name)))
    record.rate_on = rate.quoted_on


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
    """Create a draft; with `owner`, that person's company; `is_unclaimed` until an owner is found."""
    made: Any = kind._default_manager
    profile: AnyProfile = made.create(
        name_en=name_en, name_key=name_keys(name_en), is_unclaimed=is_unclaimed, created_at=at, changed_at=at
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
    """Create a company of `side` owned by `by`, with what the first form said, and return it.

    Raises:
        AlreadyMemberError: if the person belongs to a company already; a second click finds the first one.
    """
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Membership.objects.filter(user=owner).exists():
        raise AlreadyMemberError
    company = create(SIDES[side], name_en=changes["name_en"], by=by, at=at, owner=owner)
    return edit(company, changes=changes, rows=rows, by=by, at=at)


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
    """Set declared fields, replace whole lists of rows (a startup's `needs`, say), and return the profile.

    Nothing is written, audited or ranked again when nothing differs.

    Raises:
        UndeclaredFieldError: if a field or a list is not declared (visibility/fields).
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the profile was changed after `unchanged_since`.
    """
    declared, lists = editable_lists(profile.side), rows or {}
    check_declared(changes, editable(CATALOGUE[profile.side]))
    check_declared(lists, frozenset(declared))
    current = locked(profile, unchanged_since=unchanged_since)
    values, shown = dict(changes), shown_identity(current)
    if "visibility" in values:
        both, groups = current.visibility | values["visibility"], GROUPS[profile.side]
        values["visibility"] = {
            key: choice for key, choice in both.items() if key in groups and choice in groups[key].choices
        }
    changed = assign(current, values)
    follow(current, changed)
    changed += [name for name, own in lists.items() if replace_rows(current, name, own, declared[name])]
    if changed:
        _await_review(current, changed, shown_before=shown, at=at)
        current.save()
        details = {"fields": sorted(changed)}
        audit.record(EDITED, subject=subject_of(current), by=by, at=at, details=details)
        notify_changed(current, at=at)
    return current


def follow(profile: Startup | Investor, changed: Iterable[str]) -> None:
    """Set what follows from changed fields: the key of its names, where it sits, its amounts in dollars.

    Raises:
        NoRateError: if the currency has no exchange rate.
    """
    fields = set(changed)
    if NAMES & fields:
        profile.name_key = name_keys(profile.name_en, profile.name_zh, profile.name_ur)
    if isinstance(profile, Investor) and "place" in fields:
        profile.jurisdiction = profile.place.country_code if profile.place else ""
    elif isinstance(profile, Startup) and {"ask_min", "ask_max", "ask_currency"} & fields:
        convert(profile, currency=profile.ask_currency, amounts=("ask_min", "ask_max"))


def convert_deal(deal: Deal) -> None:
    """Write a deal's amount in dollars, at the rate of its own day."""
    rate = rate_for(deal.currency, on=deal.closed_on)
    deal.amount_usd, deal.rate_on = rate.to_usd(deal.amount), rate.quoted_on


def shown_identity(profile: Startup | Investor) -> set[str]:
    """Return the fields of a company's identity that the other side may see before any interest."""
    return {name for name in checked(profile.side, Check.IDENTITY) if policy.matchable(profile, name)}


def _await_review(
    profile: Startup | Investor, changed: list[str], *, shown_before: set[str], at: datetime
) -> None:
    """Have an approved profile looked at again where `changed` fields were checked.

    It leaves the lists until then if the other side would read an identity that nobody has checked: a new
    one, or one that was changed while hidden and is now shown. A hidden one does not move it: whoever watches
    the lists would learn of the edit.
    """
    if profile.status not in (Status.APPROVED, Status.SUSPENDED):
        return
    waits = bool(profile.submitted_at and profile.reviewed_at and profile.submitted_at > profile.reviewed_at)
    shown = shown_identity(profile)
    if profile.status == Status.APPROVED and (shown & set(changed) or (waits and shown - shown_before)):
        profile.status = Status.SUBMITTED
    if profile.status == Status.SUBMITTED or checked(profile.side, *Check) & set(changed):
        profile.submitted_at = at
        answer_fresh(profile)


def answer_fresh(profile: Startup | Investor) -> None:
    """Take a profile for confirmed: nothing is asked of its owner, and it stands on the lists."""
    profile.fresh_asked_at = profile.stale_at = None


def record_change(
    investor: Investor, act: str, *, fields: Sequence[str] = (), by: User, at: datetime
) -> None:
    """Leave an audit record of an act on a thesis or deal of an investor, and tell who matches."""
    details = {"act": act, "fields": sorted(fields)}
    audit.record(EDITED, subject=subject_of(investor), by=by, at=at, details=details)
    notify_changed(investor, at=at)


@transaction.atomic
def submit(profile: AnyProfile, *, by: User, at: datetime) -> AnyProfile:
    """Hand a draft or a returned profile to the curators.

    Raises:
        NotReadyError: with what is missing.
        NotSubmittableError: if it waits already, is approved or was rejected.
    """
    current = locked(profile)
    if current.status not in (Status.DRAFT, Status.RETURNED):
        raise NotSubmittableError(current.status)
    if missing := completeness(current).needed:
        raise NotReadyError(missing)
    current.status, current.submitted_at = Status.SUBMITTED, at
    current.confirmed_on = at.date()
    answer_fresh(current)
    current.save()
    audit.record(SUBMITTED, subject=subject_of(current), by=by, at=at)
    notify_changed(current, at=at)
    return current


def comparable(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows of a list in a form in which equal input is equal."""
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, (list, tuple)) or (hasattr(value, "__iter__") and not isinstance(value, str)):
        return sorted(str(_plain(item)) for item in value)
    return value


def replace_rows(
    profile: Startup | Investor, relation: str, rows: Sequence[Row], declared: frozenset[str]
) -> bool:
    """Make the rows of a relation exactly `rows`, and return whether that changed anything.

    Raises:
        UndeclaredFieldError: if a row has a field that is not declared.
    """
    for row in rows:
        check_declared(row, declared)
    manager = getattr(profile, relation)
    names = sorted({name for row in rows for name in row})
    kept = comparable(values_of(record, names) for record in manager.all())
    given = comparable({name: row.get(name) for name in names} for row in rows)
    if len(kept) == len(given) and all(row in given for row in kept):
        return False
    manager.all().delete()
    for row in rows:
        _insert(manager, row)
    return True


def _insert(manager: Any, row: Row) -> None:
    """Insert one row with its lists."""
    many = {field.name for field in manager.model._meta.many_to_many}
    record = manager.create(**{name: value for name, value in row.items() if name not in many})
    for name in many & set(row):
        getattr(record, name).set(row[name])


OF_A_DEAL, OF_A_THESIS = editable(ROWS["deals"]), editable(ROWS["theses"])


@transaction.atomic
def save_deal(
    investor: Investor,
    *,
    values: Row,
    by: User,
    at: datetime,
    deal: Deal | None = None,
    source: DealSource = DealSource.SELF,
    unchanged_since: datetime | None = None,
) -> Deal:
    """Record a deal, or correct the given one, and return it. The amount is converted at its own day's rate.

    Raises:
        UndeclaredFieldError: if a field is not declared.
        Deal.DoesNotExist: if the deal is not this investor's.
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the investor's profile was changed after `unchanged_since`.
    """
    check_declared(values, OF_A_DEAL)
    current = locked(investor, unchanged_since=unchanged_since)
    record = Deal(investor=current, source=source) if deal is None else current.deals.get(pk=deal.pk)
    changed = assign(record, values)
    if not changed and deal is not None:
        return record
    convert_deal(record)
    record.save()
    record_change(current, "deal saved", fields=changed, by=by, at=at)
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
    """Create a thesis, or change the given one, and return it.

    Raises:
        UndeclaredFieldError: if a field is not declared.
        Thesis.DoesNotExist: if the thesis is not this investor's.
        NoRateError: if the currency has no exchange rate.
        ChangedMeanwhileError: if the investor's profile was changed after `unchanged_since`.
    """
    check_declared(values, OF_A_THESIS)
    current = locked(investor, unchanged_since=unchanged_since)
    if thesis is None:
        record = current.theses.create(name=values["name"])
    else:
        record = current.theses.select_for_update(no_key=True).get(pk=thesis.pk)
    changed = assign(record, values)
    convert(record, currency=record.ticket_currency, amounts=("ticket_min", "ticket_max"))
    if changed or thesis is None:
        record.save()
        record_change(current, "thesis saved", fields=changed, by=by, at=at)
    return record


@transaction.atomic
def delete_row(investor: Investor, *, row: Deal | Thesis, by: User, at: datetime) -> None:
    """Delete one of the investor's deals or theses.

    Raises:
        DoesNotExist: if it is not this investor's.
    """
    current = locked(investor)
    rows, kind = (current.deals, "deal") if isinstance(row, Deal) else (current.theses, "thesis")
    rows.get(pk=row.pk).delete()
    record_change(current, f"{kind} deleted", by=by, at=at)


@transaction.atomic
def accept_proposal(company: AnyProfile, key: str, *, by: User, at: datetime) -> bool:
    """State what the description says; return False where it is stated by now, or the text has changed."""
    current = locked(company)
    found = next((each for each in proposals_of(current) if each.key == key), None)
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


def _state(startup: Startup, found: Proposal, *, by: User, at: datetime) -> None:
    """State one thing more about a startup."""
    if found.kind == "need":
        _add_row(startup, "needs", found, by=by, at=at)
        return
    changes: dict[str, Any] = {found.kind: True}
    if found.kind in TERMS:
        (term,) = TERMS[found.kind].objects.filter(code__in=found.codes)
        one, many = {
            "sector": ("primary_sector", "other_sectors"),
            "place": ("place", "operating_places"),
            "stage": ("stage", ""),
        }[found.kind]
        is_first = getattr(startup, one) is None
        changes = {one: term} if is_first else {many: [*getattr(startup, many).all(), term]}
    edit(startup, changes=changes, by=by, at=at)


def _add_row(company: Startup | Investor, name: str, found: Proposal, *, by: User, at: datetime) -> None:
    """Add a need or an offer of this kind to those that are stated."""
    declared = editable_lists(company.side)[name]
    rows = [values_of(row, declared) for row in getattr(company, name).all()]
    (kind,) = TERMS[found.kind].objects.filter(code__in=found.codes)
    edit(company, changes={}, rows={name: [*rows, {"type": kind}]}, by=by, at=at)


def _wanted(thesis: Thesis, found: Proposal) -> dict[str, Any]:
    """Return what a thesis names with these terms."""
    name = f"{found.kind}s"
    return {name: [*getattr(thesis, name).all(), *TERMS[found.kind].objects.filter(code__in=found.codes)]}


@transaction.atomic
def decline_proposal(company: AnyProfile, key: str) -> None:
    """Never propose this again. It changes nothing that others see, so nobody is ranked again."""
    current = locked(company)
    if key in {each.key for each in proposals_of(current)}:
        current.declined = [*current.declined, key]
        current.save(update_fields=["declined"])
