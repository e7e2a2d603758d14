"""The shared vocabulary: loaded from profiles/data, and the tree of sectors changed by curators."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.kinds import TAXONOMY
from profiles.catalogue.taxonomy.selectors import sectors as tree
from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.catalogue.taxonomy.triggers import TriggerError, check_trigger
from profiles.catalogue.taxonomy.uses import USES
from profiles.choices import SectorAct
from profiles.guards import require_curator
from profiles.models import (
    CannedReason,
    ExchangeRate,
    GovernanceCheck,
    Investor,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorChange,
    SectorRelation,
    Stage,
    Startup,
    User,
)
from profiles.models.taxonomy import Term
from profiles.platform.audit import services as audit
from profiles.platform.changes import services as changes
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.refusals import RefusedError
from profiles.signals import taxonomy_changed

Row = Mapping[str, str]


@transaction.atomic
def load(folder: Path = DATA) -> dict[str, int]:
    """Insert or update every table of `folder`; return the number of rows by table.

    Raises:
        TriggerError: if a check has an unknown fact or operator.
        NoRateError: if a currency of the settings has no rate.
    """

    def rows(name: str) -> list[dict[str, str]]:
        return list(csv_rows(folder / f"{name}.csv"))

    return {
        "places": _places(rows("places")),
        "stages": _upsert([_stage(row) for row in rows("stages")]),
        "needs": _upsert([NeedType(**_in_group(row, at)) for at, row in enumerate(rows("needs"), 1)]),
        "forms": _upsert([_form(row, at) for at, row in enumerate(rows("forms"), 1)]),
        "sectors": _sectors(rows("taxonomy")),
        "relations": _relations(rows("taxonomy_related")),
        "checks": _checks(rows("governance")),
        "rates": _rates(rows("rates")),
        "reasons": _reasons(rows("reasons")),
    }


def _reasons(rows: Sequence[Row]) -> int:
    """Load the ready-made reasons into an empty table: from then on they are the curators'."""
    if not CannedReason.objects.exists():
        CannedReason.objects.bulk_create(CannedReason(**row, position=at) for at, row in enumerate(rows, 1))
    return len(rows)


NAMES = ("code", "name_en", "name_zh", "name_ur")
DESCRIBED = (*NAMES, "desc_en", "desc_zh", "desc_ur")


def _cells(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _in_group(row: Row, position: int) -> dict[str, Any]:
    return {**_cells(row, (*DESCRIBED, "group")), "position": position}


def _form(row: Row, position: int) -> PartnershipForm:
    return PartnershipForm(**_in_group(row, position), control_shift=int(row["control_shift_0_3"]))


def _stage(row: Row) -> Stage:
    band = int(row["match_band"]) if row["match_band"].isdigit() else None
    return Stage(**_cells(row, DESCRIBED), position=int(row["sort_order"]), match_band=band)


def _upsert(rows: Sequence[Model], key: Sequence[str] = ("code",), columns: Sequence[str] = ()) -> int:
    if rows:
        model = type(rows[0])
        others = [field.name for field in model._meta.local_fields if field.name not in ("id", *key)]
        model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=key, update_fields=columns or others
        )
    return len(rows)


