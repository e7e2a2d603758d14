"""Two records of one company become one, and a merge is undone within a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.services.merging import shared_counterparts
from matchmaker.desk.duplicates.kinds import MERGE_UNDONE, MERGED, RECORDS_MERGED
from matchmaker.desk.duplicates.selectors import UNDO_WITHIN, Unit, may_take_exact, takes_content, units_of
from matchmaker.desk.duplicates.services import remembering
from matchmaker.matching.pairs.selectors.pair import mutual_with
from matchmaker.models.duplicate import CompanyMerge
from profiles.catalogue.visibility.fields import GROUPS
from profiles.catalogue.visibility.policy import group_audience
from profiles.choices import Audience, Status
from profiles.companies.claims.services import ON_CLAIMED
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, Thesis, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform import merging as decisions
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles, notify_changed
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.platform.merging import Fate, Merging, Table, tables
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.signals import profile_changed
from profiles.validators import name_keys

Company = Startup | Investor
NARROWEST_LAST = list(Audience)


class ChangedSinceError(RefusedError):
    message = _(
        "One of the two records has changed since you opened this page. Nothing was merged. Check again."
    )


@dataclass(frozen=True)
class MovedRows:
    label: str
    kept: int
    gone: int
    left: int  # folded into one that says the same, or not taken over

    @property
    def after(self) -> int:
        return self.kept + self.gone - self.left


@dataclass(frozen=True)
class Plan:
    rows: list[MovedRows]
    closed_groups: list[str]
    lost_purposes: list[str]
    loses_edit: bool
    version: str


def preview(kept: Company, gone: Company, *, take: Collection[str], by: User, at: datetime) -> Plan:
    """Return what a merge would do; nothing stays of it.

    Raises what `merge` raises.
    """
    with transaction.atomic():
        before, purposes, shown = remembering.dump(kept, gone), _agreed(kept), _audiences(kept)
        row = merge(kept, gone, take=take, reason="-", by=by, at=at)
        after: Any = row.company
        closed = [key for key, audience in _audiences(after).items() if audience != shown[key]]
        plan = Plan(
            rows=_moved(before, row.record["gone"], kept, gone),
            closed_groups=[str(GROUPS[after.side][key].label) for key in closed],
            lost_purposes=sorted(purposes - _agreed(after)),
            loses_edit=bool(row.record["gone"]["profiles.HeldEdit"]),
            version=remembering.version_of(kept, before),
        )
        transaction.set_rollback(True)
    return plan


def _moved(before: remembering.Dump, lost: remembering.Dump, kept: Company, gone: Company) -> list[MovedRows]:
    side, moved = f"{kept.side}_id", []
    for table in tables(str(kept.side)):
        rows = before[table.label]
        ours, theirs = (
            [pk for pk, row in rows.items() if row.get(side) == str(one.pk)] for one in (kept, gone)
        )
        if theirs and table.decision.fate == Fate.MOVES:
            label, left = str(table.model._meta.verbose_name_plural), len(lost[table.label])
            moved.append(MovedRows(label, len(ours), len(theirs), left))
    return moved


def _agreed(company: Company) -> set[str]:
    rows = company.consents.filter(group="", withdrawn_at=None)
    return {consent.get_purpose_display() for consent in rows}


def _audiences(company: Company) -> dict[str, Audience]:
    return {key: group_audience(company.side, key, company.visibility) for key in GROUPS[company.side]}


@transaction.atomic
def merge(
    kept: Company,
    gone: Company,
    *,
    take: Collection[str],
    reason: str,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> CompanyMerge:
    """Make one record of two of one side. `take`: the units of fields whose value is that of `gone`.

    `version_read` is the version that the curator was shown (remembering.version_of).

    Raises:
        ReasonMissingError, RefusedError: nothing is changed.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    kept, gone = _lock(kept, gone)
    before = remembering.dump(kept, gone)
    if version_read is not None and version_read != remembering.version_of(kept, before):
        raise ChangedSinceError
    merging = Merging(kept, gone, takes_content(kept, gone), by, at)
    replaced = {"old_public_id": gone.public_id, "old_name": gone.name_en}
    for prepare in decisions.BEFORE:
        prepare(merging)
    taken = _taken(merging, take)
    kept.visibility |= _narrowed(merging, taken)
    for table in tables(merging.side):
        if table.decision.fate == Fate.MOVES:
            _move(table, merging)
    _take_over(merging, taken)
    owner, after = {merging.side: kept}, remembering.dump(kept)
    row = CompanyMerge.objects.create(
        **owner,
        **replaced,
        reason=reason.strip(),
        by=by,
        at=at,
        record=remembering.difference(before, after),
        prints=remembering.prints_of(after, merging.side),
    )
    counts = {label: [len(rows), len(after[label])] for label, rows in before.items() if rows}
    _record(row, merging, fields=[unit.key for unit in taken], rows=counts)
    return row


