"""Real deals of one market, split by time, as the engine's numbers.

The format is that of docs/evaluation.md: train_deals, pool, queries and truth. Sectors, rounds and cities
are whatever words the files use; each word becomes a number. The raised amount is never read.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from matchmaker.engine.affinity import Deals, Declared, Related
from matchmaker.engine.columns import MAX_SECTORS, Array

Row = Mapping[str, str]
FILES = {  # and the columns that must be there; the others may be
    "train_deals.csv": ("date", "startup_id", "investor_id"),
    "pool.csv": ("id",),
    "queries.csv": ("query_id",),
}
TRUTH = "truth.csv"  # without it the queries are ranked, not judged
TRUTH_COLUMNS = ("query_id", "investor_id", "in_pool")
LADDER = ("pre_seed", "seed", "pre_a", "a", "b", "c_plus")  # rounds that follow one another
NEXT_RUNG = 0.5  # how alike two neighbouring rounds are
MAX_BANDS = 60  # stages that the engine can tell apart, with room to spare


class NoDealsError(Exception):
    """The directory does not hold a split."""


class BadDealsError(Exception):
    """A file of the split is not as described; says which line or column."""


@dataclass(frozen=True)
class Rows:
    """A split as text."""

    name: str
    deals: Sequence[Row]  # what was known: date, startup_id, investor_id, round, sector, city …
    pool: Sequence[Row]  # the investors that may be ranked
    queries: Sequence[Row]  # startups never seen before
    truth: Mapping[str, Sequence[str]]  # query_id → investors of the pool who then joined its round
    today: int  # ordinal of the last day that was known


@dataclass(frozen=True)
class Split:
    """A split as numbers."""

    name: str
    today: int
    query_ids: list[str]
    investor_ids: list[str]
    sectors: Array  # int16[q,6]
    stage: Array  # int8[q]
    place: Array  # int16[q]
    truth: list[Array]  # of investor rows, per query; empty where none of the pool joined its round
    deals: Deals
    startup: Array  # int64[d] which startup each deal was in
    declared: Declared
    stages_alike: Array  # float32[B,B]
    texts: list[str]  # per query, mostly empty
    deal_texts: list[str]  # per deal

    @property
    def related(self) -> Related:
        """Neighbouring rounds are somewhat alike; sectors and places are words without a map."""
        nothing = Related.none(*self.sizes)
        return replace(nothing, stage=self.stages_alike)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many sectors, stages and places there are."""
        named = self.declared
        return named.sectors.shape[1], named.stages.shape[1], named.places.shape[1]


def read(directory: Path) -> Rows:
    """The split in a directory. Raises NoDealsError naming what is missing, or BadDealsError."""
    missing = [name for name in FILES if not (directory / name).is_file()]
    if missing:
        raise NoDealsError(f"{directory} holds no {', '.join(missing)}")
    deals, pool, queries = (_table(directory / name, columns) for name, columns in FILES.items())
    _check_dates(deals)
    right = defaultdict(list)
    for row in _table(directory / TRUTH, TRUTH_COLUMNS) if (directory / TRUTH).is_file() else []:
        if row["in_pool"] == "1":
            right[row["query_id"]].append(row["investor_id"])
    today = max(_day(row["date"]) for row in deals)
    return Rows(directory.name, deals, pool, queries, dict(right), today)


def earlier(rows: Rows, cut: int, days: int) -> Rows:
    """The same market as it stood on day `cut`: what was known before it, and who was first funded in the
    `days` after. Uses the known deals only, so that tuning on it never sees the split's own queries."""
    known = [row for row in rows.deals if _day(row["date"]) < cut]
    seen = {row["startup_id"] for row in known}
    active = {row["investor_id"] for row in known}
    first: dict[str, Row] = {}
    right = defaultdict(list)
    for row in rows.deals:
        startup = row["startup_id"]
        if startup in seen or not cut <= _day(row["date"]) < cut + days:
            continue
        opening = first.setdefault(startup, {**row, "query_id": startup, "stage": row["round"]})
        if opening["date"] == row["date"] and row["investor_id"] in active:
            right[startup].append(row["investor_id"])
    pool = [row for row in rows.pool if row["id"] in active]
    name = f"{rows.name} {date.fromordinal(cut)}"
    queries = [row for startup, row in first.items() if startup in right]
    return Rows(name, known, pool, queries, dict(right), cut - 1)


