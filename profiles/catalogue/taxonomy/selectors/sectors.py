"""The tree of sectors as curators keep it: who names one, what a change would touch, what can be undone."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.triggers import asked_codes
from profiles.catalogue.taxonomy.uses import USES
from profiles.choices import SectorAct
from profiles.models import GovernanceCheck, Sector, SectorChange, SectorRelation

KINDS = ("startup", "thesis", "deal", "pilot", "programme", "card")
TICKET = "sector-change"


@dataclass(frozen=True)
class Wanted:
    """A change of the tree that someone asks for."""

    act: SectorAct
    code: str = ""
    other: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ticket(self) -> str:
        return signing.dumps(asdict(self), salt=TICKET)


def wanted_in(ticket: str) -> Wanted | None:
    """Return the change that a page sent on; None if it was altered."""
    try:
        found = signing.loads(ticket, salt=TICKET)
    except signing.BadSignature:
        return None
    return Wanted(**{**found, "act": SectorAct(found["act"])})


@dataclass(frozen=True)
class Branch:
    sector: Sector
    uses: dict[str, int]
    fields: "list[Branch]"


def active() -> QuerySet[Sector]:
    return Sector.objects.filter(is_active=True)


def retired() -> QuerySet[Sector]:
    return Sector.objects.filter(is_active=False).select_related("merged_into").order_by("code")


def tree() -> list[Branch]:
    counted: dict[int, dict[str, int]] = {}
    for use in USES:
        rows = use.model._default_manager.exclude(**{use.column: None}).order_by()
        for pk, number in rows.values_list(use.column).annotate(Count("pk")):
            counts = counted.setdefault(pk, dict.fromkeys(KINDS, 0))
            counts[use.counts_as] += number
    branches = {
        sector.pk: Branch(sector, counted.get(sector.pk, dict.fromkeys(KINDS, 0)), [])
        for sector in active().order_by("code")
    }
    for branch in branches.values():
        if branch.sector.parent_id in branches:
            branches[branch.sector.parent_id].fields.append(branch)
    return [branch for branch in branches.values() if branch.sector.parent_id not in branches]


def rows_naming(sectors: Iterable[Sector]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for use in USES:
        rows = use.model._default_manager.filter(**{f"{use.column}__in": list(sectors)})
        found[use.counts_as] |= set(rows.values_list(use.row, flat=True))
    return found


def relations_of(sector: Sector) -> list[tuple[Sector, float]]:
    """Return the related sectors that are in use with their strength, the strongest first."""
    rows = SectorRelation.objects.filter(Q(first=sector) | Q(second=sector))
    relations = [
        (row.second if row.first_id == sector.pk else row.first, row.similarity)
        for row in rows.select_related("first", "second")
    ]
    return sorted(
        (relation for relation in relations if relation[0].is_active),
        key=lambda each: (-each[1], each[0].code),
    )


# --- What a change would touch ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    wanted: Wanted
    rows: dict[str, int]
    checks: list[GovernanceCheck]
    moves: bool  # whether these records get another sector

    @property
    def told(self) -> str:
        return wanted_words([self.wanted])[0]


def effect_of(wanted: Wanted) -> Effect:
    sectors = {sector.code: sector for sector in Sector.objects.filter(code__in=(wanted.code, wanted.other))}
    own = sectors.get(wanted.code)
    named = rows_naming([own, *active().filter(parent=own)]) if own else {}
    codes = {wanted.code, wanted.other, own.parent.code if own and own.parent else ""} - {""}
    checks = [check for check in GovernanceCheck.objects.filter(is_active=True) if asks_for(check, codes)]
    is_structural = wanted.act in (SectorAct.MOVE, SectorAct.MERGE, SectorAct.RETIRE)
    return Effect(
        wanted,
        {kind: len(named.get(kind, ())) for kind in KINDS},
        checks if is_structural else [],
        wanted.act == SectorAct.MERGE,
    )


def asks_for(check: GovernanceCheck, codes: Iterable[str]) -> bool:
    return not set(asked_codes(check.trigger, "sector")).isdisjoint(codes)


# --- The record of changes, and what can be undone ----------------------------------------------------------


def changes() -> QuerySet[SectorChange]:
    """Return all changes, newest first, without the rows that a merge moved."""
    return whole_changes().defer("before")


def whole_changes() -> QuerySet[SectorChange]:
    return SectorChange.objects.select_related("sector", "other", "by", "undone_by")


STRUCTURE = (SectorAct.ADD, SectorAct.MOVE, SectorAct.MERGE, SectorAct.RETIRE)


def built_on(change: SectorChange) -> SectorChange | None:
    later = SectorChange.objects.filter(pk__gt=change.pk, undone_at=None).select_related("sector", "other")
    condition, other = Q(sector=change.sector_id), Q(sector=change.other_id) | Q(other=change.other_id)
    ended = Q(act__in=(SectorAct.MERGE, SectorAct.RETIRE))
    match SectorAct(change.act):
        case SectorAct.RENAME:
            rule = condition & (Q(act=SectorAct.RENAME) | ended)
        case SectorAct.RELATE:
            pair = condition & Q(other=change.other_id) | Q(sector=change.other_id, other=change.sector_id)
            rule = pair & Q(act=SectorAct.RELATE) | (condition | Q(sector=change.other_id)) & ended
        case SectorAct.MERGE:
            rule = other & ended | condition | Q(other=change.sector_id)
        case _:  # what was built on the sector itself, and the end of the parent that it would go back to
            rule = condition & Q(act__in=STRUCTURE) | Q(other=change.sector_id, act__in=STRUCTURE)
            rule |= Q(sector=change.before.get("parent_id")) & ended
    return later.filter(rule).order_by("-pk").first()


def why_not_undone(change: SectorChange) -> str | Promise | None:
    """Return why a change cannot be undone now; None if it can."""
    if change.undone_at:
        return _("This change has already been undone.")
    later = built_on(change)
    if later is not None:
        return _("A later change depends on it: %(change)s. Undo that change first.") % {
            "change": change_words(later)
        }
    return _still_used(change) if change.act == SectorAct.ADD else None


def _still_used(change: SectorChange) -> Promise | None:
    used = any(rows_naming([change.sector]).values())
    return (
        _(
            "This sector cannot be removed: profiles, pilots or programmes use it. Merge it into another "
            "sector instead."
        )
        if used
        else None
    )


TOLD = {
    SectorAct.ADD: _("Add %(sector)s"),
    SectorAct.RENAME: _("Rename %(sector)s"),
    SectorAct.MOVE: _("Move %(sector)s under %(other)s"),
    SectorAct.MERGE: _("Merge %(sector)s into %(other)s"),
    SectorAct.RETIRE: _("Retire %(sector)s without a successor"),
    SectorAct.RELATE: _("Relate %(sector)s and %(other)s"),
}


def change_words(change: SectorChange) -> str:
    other = sector_name(change.other) if change.other else _("the top level")
    return str(TOLD[SectorAct(change.act)] % {"sector": sector_name(change.sector), "other": other})


def lines(changes: Iterable[SectorChange]) -> list[tuple[SectorChange, str]]:
    return [(change, change_words(change)) for change in changes]


def wanted_words(wanted: Iterable[Wanted]) -> list[str]:
    known = {sector.code: sector_name(sector) for sector in Sector.objects.all()}
    return [
        str(TOLD[each.act] % {
            "sector": known.get(each.code) or f"{each.values.get('name_en', '')} ({each.code})",
            "other": known.get(each.other) or each.other or _("the top level"),
        })
        for each in wanted
    ]  # fmt: skip


def returning(change: SectorChange) -> dict[str, tuple[int, int]]:
    moved: dict[str, set[int]] = {}
    still: dict[str, set[int]] = {}
    for use in USES:
        stored_rows = change.before.get("rows", {}).get(use.name, {})
        rows = {*stored_rows.get("moved", ()), *stored_rows.get("dropped", ())}
        here = use.model._default_manager.filter(**{use.column: change.other_id, f"{use.row}__in": rows})
        moved[use.counts_as] = moved.get(use.counts_as, set()) | rows
        present = set(here.values_list(use.row, flat=True)) if rows else set()
        still[use.counts_as] = still.get(use.counts_as, set()) | present
    return {kind: (len(moved[kind]), len(still[kind])) for kind in moved if moved[kind]}


def sector_name(sector: Sector) -> str:
    return f"{sector.name} ({sector.code})"


# --- For rules and imports ----------------------------------------------------------------------------------


def families() -> dict[str, list[str]]:
    rows = list(Sector.objects.values_list("code", "parent__code", "merged_into__code"))
    merged: dict[str, list[str]] = {}
    for code, _parent, heir in rows:
        merged.setdefault(heir or "", []).append(code)
    return {
        code: [each for own in (code, parent) if own for each in (own, *merged.get(own, ()))]
        for code, parent, _heir in rows
    }