def pks_by_code(model: type[Term]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _places(rows: Sequence[Row]) -> int:
    """Load countries, then provinces, then cities, so that the parent exists."""
    for level in ("country", "division", "city"):
        pks = pks_by_code(Place)
        _upsert([_place(row, pks) for row in rows if row["level"] == level])
    return len(rows)


def _place(row: Row, pks: Mapping[str, int]) -> Place:
    return Place(
        **_cells(row, (*NAMES, "level", "time_zone")),
        country_code=row["country"],
        parent_id=pks.get(row["parent"]),
        aliases=row["aliases"].replace("|", "\n"),
        latitude=float(row["lat"]) if row["lat"] else None,
        longitude=float(row["lon"]) if row["lon"] else None,
    )


def _sectors(rows: Sequence[Row]) -> int:
    for level in ("1", "2"):
        pks = pks_by_code(Sector)
        sectors = [_sector(row, pks) for row in rows if row["level"] == level]
        Sector.objects.bulk_create(sectors, ignore_conflicts=True)
    return len(rows)


def _sector(row: Row, pks: Mapping[str, int]) -> Sector:
    aliases = "|".join(filter(None, (row["aliases_en"], row["aliases_zh"], row["aliases_ur"])))
    parent = pks.get(row["parent"])
    return Sector(**_cells(row, NAMES), parent_id=parent, aliases=aliases.replace("|", "\n"))


def _relations(rows: Iterable[Row]) -> int:
    pks = pks_by_code(Sector)
    relations = [
        SectorRelation(
            first_id=pks[row["code_a"]], second_id=pks[row["code_b"]], similarity=float(row["similarity"])
        )
        for row in rows
    ]
    return _upsert(relations, ("first", "second"))


CHECK_COLUMNS = (
    *(f"{part}_{language}" for part in ("title", "question", "text") for language in ("en", "ur", "zh")),
    *("status", "as_of", "source", "source_url", "confidence", "checked_on", "review_by"),
)


def _checks(rows: Sequence[Row]) -> int:
    edited = set(GovernanceCheck.objects.exclude(edited_at=None).values_list("code", flat=True))
    checks = [_check(row) for row in rows]
    columns = (*CHECK_COLUMNS, "law_of", "weight", "trigger")
    _upsert([check for check in checks if check.code not in edited], columns=columns)
    return len(checks)


def _check(row: Row) -> GovernanceCheck:
    trigger = json.loads(row["trigger_json"])
    try:
        check_trigger(trigger)
    except TriggerError as error:
        raise TriggerError(f"{row['code']}: {error}") from error
    texts = _cells(row, ("code", *CHECK_COLUMNS))
    return GovernanceCheck(**texts, law_of=row["side"], weight=row["severity"], trigger=trigger)


def _rates(rows: Iterable[Row]) -> int:
    rates = [
        ExchangeRate(
            **_cells(row, ("currency", "source")),
            per_usd=Decimal(row["per_usd"]),
            quoted_on=date.fromisoformat(row["quoted_on"]),
        )
        for row in rows
    ]
    loaded = _upsert(rates, ("currency", "quoted_on"))
    for currency in settings.CURRENCIES:
        rate_for(currency)
    return loaded


# --- The tree of sectors ------------------------------------------------------------------------------------


class ChangeRefusedError(RefusedError):
    """The tree does not allow this change; says why in the reader's language."""


Moved = list[Startup | Investor]


@transaction.atomic
def change(wanted: Wanted, *, by: User, at: datetime) -> SectorChange:
    """Change the tree, keep what undoing takes, and have everything ranked again where it matters.

    Raises:
        NotACuratorError: for anyone but a curator.
        ChangeRefusedError: where the tree does not allow it.
        ChangedMeanwhileError: if someone changed the same since it was read.
    """
    require_curator(by)
    done, moved = carry_out(wanted)
    done.by, done.at, done.profiles = by, at, len(moved)
    done.save()
    _record(done, by=by, at=at)
    _notify(done, moved, by=by, at=at)
    return done


@transaction.atomic
def undo(change: SectorChange, *, by: User, at: datetime) -> None:
    """Take a change back, as long as nothing later builds on it.

    Raises:
        NotACuratorError: for anyone but a curator.
        ChangeRefusedError: if something builds on it, or it was undone.
    """
    require_curator(by)
    moved = changes.lock_profiles(*_owners(change.before.get("rows", {})))
    _locked(*filter(None, (change.sector.code, change.other.code if change.other else "")))
    change = SectorChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    refusal = tree.why_not_undone(change)
    if refusal:
        raise ChangeRefusedError(refusal)
    _take_back(change)
    change.undone_by, change.undone_at = by, at
    change.save(update_fields=["undone_by", "undone_at"])
    _record(change, by=by, at=at, undone=True)
    _notify(change, moved, by=by, at=at)


@transaction.atomic
def import_tree(wanted: Sequence[Wanted], *, by: User, at: datetime) -> int:
    return len([change(each, by=by, at=at) for each in wanted])


def _record(done: SectorChange, *, by: User, at: datetime, **more: object) -> None:
    other = done.other.code if done.other else None
    before = {name: value for name, value in done.before.items() if name not in ("rows", "parent_id")}
    details = {
        "act": str(done.act),
        "into": other,
        "profiles": done.profiles,
        "before": before,
        "after": done.after,
        **more,
    }
    audit.record(TAXONOMY, subject=f"sector:{done.sector.code}", by=by, at=at, details=details)


def _notify(done: SectorChange, moved: Moved, *, by: User, at: datetime) -> None:
    for profile in moved:
        changes.notify_changed(profile, at=at)
    if done.act != SectorAct.RENAME:
        taxonomy_changed.send(sender=Sector, by=by, at=at)


def carry_out(wanted: Wanted) -> tuple[SectorChange, Moved]:
    """Change the rows, and return the change, not saved yet, with the profiles that moved.

    In the caller's transaction, which may be undone: so a preview is what really happens.
    """
    if wanted.act == SectorAct.ADD:
        return _add(wanted), []
    moved: Moved = []
    if wanted.act == SectorAct.MERGE:
        named = tree.rows_naming(Sector.objects.filter(code=wanted.code))
        moved = changes.lock_profiles(*_owned(named["startup"], named["thesis"], named["deal"]))
    sectors = _locked(wanted.code, wanted.other)
    sector, other = sectors.get(wanted.code), sectors.get(wanted.other)
    _require(sector and sector.is_active, _("This sector is no longer in use."))
    _require(not wanted.other or (other and other.is_active), _("The other sector is no longer in use."))
    _require(sector != other, _("Choose another sector."))
    return CARRY_OUT[wanted.act](sector, other, wanted), moved


def _require(holds: object, otherwise: Promise | str) -> None:
    if not holds:
        raise ChangeRefusedError(otherwise)


def _locked(*codes: str) -> dict[str, Sector]:
    rows = Sector.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("pk")
    return {sector.code: sector for sector in rows}


def _add(wanted: Wanted) -> SectorChange:
    parent = _locked(wanted.other).get(wanted.other) if wanted.other else None
    _require_parent(parent, wanted.other)
    name = wanted.values["name_en"]
    same = Sector.objects.filter(name_en__iexact=name, is_active=True).exists()
    _require(not same, _("Another sector already has this name."))
    code = wanted.code or _free_code(parent, name)
    sector, is_new = Sector.objects.get_or_create(code=code, defaults={"parent": parent, **wanted.values})
    _require(is_new, _("A sector with this code already exists."))
    return SectorChange(act=wanted.act, sector=sector, other=parent, after=dict(wanted.values))


def _require_parent(parent: Sector | None, code: str) -> None:
    is_top = parent is not None and parent.is_active and parent.parent_id is None
    _require(not code or is_top, _("The parent must be a top-level sector that is in use."))


def _rename(sector: Sector, _other: Sector | None, wanted: Wanted) -> SectorChange:
    before = {name: getattr(sector, name) for name in wanted.values}
    if any(before[name] != value for name, value in wanted.seen.items()):
        raise ChangedMeanwhileError
    for name, value in wanted.values.items():
        setattr(sector, name, value)
    sector.save(update_fields=list(wanted.values))
    return SectorChange(act=wanted.act, sector=sector, before=before, after=dict(wanted.values))


def _move(sector: Sector, parent: Sector | None, wanted: Wanted) -> SectorChange:
    _require_parent(parent, wanted.other)
    has_children = Sector.objects.filter(parent=sector, is_active=True).exists()
    _require(not (parent and has_children), _("A sector with sub-sectors must stay at the top level."))
    old = sector.parent
    if "parent" in wanted.seen and wanted.seen["parent"] != (old.code if old else ""):
        raise ChangedMeanwhileError
    _require(old != parent, _("The sector already has this parent."))
    sector.parent = parent
    sector.save(update_fields=["parent"])
    before = {"parent": old.code if old else "", "parent_id": old.pk if old else None}
    return SectorChange(
        act=wanted.act, sector=sector, other=parent, before=before, after={"parent": wanted.other}
    )


def _retire(sector: Sector, _other: Sector | None, wanted: Wanted) -> SectorChange:
    children = Sector.objects.filter(parent=sector, is_active=True).exists()
    _require(not children, _("Move, merge or retire its sub-sectors first."))
    Sector.objects.filter(pk=sector.pk).update(is_active=False)
    return SectorChange(act=wanted.act, sector=sector, before={"parent_id": sector.parent_id})


def _relate(sector: Sector, other: Sector | None, wanted: Wanted) -> SectorChange:
    assert other is not None  # noqa: S101  the form asks for it
    value = wanted.values["similarity"]
    old = SectorRelation.objects.filter(_pair(sector, other)).values_list("similarity", flat=True).first()
    _set_relation(sector, other, value)
    before, after = {"similarity": old}, {"similarity": value}
    return SectorChange(act=wanted.act, sector=sector, other=other, before=before, after=after)


def _pair(sector: Sector, other: Sector) -> Q:
    return Q(first=sector, second=other) | Q(first=other, second=sector)


def _set_relation(sector: Sector, other: Sector, similarity: float | None) -> None:
    SectorRelation.objects.filter(_pair(sector, other)).delete()
    if similarity is not None:
        first, second = sorted((sector, other), key=lambda each: each.code)
        SectorRelation.objects.create(first=first, second=second, similarity=similarity)


def _merge(source: Sector, into: Sector | None, wanted: Wanted) -> SectorChange:
    is_level = into and (source.parent_id is None) == (into.parent_id is None)
    _require(is_level, _("Merge a sector into a sector, and a sub-sector into a sub-sector."))
    rows = {use.name: _move_rows(use, source, into) for use in USES}
    relations = SectorRelation.objects.filter(Q(first=source) | Q(second=source))
    before = {
        "rows": rows,
        "children": list(Sector.objects.filter(parent=source).values_list("pk", flat=True)),
        "heirs": list(Sector.objects.filter(merged_into=source).values_list("pk", flat=True)),
        "relations": [list(each) for each in relations.values_list("first", "second", "similarity")],
        "parent_id": source.parent_id,
    }
    Sector.objects.filter(parent=source).update(parent=into)
    Sector.objects.filter(merged_into=source).update(merged_into=into)
    relations.delete()
    Sector.objects.filter(pk=source.pk).update(is_active=False, merged_into=into)
    return SectorChange(act=wanted.act, sector=source, other=into, before=before)


def _move_rows(use: Any, source: Sector, into: Sector | None) -> dict[str, list[int]]:
    """Point one column from `source` to `into`; return the moved rows and the duplicates."""
    rows = use.model._default_manager
    dropped: list[int] = []
    if use.is_link:
        there = rows.filter(**{use.column: into}).values(use.row)
        twice = rows.filter(**{use.column: source, f"{use.row}__in": there})
        dropped = list(twice.values_list(use.row, flat=True))
        twice.delete()
    moving = rows.filter(**{use.column: source})
    moved = list(moving.values_list(use.row, flat=True))
    moving.update(**{use.column: into})
    return {"moved": moved, "dropped": dropped}


CARRY_OUT: dict[SectorAct, Any] = {
    SectorAct.RENAME: _rename,
    SectorAct.MOVE: _move,
    SectorAct.MERGE: _merge,
    SectorAct.RETIRE: _retire,
    SectorAct.RELATE: _relate,
}


def _take_back(done: SectorChange) -> None:
    sector, before = done.sector, done.before
    match SectorAct(done.act):
        case SectorAct.ADD:
            Sector.objects.filter(pk=sector.pk).update(is_active=False)
        case SectorAct.RENAME:
            Sector.objects.filter(pk=sector.pk).update(**before)
        case SectorAct.MOVE:
            Sector.objects.filter(pk=sector.pk).update(parent=before["parent_id"])
        case SectorAct.RETIRE:
            Sector.objects.filter(pk=sector.pk).update(is_active=True)
        case SectorAct.RELATE if done.other:
            _set_relation(sector, done.other, before["similarity"])
        case SectorAct.MERGE:
            _unmerge(done)


def _unmerge(done: SectorChange) -> None:
    source, into, before = done.sector, done.other, done.before
    Sector.objects.filter(pk=source.pk).update(is_active=True, merged_into=None)
    for use in USES:
        stored_rows, rows = before["rows"].get(use.name, {}), use.model._default_manager
        still = {
            use.column: into,
            f"{use.row}__in": [*stored_rows.get("moved", ()), *stored_rows.get("dropped", ())],
        }
        dropped = set(stored_rows.get("dropped", ()))
        here = list(rows.filter(**still).values_list("pk", use.row))
        rows.filter(pk__in=[pk for pk, row in here if row not in dropped]).update(**{use.column: source})
        again = [row for _pk, row in here if row in dropped]
        if again:  # of link tables only
            links = [use.model(**{f"{use.column}_id": source.pk, use.row: row}) for row in again]
            rows.bulk_create(links, ignore_conflicts=True)
    Sector.objects.filter(pk__in=before["children"], parent=into).update(parent=source)
    Sector.objects.filter(pk__in=before["heirs"], merged_into=into).update(merged_into=source)
    for first, second, similarity in before["relations"]:
        SectorRelation.objects.get_or_create(
            first_id=first, second_id=second, defaults={"similarity": similarity}
        )


def _owners(rows: Mapping[str, Mapping[str, Sequence[int]]]) -> list[Startup | Investor]:
    pks: dict[str, set[int]] = {kind: set() for kind in tree.KINDS}
    for use in USES:
        pks[use.counts_as] |= {pk for part in rows.get(use.name, {}).values() for pk in part}
    return _owned(pks["startup"], pks["thesis"], pks["deal"])


def _owned(startups: Iterable[int], theses: Iterable[int], deals: Iterable[int]) -> list[Startup | Investor]:
    theirs = Q(theses__in=list(theses)) | Q(deals__in=list(deals))
    return [*Startup.objects.filter(pk__in=list(startups)), *Investor.objects.filter(theirs).distinct()]


def _free_code(parent: Sector | None, name: str) -> str:
    if parent is None:
        letters = "".join(char for char in name.upper() if char.isascii() and char.isalpha())
        start = letters[:3].ljust(3, "X")
        codes = [start, *(f"{start}-{number}" for number in range(2, 1000))]
    else:
        start = parent.code
        codes = [f"{start}{number:02d}" for number in range(1, 1000)]
    taken = set(Sector.objects.filter(code__startswith=start).values_list("code", flat=True))
    return next(code for code in codes if code not in taken)
