"""The shared vocabulary: loaded from profiles/data, and sectors renamed, added and merged."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models import Model
from django.utils.translation import get_language

from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.models import (
    CannedReason,
    Deal,
    ExchangeRate,
    GovernanceCheck,
    Investor,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorRelation,
    Stage,
    Startup,
    Thesis,
    User,
)
from profiles.models.taxonomy import Term
from profiles.taxonomy.kinds import TAXONOMY
from profiles.taxonomy.triggers import TriggerError, check_trigger

DATA = Path(__file__).resolve().parents[1] / "data"
Row = Mapping[str, str]


@transaction.atomic
def load(folder: Path = DATA) -> dict[str, int]:
    """Insert or update every table of `folder`; return the number of rows by table.

    Loading again changes nothing. Sectors that a curator renamed, merged or retired, and governance checks
    that a curator edited, are not overwritten.

    Raises:
        TriggerError: if a check has an unknown fact or operator.
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


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def told_rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file. These columns are in the active language, or in English if missing."""
    language = (get_language() or "en")[:2]
    for row in csv_rows(path):
        yield row | {name: row.get(f"{name}_{language}") or row[f"{name}_en"] for name in columns}


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
    """Insert rows of one table, and update these columns, or all, of those whose key is known."""
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
        known = pks_by_code(Place)
        _upsert([_place(row, known) for row in rows if row["level"] == level])
    return len(rows)


def _place(row: Row, known: Mapping[str, int]) -> Place:
    return Place(
        **_cells(row, (*NAMES, "level")),
        country_code=row["country"],
        parent_id=known.get(row["parent"]),
        aliases=row["aliases"].replace("|", "\n"),
        latitude=float(row["lat"]) if row["lat"] else None,
        longitude=float(row["lon"]) if row["lon"] else None,
    )


def _sectors(rows: Sequence[Row]) -> int:
    """Load new sectors, then their sub-sectors."""
    for level in ("1", "2"):
        known = pks_by_code(Sector)
        sectors = [_sector(row, known) for row in rows if row["level"] == level]
        Sector.objects.bulk_create(sectors, ignore_conflicts=True)
    return len(rows)


def _sector(row: Row, known: Mapping[str, int]) -> Sector:
    aliases = "|".join(filter(None, (row["aliases_en"], row["aliases_zh"], row["aliases_ur"])))
    parent = known.get(row["parent"])
    return Sector(**_cells(row, NAMES), parent_id=parent, aliases=aliases.replace("|", "\n"))


def _relations(rows: Iterable[Row]) -> int:
    """Load how similar two sub-sectors are."""
    known = pks_by_code(Sector)
    relations = [
        SectorRelation(
            first_id=known[row["code_a"]], second_id=known[row["code_b"]], similarity=float(row["similarity"])
        )
        for row in rows
    ]
    return _upsert(relations, ("first", "second"))


CHECK_COLUMNS = (
    *(f"{part}_{language}" for part in ("title", "question", "text") for language in ("en", "ur", "zh")),
    *("status", "as_of", "source", "source_url", "confidence", "checked_on", "review_by"),
)


def _checks(rows: Sequence[Row]) -> int:
    """Load the governance checks that no curator has edited."""
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
    return _upsert(rates, ("currency", "quoted_on"))


class MergeRefusedError(Exception):
    """A sector merges into another one in use, of its own level, that was not merged itself."""


@transaction.atomic
def rename(sector: Sector, *, names: Mapping[str, str], by: User, at: datetime) -> None:
    """Set the names and aliases of a sector (`name_en`, `name_zh`, `name_ur`, `aliases`). The code stays."""
    before = {field: getattr(sector, field) for field in names}
    for field, value in names.items():
        setattr(sector, field, value)
    sector.save(update_fields=list(names))
    _record(sector, by=by, at=at, act="rename", before=before, after=dict(names))


@transaction.atomic
def add(*, parent: Sector | None, names: Mapping[str, str], by: User, at: datetime) -> Sector:
    """Add a field under `parent`, or a whole sector, with the next free code, and return it."""
    sector = Sector.objects.create(code=_free_code(parent, names["name_en"]), parent=parent, **names)
    _record(sector, by=by, at=at, act="add", after=dict(names))
    return sector


@transaction.atomic
def merge(source: Sector, *, into: Sector, by: User, at: datetime) -> int:
    """Move everything that names `source` to `into`, retire `source`, and return how many profiles moved."""
    if source == into or not into.is_active or (source.parent is None) != (into.parent is None):
        raise MergeRefusedError
    moved = changes.lock_profiles(*_profiles_naming(source))
    Startup.objects.filter(primary_sector=source).update(primary_sector=into)
    Deal.objects.filter(sector=source).update(sector=into)
    Sector.objects.filter(parent=source).update(parent=into)
    Sector.objects.filter(merged_into=source).update(merged_into=into)
    _move_links(Startup.other_sectors.through, "startup_id", source, into)
    _move_links(Thesis.sectors.through, "thesis_id", source, into)
    _move_links(Thesis.sectors_out.through, "thesis_id", source, into)
    SectorRelation.objects.filter(models.Q(first=source) | models.Q(second=source)).delete()
    source.is_active, source.merged_into = False, into
    source.save(update_fields=["is_active", "merged_into"])
    _record(source, by=by, at=at, act="merge", into=into.code, profiles=len(moved))
    for profile in moved:
        changes.notify_changed(profile, at=at)
    return len(moved)


def _record(sector: Sector, *, by: User, at: datetime, **details: object) -> None:
    audit.record(TAXONOMY, subject=f"sector:{sector.code}", by=by, at=at, details=details)


def _free_code(parent: Sector | None, name: str) -> str:
    """Return a code nobody has: the parent's with the next number, or three letters of the name."""
    if parent is None:
        letters = "".join(char for char in name.upper() if char.isascii() and char.isalpha())
        start = letters[:3].ljust(3, "X")
        codes = [start, *(f"{start}-{number}" for number in range(2, 1000))]
    else:
        start = parent.code
        codes = [f"{start}{number:02d}" for number in range(1, 1000)]
    taken = set(Sector.objects.filter(code__startswith=start).values_list("code", flat=True))
    return next(code for code in codes if code not in taken)


def _profiles_naming(sector: Sector) -> list[Startup | Investor]:
    """Return the profiles whose own rows, theses or recorded deals name the sector."""
    startups = Startup.objects.filter(
        models.Q(primary_sector=sector) | models.Q(other_sectors=sector)
    ).distinct()
    investors = Investor.objects.filter(
        models.Q(theses__sectors=sector)
        | models.Q(theses__sectors_out=sector)
        | models.Q(deals__sector=sector)
    ).distinct()
    return [*startups, *investors]


def _move_links(through: Any, column: str, source: Sector, into: Sector) -> None:
    """Point the rows of a link table from `source` to `into`; drop those that already point there."""
    there = through.objects.filter(sector=into).values_list(column, flat=True)
    through.objects.filter(sector=source, **{f"{column}__in": list(there)}).delete()
    through.objects.filter(sector=source).update(sector=into)
