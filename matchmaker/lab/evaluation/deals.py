"""Files of recorded deals, read and split by time."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zlib import crc32

import numpy as np

from matchmaker.matching.engine.affinity import affinity, axis_weights
from matchmaker.matching.engine.affinity.affinity import Deals, Declared, Related
from matchmaker.matching.engine.definition.columns import MAX_SECTORS, Array

DealRow = Mapping[str, str]
Check = Callable[[str], str]  # what is wrong with a cell, nothing where it is right

DEALS, POOL, QUERIES, TRUTH = "train_deals.csv", "pool.csv", "queries.csv", "truth.csv"
# What is read of each file; all other columns, such as the raised amount, are as if they were not there.
READ = {
    DEALS: ("date", "startup_id", "investor_id", "round", "round_raw", "sector", "city", "description"),
    POOL: ("id", "declared_fields", "declared_stages"),
    QUERIES: ("query_id", "startup_id", "date", "sector", "city", "stage", "description"),
    TRUTH: ("query_id", "investor_id", "in_pool"),
}
YES, NO = ("1", "true", "yes", ""), ("0", "false", "no")
TELLING = ("round", "round_raw", "sector", "city", "description")  # of a deal, but for when and who
# What an investor declares, and which columns of deals have its words.
DECLARED = ("declared_fields", "sector"), ("declared_stages", "round", "round_raw")


class NoDealsError(Exception):
    """The directory is not there, or holds none of the files."""


class BadDealsError(Exception):
    """A file of the split is not as described; says which, and which line and column."""


@dataclass(frozen=True)
class DealRows:
    name: str
    deals: Sequence[DealRow]  # what was known: date, startup_id, investor_id, round, sector, city …
    pool: Sequence[DealRow]  # the investors that may be ranked
    queries: Sequence[DealRow]  # startups never seen before
    truth: Mapping[str, Sequence[str]]  # query_id → investors of the pool who then joined its round
    today: int  # ordinal of the last day that was known


def read_files(directory: Path, *, order: int = 0) -> DealRows:
    """The split in a directory. Raises NoDealsError naming what is missing, or BadDealsError.

    Another `order` settles ties otherwise.
    """
    here = {name for name in (DEALS, POOL, QUERIES, TRUTH) if (directory / name).is_file()}
    if not here:
        raise NoDealsError(f"{directory} holds no {DEALS}, {POOL}, {QUERIES}")
    if missing := sorted({DEALS, QUERIES} - here):
        raise BadDealsError(f"{directory} holds no {', '.join(missing)}")
    queries = _distinct(directory / QUERIES, "query_id", {"date": lambda cell: _date(cell) if cell else ""})
    deals = _deals(
        directory / DEALS,
        max((row["date"] for row in queries if row.get("date")), key=day_number, default=""),
    )
    _refuse_known(queries, deals)
    everybody = [{"id": investor} for investor in sorted({row["investor_id"] for row in deals})]
    pool = _distinct(directory / POOL, "id") if POOL in here else everybody
    if not (deals and pool):
        raise BadDealsError(f"{POOL if deals else DEALS} holds no rows")
    right = _truth(directory / TRUTH) if TRUTH in here else {}
    pool = _neutral(pool, deals, order)
    queries.sort(key=lambda row: row["query_id"])
    return DealRows(
        directory.name, deals, pool, queries, right, max(day_number(row["date"]) for row in deals)
    )


def _neutral(pool: Sequence[DealRow], known: Sequence[DealRow], order: int) -> list[DealRow]:
    """The pool in an order that tells nothing, which settles ties.

    By a checksum, which `order` begins with, of what each did and says. Words count as their marks.
    """
    marks = _marks(known)

    def marks_of(row: DealRow, column: str, *names: str) -> list[list[int]]:
        return [[marks.get((name, word), 0) for name in names] for word in _words(row.get(column))]

    did: dict[str, list[Any]] = defaultdict(list)
    for row in known:
        did[row["investor_id"]].append([row["date"], *(marks_of(row, name, name) for name in TELLING)])

    def place(row: DealRow) -> tuple[int, int, str]:
        fields, stages = (marks_of(row, *names) for names in DECLARED)
        told = fields, stages, sorted(did[row["id"]])
        return crc32(repr(told).encode(), order), crc32(row["id"].encode(), order), row["id"]

    return sorted(pool, key=place)


def _marks(deals: Sequence[DealRow]) -> dict[tuple[str, str], int]:
    """A number for each word of a column that stays the same under another name: of the days of its deals."""
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in deals:
        for name in TELLING:
            for word in _words(row.get(name)):
                days[name, word].append(row["date"])
    return {key: crc32(repr(sorted(dates)).encode()) for key, dates in days.items()}


def earlier(rows: DealRows, cut: int, days: int) -> DealRows:
    """The market as known on day `cut`, and the startups first funded in the `days` after.

    Only known deals are used, so tuning never sees the test queries.
    """
    deals = [row for row in rows.deals if day_number(row["date"]) < cut]
    seen = {row["startup_id"] for row in deals}
    active = {row["investor_id"] for row in deals} & {row["id"] for row in rows.pool}
    ahead = [row for row in rows.deals if cut <= day_number(row["date"]) < cut + days]
    first: dict[str, DealRow] = {}
    right = defaultdict(list)
    for row in sorted(ahead, key=lambda row: day_number(row["date"])):
        startup = row["startup_id"]
        if startup in seen:
            continue
        opening = first.setdefault(startup, {**row, "query_id": startup, "stage": row.get("round", "")})
        if opening["date"] == row["date"] and row["investor_id"] in active:
            right[startup].append(row["investor_id"])
    pool = [row for row in rows.pool if row["id"] in active]
    name = f"{rows.name} {date.fromordinal(cut)}"
    queries = [row for startup, row in first.items() if startup in right]
    return DealRows(name, deals, pool, queries, dict(right), cut - 1)


def day_number(text: str) -> int:
    """The ordinal of an ISO date, with or without a time of day behind it."""
    return date.fromisoformat(text[:10]).toordinal()


def _deals(path: Path, last_query: str) -> list[DealRow]:
    """The deals in the order of time; one dated after all queries is a slip, and would age all others."""
    end = day_number(last_query) if last_query else date.max.toordinal()
    by_key: dict[tuple[str, ...], DealRow] = {}
    for line, row in _table(path, {"date": _date, "startup_id": _stated, "investor_id": _stated}):
        if day_number(row["date"]) > end:
            what = f"{row['date']!r} is after the last query, {last_query}"
            raise BadDealsError(f"{path.name}, line {line}, column date: {what}")
        key = row["date"], row["startup_id"], row["investor_id"], row.get("round", "")
        by_key[key] = min(by_key.get(key, row), row, key=_fullest)
    return [by_key[key] for key in sorted(by_key)]


def _refuse_known(queries: Sequence[DealRow], deals: Sequence[DealRow]) -> None:
    """A query's startup, by startup_id or else by query_id, must be new: its deals would tell the answer."""
    startups = {row["startup_id"] for row in deals}
    for row in queries:
        column = "startup_id" if row.get("startup_id") else "query_id"
        if row[column] in startups:
            what = f"{row[column]!r} is a startup of {DEALS}, and so not new"
            raise BadDealsError(f"{QUERIES}, query {row['query_id']}, column {column}: {what}")


