"""Load closed lists and exchange rates from profiles/data."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import get_language

from profiles.integrations import exchange_rates
from profiles.models import (
    ExchangeRate,
    GovernanceCheck,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorRelation,
    Stage,
)
from profiles.models.taxonomy import Term
from profiles.taxonomy.triggers import TriggerError, check_trigger

DATA = Path(__file__).resolve().parents[2] / "data"
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
        "rates": _rates(exchange_rates.read_quotes(folder / "rates.csv")),
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


def _rates(quotes: Iterable[exchange_rates.Quote]) -> int:
    found = [
        ExchangeRate(
            currency=quote.currency, per_usd=quote.per_usd, quoted_on=quote.quoted_on, source=quote.source
        )
        for quote in quotes
    ]
    return _upsert_rows(ExchangeRate, found, ["currency", "quoted_on"], ["per_usd", "source"])


def _upsert_rows(model: type[Model], rows: list[Any], key: list[str], columns: list[str]) -> int:
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=columns)
    return len(rows)