def encode(rows: Rows) -> Split:
    """Words to numbers. A query's word that no known deal has is not stated."""
    investor = {row["id"]: number for number, row in enumerate(rows.pool)}
    deals = [row for row in rows.deals if row["investor_id"] in investor]
    sector = _numbers(word for row in deals for word in _words(row.get("sector")))
    stage = _numbers(_word(row.get("round")) for row in deals)
    stage = dict(list(stage.items())[:MAX_BANDS])
    place = _numbers(_word(row.get("city")) for row in deals)
    startup = _numbers(row["startup_id"] for row in deals)
    return Split(
        name=rows.name,
        today=rows.today,
        query_ids=[row["query_id"] for row in rows.queries],
        investor_ids=[row["id"] for row in rows.pool],
        sectors=_sectors(rows.queries, sector),
        stage=_codes(rows.queries, "stage", stage, np.int8),
        place=_codes(rows.queries, "city", place, np.int16),
        truth=[_owners(rows.truth.get(row["query_id"], ()), investor) for row in rows.queries],
        deals=Deals(
            owner=np.array([investor[row["investor_id"]] for row in deals], np.int32),
            day=np.array([_day(row["date"]) for row in deals], np.int32),
            sectors=_sectors(deals, sector),
            stage=_codes(deals, "round", stage, np.int8),
            place=_codes(deals, "city", place, np.int16),
            partners=_partners(deals),
        ),
        startup=np.array([startup[row["startup_id"]] for row in deals], np.int64),
        declared=_declared(rows, deals, sector, stage, len(place)),
        stages_alike=_ladder(stage),
        texts=[row.get("description") or "" for row in rows.queries],
        deal_texts=[row.get("description") or "" for row in deals],
    )


def _owners(ids: Iterable[str], investor: dict[str, int]) -> Array:
    return np.array(sorted({investor[i] for i in ids if i in investor}), np.int64)


def _declared(
    rows: Rows, deals: Sequence[Row], sector: dict[str, int], stage: dict[str, int], places: int
) -> Declared:
    """The fields and stages that investors named, where the deals use the same words."""
    spoken = {_word(row.get("round_raw")): stage.get(_word(row.get("round")), -1) for row in deals} | stage
    m = len(rows.pool)
    sectors, stages = np.zeros((m, len(sector)), np.uint8), np.zeros((m, len(stage)), np.uint8)
    for number, row in enumerate(rows.pool):
        sectors[number, [sector[w] for w in _words(row.get("declared_fields")) if w in sector]] = 1
        known = [spoken.get(word, -1) for word in _words(row.get("declared_stages"))]
        stages[number, [code for code in known if code >= 0]] = 1
    return Declared(np.arange(m, dtype=np.int32), sectors, stages, np.zeros((m, places), np.uint8))


def _ladder(stage: dict[str, int]) -> Array:
    alike = np.eye(len(stage), dtype=np.float32)
    for lower, upper in pairwise(LADDER):
        if lower in stage and upper in stage:
            alike[stage[lower], stage[upper]] = alike[stage[upper], stage[lower]] = NEXT_RUNG
    return alike


def _table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        missing = [name for name in columns if name not in (table.fieldnames or ())]
        if missing:
            raise BadDealsError(f"{path.name} has no column {', '.join(missing)}")
        return list(table)


def _check_dates(deals: Sequence[Row]) -> None:
    if not deals:
        raise BadDealsError("train_deals.csv holds no deals")
    for line, row in enumerate(deals, start=2):
        try:
            _day(row["date"])
        except ValueError as wrong:
            raise BadDealsError(f"train_deals.csv, line {line}: {row['date']!r} is not a date") from wrong


def _day(text: str) -> int:
    return date.fromisoformat(text[:10]).toordinal()


def _word(text: str | None) -> str:
    return (text or "").strip().casefold()


def _words(text: str | None) -> list[str]:
    return [word for part in (text or "").split("|") if (word := _word(part))]


def _numbers(words: Iterable[str]) -> dict[str, int]:
    """Each word's number, the most used first."""
    used = Counter(word for word in words if word)
    return {word: number for number, word in enumerate(sorted(used, key=lambda word: (-used[word], word)))}


def _codes(rows: Sequence[Row], name: str, numbers: dict[str, int], dtype: type) -> Array:
    return np.array([numbers.get(_word(row.get(name)), -1) for row in rows], dtype)


def _sectors(rows: Sequence[Row], numbers: dict[str, int]) -> Array:
    codes = np.full((len(rows), MAX_SECTORS), -1, np.int16)
    for line, row in zip(codes, rows, strict=True):
        known = [numbers[word] for word in _words(row.get("sector")) if word in numbers][:MAX_SECTORS]
        line[: len(known)] = known
    return codes


def _partners(deals: Sequence[Row]) -> Array:
    """How many investors of the pool joined each deal's round."""
    rounds = [(row["startup_id"], row["date"]) for row in deals]
    size = Counter(rounds)
    return np.array([size[key] for key in rounds], np.int16)