def _fullest(row: DealRow) -> tuple[int, list[tuple[str, str]]]:
    """What is least for the row that says most, and never the same for two that differ."""
    return sum(not cell.strip() for cell in row.values()), sorted(row.items())


def _truth(path: Path) -> dict[str, list[str]]:
    right = defaultdict(list)
    for _, row in _table(path, {"query_id": _stated, "investor_id": _stated}, {"in_pool": _flag}):
        if row.get("in_pool", "").strip().casefold() not in NO:
            right[row["query_id"]].append(row["investor_id"])
    return dict(right)


def _distinct(path: Path, name: str, allowed: Mapping[str, Check] | None = None) -> list[DealRow]:
    distinct: dict[str, DealRow] = {}
    for line, row in _table(path, {name: _stated}, allowed):
        if distinct.setdefault(row[name], row) != row:
            raise BadDealsError(
                f"{path.name}, line {line}, column {name}: {row[name]!r} again, and different"
            )
    return list(distinct.values())


def _table(
    path: Path, needed: Mapping[str, Check], allowed: Mapping[str, Check] | None = None
) -> Iterator[tuple[int, DealRow]]:
    reader = csv.DictReader(StringIO(_text(path), newline=""), restval="", skipinitialspace=True)
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise BadDealsError(f"{path.name} has no column {', '.join(missing)}")
    reader.fieldnames = columns
    checks = {**needed, **{name: check for name, check in (allowed or {}).items() if name in columns}}
    try:
        for row in reader:
            _check(path.name, reader.line_num, row, checks)
            yield reader.line_num, {name: row[name] for name in columns if name in READ[path.name]}
    except csv.Error as wrong:
        raise BadDealsError(f"{path.name}, after line {reader.line_num}: {wrong}") from wrong