def _take_over(merging: Merging, taken: Collection[Unit]) -> None:
    """Delete `gone`, and give `kept` the values of the units taken from it."""
    kept, gone, at = merging.kept, merging.gone, merging.at
    was_claimed = kept.is_unclaimed and not gone.is_unclaimed
    values = {name: getattr(gone, name) for unit in taken for name in unit.plain}
    terms = {name: list(getattr(gone, name).all()) for unit in taken for name in unit.lists}
    paused_at = gone.paused_at if gone.takes_part else None
    _delete(gone, at=at)
    for name, value in values.items():
        setattr(kept, name, value)
    for name, value in terms.items():
        getattr(kept, name).set(value)
    kept.name_key = name_keys(kept.name_en, kept.name_zh, kept.name_ur)
    kept.declined = list(dict.fromkeys([*kept.declined, *gone.declined]))
    kept.paused_at = kept.paused_at or paused_at
    kept.is_unclaimed = kept.is_unclaimed and gone.is_unclaimed
    if kept.memberships.exists():
        kept.claims.all().delete()
    kept.save()
    notify_changed(kept, at=at)
    for tell in ON_CLAIMED if was_claimed else ():
        tell(kept, at)


def _lock(kept: Company, gone: Company) -> tuple[Any, Any]:
    """Hold both, and the companies that have said something to both: what they said is folded.

    Raises:
        RefusedError: nothing is changed.
    """
    shared = shared_counterparts(kept, gone)
    locked = {(str(profile.side), profile.pk): profile for profile in lock_profiles(kept, gone, *shared)}
    ours, theirs = locked[str(kept.side), kept.pk], locked[str(gone.side), gone.pk]
    if shared_counterparts(ours, theirs) != shared:
        raise ChangedSinceError
    if theirs.status == Status.SUSPENDED != ours.status:
        raise RefusedError(
            _(
                "The other record is suspended, and a merge must not end a suspension. End the suspension "
                "first, or keep that record."
            )
        )
    if ours.is_demo != theirs.is_demo:
        raise RefusedError(_("A demo record and a real record cannot be merged."))
    return ours, theirs


def _taken(merging: Merging, take: Collection[str]) -> list[Unit]:
    """Return the units that come from the other record, if those who will see them could see them there."""
    if not merging.takes_content:
        return []
    can_see = may_take_exact(merging.kept, merging.gone, merging.by, at=merging.at)
    units = [unit for unit in units_of(merging.kept.side) if unit.key in take]
    return [unit for unit in units if can_see or not unit.is_exact]


def _narrowed(merging: Merging, taken: list[Unit]) -> dict[str, str]:
    """Return the audiences that become narrower: of each group the stricter one of the two records."""
    kept, gone = merging.kept, merging.gone
    is_parted = bool(mutual_with(kept) ^ mutual_with(gone))
    ours, theirs = _audiences(kept), _audiences(gone)
    found = {}
    for key, group in GROUPS[kept.side].items():
        audience = (
            max(ours[key], theirs[key], key=NARROWEST_LAST.index) if merging.takes_content else ours[key]
        )
        differs = any(unit.differs(kept, gone) for unit in units_of(kept.side) if key in unit.groups)
        rows: Any = getattr(kept, key, None)  # the lists that are groups of their own
        if hasattr(rows, "exists"):
            differs = rows.exists() or getattr(gone, key).exists()
        if is_parted and differs and audience == Audience.MUTUAL and Audience.NOBODY in group.choices:
            audience = Audience.NOBODY
        if audience != ours[key]:
            found[key] = str(audience)
    if is_parted and isinstance(kept, Investor):  # their names open with mutual interest too
        for thesis in Thesis.objects.filter(investor__in=[kept, gone]):
            Thesis.objects.filter(pk=thesis.pk).update(name=f"#{thesis.pk}")
    return found


