"""The shared vocabulary: loaded from profiles/data, and sectors renamed, added and merged."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Model
from django.utils.translation import get_language

from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.models import (
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
AnyTerm = TypeVar("AnyTerm", bound=Term)


@transaction.atomic
def load(folder: Path = DATA) -> dict[str, int]:
    """Insert or update every table of `folder`; return the number of rows by table.

    Loading again changes nothing. Sectors that a curator renamed, merged or retired, and governance checks
    that a curator edited, are not overwritten.

    Raises:
        TriggerError: if a check has an unknown fact or operator.
    """
    return {
        "places": _places(csv_rows(folder / "places.csv")),
        "stages": _upsert(Stage, map(_stage, csv_rows(folder / "stages.csv"))),
        "needs": _upsert(NeedType, map(_need_type, *_numbered(folder / "needs.csv"))),
        "forms": _upsert(PartnershipForm, map(_form, *_numbered(folder / "forms.csv"))),
        "sectors": _sectors(csv_rows(folder / "taxonomy.csv")),
        "relations": _relations(csv_rows(folder / "taxonomy_related.csv")),
        "checks": _checks(csv_rows(folder / "governance.csv")),
        "rates": _rates(csv_rows(folder / "rates.csv")),
    }


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def told_rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file. These columns are in the active language, or in English if missing."""
    language = (get_language() or "en")[:2]
    for row in csv_rows(path):
        yield row | {name: row.get(f"{name}_{language}") or row[f"{name}_en"] for name in columns}


def _numbered(path: Path) -> tuple[list[dict[str, str]], range]:
    rows = list(csv_rows(path))
    return rows, range(1, len(rows) + 1)


def _names(row: Row) -> dict[str, str]:
    return {name: row[name] for name in ("code", "name_en", "name_zh", "name_ur")}


def _described(row: Row) -> dict[str, str]:
    return _names(row) | {name: row[name] for name in ("desc_en", "desc_zh", "desc_ur")}


def _stage(row: Row) -> Stage:
    band = int(row["match_band"]) if row["match_band"].isdigit() else None
    return Stage(**_described(row), position=int(row["sort_order"]), match_band=band)


def _need_type(row: Row, position: int) -> NeedType:
    return NeedType(**_described(row), position=position, group=row["group"])


def _form(row: Row, position: int) -> PartnershipForm:
    shift = int(row["control_shift_0_3"])
    return PartnershipForm(**_described(row), position=position, group=row["group"], control_shift=shift)


def _upsert(model: type[AnyTerm], terms: Iterable[AnyTerm], *, keep: bool = False) -> int:
    """Insert terms, and update known codes unless `keep`. Return the number of rows in the file."""
    terms = list(terms)
    columns = [field.name for field in model._meta.local_fields if field.name not in ("id", "code")]
    if keep:
        model._default_manager.bulk_create(terms, ignore_conflicts=True)
    else:
        model._default_manager.bulk_create(
            terms, update_conflicts=True, unique_fields=["code"], update_fields=columns
        )
    return len(terms)


def pks_by_code(model: type[Term]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _places(rows: Iterable[Row]) -> int:
    """Load countries, then provinces, then cities, so that the parent exists."""
    waiting, known = list(rows), pks_by_code(Place)
    total = len(waiting)
    for level in ("country", "division", "city"):
        _upsert(Place, [_place(row, known) for row in waiting if row["level"] == level])
        known = pks_by_code(Place)
    return total


def _place(row: Row, known: Mapping[str, int]) -> Place:
    return Place(
        **_names(row),
        level=row["level"],
        country_code=row["country"],
        parent_id=known.get(row["parent"]),
        aliases=row["aliases"].replace("|", "\n"),
        latitude=float(row["lat"]) if row["lat"] else None,
        longitude=float(row["lon"]) if row["lon"] else None,
    )


def _sectors(rows: Iterable[Row]) -> int:
    """Load sectors, then their sub-sectors."""
    waiting = list(rows)
    for level in ("1", "2"):
        known = pks_by_code(Sector)
        _upsert(Sector, [_sector(row, known) for row in waiting if row["level"] == level], keep=True)
    return len(waiting)


def _sector(row: Row, known: Mapping[str, int]) -> Sector:
    aliases = "|".join(filter(None, (row["aliases_en"], row["aliases_zh"], row["aliases_ur"])))
    return Sector(**_names(row), parent_id=known.get(row["parent"]), aliases=aliases.replace("|", "\n"))


def _relations(rows: Iterable[Row]) -> int:
    """Load how similar two sub-sectors are."""
    known = pks_by_code(Sector)
    relations = [
        SectorRelation(
            first_id=known[row["code_a"]], second_id=known[row["code_b"]], similarity=float(row["similarity"])
        )
        for row in rows
    ]
    return _upsert_rows(SectorRelation, relations, ["first", "second"], ["similarity"])


CHECK_COLUMNS = (
    *(f"{part}_{language}" for part in ("title", "question", "text") for language in ("en", "ur", "zh")),
    *("status", "as_of", "source", "source_url", "confidence", "checked_on", "review_by"),
)


def _checks(rows: Iterable[Row]) -> int:
    """Load the governance checks that no curator has edited."""
    checks = [_check(row) for row in rows]
    edited = set(GovernanceCheck.objects.exclude(edited_at=None).values_list("code", flat=True))
    columns = [*CHECK_COLUMNS, "law_of", "weight", "trigger"]
    _upsert_rows(GovernanceCheck, [one for one in checks if one.code not in edited], ["code"], columns)
    return len(checks)


def _check(row: Row) -> GovernanceCheck:
    trigger = json.loads(row["trigger_json"])
    try:
        check_trigger(trigger)
    except TriggerError as error:
        raise TriggerError(f"{row['code']}: {error}") from error
    texts = {name: row[name] for name in ("code", *CHECK_COLUMNS)}
    return GovernanceCheck(**texts, law_of=row["side"], weight=row["severity"], trigger=trigger)


def _rates(rows: Iterable[Row]) -> int:
    found = [
        ExchangeRate(
            currency=row["currency"],
            per_usd=Decimal(row["per_usd"]),
            quoted_on=date.fromisoformat(row["quoted_on"]),
            source=row["source"],
        )
        for row in rows
    ]
    return _upsert_rows(ExchangeRate, found, ["currency", "quoted_on"], ["per_usd", "source"])


def _upsert_rows(model: type[Model], rows: list[Any], key: list[str], columns: list[str]) -> int:
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=columns)
    return len(rows)


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
    for through, column in (
        (Startup.other_sectors.through, "startup_id"),
        (Thesis.sectors.through, "thesis_id"),
        (Thesis.sectors_out.through, "thesis_id"),
    ):
        _move_links(through, column, source, into)
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
        letters = "".join(char for char in name.upper() if char.isascii() and char.isalpha())[:3].ljust(
            3, "X"
        )
        taken = set(Sector.objects.filter(code__startswith=letters).values_list("code", flat=True))
        return next(
            code for code in (letters, *(f"{letters}-{n}" for n in range(2, 1000))) if code not in taken
        )
    taken = set(Sector.objects.filter(code__startswith=parent.code).values_list("code", flat=True))
    return next(code for code in (f"{parent.code}{n:02d}" for n in range(1, 1000)) if code not in taken)


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