def _text(path: Path) -> str:
    written = path.read_bytes()
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = 1 + written[: wrong.start].count(b"\n")
        raise BadDealsError(f"{path.name}, line {line}: this is not UTF-8") from wrong


def _check(name: str, line: int, row: DealRow, checks: Mapping[str, Check]) -> None:
    if None in row:  # where csv puts the cells without a column
        raise BadDealsError(f"{name}, line {line}: has more cells than there are columns")
    for column, check in checks.items():
        if wrong := check(row[column]):
            raise BadDealsError(f"{name}, line {line}, column {column}: {wrong}")


def _stated(cell: str) -> str:
    return "" if cell.strip() else "is empty"


def _date(cell: str) -> str:
    try:
        day_number(cell)
    except ValueError:
        return f"{cell!r} is not a date like 2015-07-31"
    return ""


def _flag(cell: str) -> str:
    return "" if cell.strip().casefold() in (*YES, *NO) else f"{cell!r} is neither 1 nor 0"


LADDER = (("pre_seed",), ("seed", "angel"), ("pre_a",), ("a",), ("b",), ("c_plus", "c"), ("d",), ("e",))
NEXT_RUNG = 0.5  # how alike two rounds are that follow one another or share a rung
MAX_STAGES = 60  # the engine tells 64 apart
MAX_WORDS = 1000  # sectors, and places: the rarest beyond are not stated