def _move(table: Table, merging: Merging) -> None:
    decision, side, rows = table.decision, merging.side, table.model._base_manager
    ours, theirs = rows.filter(**{side: merging.kept}), rows.filter(**{side: merging.gone})
    if decision.content == side and not merging.takes_content:
        theirs.delete()
        return
    if decision.once is not None:
        columns = [table.model._meta.get_field(name) for name in decision.once if name != side]

        def key(row: Any) -> tuple[Any, ...]:
            return tuple(getattr(row, column.attname) for column in columns)  # type: ignore[union-attr]

        by_key = {key(row): row for row in ours.filter(decision.among)}
        for row in list(theirs.filter(decision.among).order_by("pk")):
            same = by_key.get(key(row))
            if same is None:
                continue
            first = decision.first
            is_first = first is not None and first(row) < first(same)
            stays, other = (row, same) if is_first else (same, row)
            if not decision.fold(stays, other, merging):
                other.delete()
    theirs.update(**{side: merging.kept})


def _delete(gone: Company, *, at: datetime) -> None:
    side, pk = gone.side, gone.pk
    type(gone)._default_manager.filter(pk=pk).delete()
    profile_changed.send(sender=type(gone), side=side, pk=pk, at=at)


def _record(row: CompanyMerge, merging: Merging, **details: Any) -> None:
    kept, gone, by, at = merging.kept, merging.gone, merging.by, merging.at
    details |= {"old": row.old_public_id, "message": row.reason}
    audit.record(MERGED, subject=audit.subject_of(kept), by=by, at=at, details=details)
    path = reverse(f"{kept.side}_status")
    notify_team(kept, Message(kind=RECORDS_MERGED, path=path, event=str(row.pk), at=at))
    transaction.on_commit(lambda: limits.count_together(kept, gone))


@transaction.atomic
def undo(row: CompanyMerge, *, by: User, at: datetime) -> None:
    """Put back every row that a merge changed, deleted or made.

    Refused where anything that a person decides differs from what the merge left: the profile, its people,
    rows of its own or with others. What only happens (views, read markers, notices) counts for nothing.

    Raises:
        RefusedError: it is undone, a day has passed, or something was decided since, which it names.
        IntegrityError: another approved company has the number of the record that comes back.
    """
    require_curator(by)
    (kept,) = lock_profiles(row.company)
    locked = CompanyMerge.objects.select_for_update(no_key=True).get(pk=row.pk)
    if locked.undone_at or not locked.record or at > locked.at + UNDO_WITHIN or locked.company != kept:
        raise RefusedError(_("This merge has already been undone, or more than one day has passed."))
    now = remembering.prints_of(remembering.dump(kept), str(kept.side))
    prints = locked.prints  # PostgreSQL keeps its keys in an order of its own
    differing = [label for label in now if label in prints and now[label] != prints[label]]
    if differing:
        text = _("This cannot be undone: since the merge, something has changed here: %(what)s.")
        raise RefusedError(text % {"what": ", ".join(_names_of(differing))})
    remembering.restore(locked.record)
    CompanyMerge.objects.filter(pk=locked.pk).update(undone_by=by, undone_at=at, record={}, prints={})
    details = {"old": locked.old_public_id, "done": "undone"}
    audit.record(MERGED, subject=audit.subject_of(kept), by=by, at=at, details=details)
    for company in type(kept)._default_manager.filter(public_id__in=[kept.public_id, locked.old_public_id]):
        profile_changed.send(sender=type(company), side=company.side, pk=company.pk, at=at)
        path = reverse(f"{company.side}_status")
        notify_team(company, Message(kind=MERGE_UNDONE, path=path, event=str(locked.pk), at=at))


def _names_of(labels: list[str]) -> list[str]:
    names = []
    for label in labels:
        model: Any = apps.get_model(label)
        owner = model._meta.auto_created or model
        names.append(str(owner._meta.verbose_name_plural))
    return list(dict.fromkeys(names))


@transaction.atomic
def forget_records(*, at: datetime) -> int:
    """Forget what an undo would need, and the files of rows that a merge has deleted."""
    old = CompanyMerge.objects.filter(at__lte=at - UNDO_WITHIN).exclude(record={})
    for row in old:
        files.forget(files.without_owner(row.company, since=row.at))
    return old.update(record={}, prints={})