@dataclass(frozen=True)
class Split:
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

    def only(self, rows: Array) -> "Split":
        ids, texts = [self.query_ids[q] for q in rows], [self.texts[q] for q in rows]
        truth = [self.truth[q] for q in rows]
        sectors, stage, place = self.sectors[rows], self.stage[rows], self.place[rows]
        return replace(
            self, query_ids=ids, truth=truth, texts=texts, sectors=sectors, stage=stage, place=place
        )

    def thinned(self, pairs: int) -> "Split":
        """At most so many pairs of a query and an investor: every second query, or every third …"""
        step = -(-len(self.query_ids) * len(self.investor_ids) // pairs)
        return self.only(np.arange(0, len(self.query_ids), step)) if step > 1 else self

    @property
    def related(self) -> Related:
        """Neighbouring rounds are somewhat alike; sectors and places are words without a map."""
        nothing = Related.none(*self.sizes)
        return replace(nothing, stage=self.stages_alike)

    @cached_property
    def affinities(self) -> affinity.Affinities:
        related = self.related
        record = affinity.market_record(self.deals, len(self.investor_ids), related, today=self.today)
        fitted = axis_weights.worth(self.deals, self.startup, related, today=self.today)
        return affinity.affinities(self.deals, self.declared, replace(record, worth=fitted), related)

    @property
    def sizes(self) -> tuple[int, int, int]:
        named = self.declared
        return named.sectors.shape[1], named.stages.shape[1], named.places.shape[1]


def split_of(rows: DealRows) -> Split:
    investor = {row["id"]: number for number, row in enumerate(rows.pool)}
    deals = [row for row in rows.deals if row["investor_id"] in investor]
    marks = _marks(deals)
    sector = _numbers((("sector", word) for row in deals for word in _words(row.get("sector"))), marks)
    stage = _numbers((("round", _word(row.get("round"))) for row in deals), marks, MAX_STAGES)
    place = _numbers((("city", _word(row.get("city"))) for row in deals), marks)
    startup = _numbers((("", row["startup_id"]) for row in deals), {}, None)
    return Split(
        name=rows.name,
        today=rows.today,
        query_ids=[row["query_id"] for row in rows.queries],
        investor_ids=[row["id"] for row in rows.pool],
        sectors=_sectors(rows.queries, sector),
        stage=_codes(rows.queries, "stage", stage, np.int8),
        place=_codes(rows.queries, "city", place, np.int16),
        truth=[
            np.array(sorted({investor[i] for i in right if i in investor}), np.int64)
            for right in (rows.truth.get(row["query_id"], ()) for row in rows.queries)
        ],
        deals=Deals(
            owner=np.array([investor[row["investor_id"]] for row in deals], np.int32),
            day=np.array([day_number(row["date"]) for row in deals], np.int32),
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


def _declared(
    rows: DealRows, deals: Sequence[DealRow], sector: dict[str, int], stage: dict[str, int], places: int
) -> Declared:
    spoken = {_word(row.get("round_raw")): stage.get(_word(row.get("round")), -1) for row in deals} | stage
    m = len(rows.pool)
    # An axis that no deal states has one value.
    width = [max(values, 1) for values in (len(sector), len(stage), places)]
    sectors, stages, nowhere = (np.zeros((m, values), np.uint8) for values in width)
    for number, row in enumerate(rows.pool):
        sectors[number, [sector[w] for w in _words(row.get("declared_fields")) if w in sector]] = 1
        known = [spoken.get(word, -1) for word in _words(row.get("declared_stages"))]
        stages[number, [code for code in known if code >= 0]] = 1
    return Declared(np.arange(m, dtype=np.int32), sectors, stages, nowhere, hearsay=True)


def _ladder(stage: dict[str, int]) -> Array:
    alike = np.eye(max(len(stage), 1), dtype=np.float32)
    rung = {word: height for height, words in enumerate(LADDER) for word in words if word in stage}
    for (lower, low), (upper, high) in combinations(rung.items(), 2):
        if abs(low - high) <= 1:
            alike[stage[lower], stage[upper]] = alike[stage[upper], stage[lower]] = NEXT_RUNG
    return alike


def _word(text: str | None) -> str:
    return normalize("NFKC", text or "").strip().casefold()


def _words(text: str | None) -> list[str]:
    return [word for part in (text or "").split("|") if (word := _word(part))]


def _numbers(
    words: Iterable[tuple[str, str]], marks: Mapping[tuple[str, str], int], most: int | None = MAX_WORDS
) -> dict[str, int]:
    used = Counter(word for word in words if word[1])
    ordered = sorted(used, key=lambda word: (-used[word], marks.get(word, 0), word))[:most]
    return {word: number for number, (_column, word) in enumerate(ordered)}


def _codes(rows: Sequence[DealRow], name: str, numbers: dict[str, int], dtype: type) -> Array:
    return np.array([numbers.get(_word(row.get(name)), -1) for row in rows], dtype)


def _sectors(rows: Sequence[DealRow], numbers: dict[str, int]) -> Array:
    codes = np.full((len(rows), MAX_SECTORS), -1, np.int16)
    for line, row in zip(codes, rows, strict=True):
        words = dict.fromkeys(_words(row.get("sector")))
        known = [numbers[word] for word in words if word in numbers][:MAX_SECTORS]
        line[: len(known)] = known
    return codes


def _partners(deals: Sequence[DealRow]) -> Array:
    rounds = [(row["startup_id"], row["date"]) for row in deals]
    size = Counter(rounds)
    return np.array([size[key] for key in rounds], np.int16)
