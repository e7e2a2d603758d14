"""Real deals of one market, split by time, as the engine's numbers.

Sectors, rounds and cities are whatever words the files use; each word becomes a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from unicodedata import normalize

import numpy as np

from matchmaker.engine.affinity.affinity import Deals, Declared, Related
from matchmaker.engine.definition.columns import MAX_SECTORS, Array
from matchmaker.evaluation.files import DealRow, DealRows, day_number

LADDER = (("pre_seed",), ("seed", "angel"), ("pre_a",), ("a",), ("b",), ("c_plus", "c"), ("d",), ("e",))
NEXT_RUNG = 0.5  # how alike two rounds are that follow one another or share a rung
MAX_STAGES = 60  # the engine tells 64 apart
MAX_WORDS = 1000  # sectors, and places: the rarest beyond are not stated


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

    def only(self, rows: Array) -> Split:
        """The same market with these queries only."""
        ids, texts = [self.query_ids[q] for q in rows], [self.texts[q] for q in rows]
        truth = [self.truth[q] for q in rows]
        sectors, stage, place = self.sectors[rows], self.stage[rows], self.place[rows]
        return replace(
            self, query_ids=ids, truth=truth, texts=texts, sectors=sectors, stage=stage, place=place
        )

    def thinned(self, pairs: int) -> Split:
        """At most so many pairs of a query and an investor: every second query, or every third …"""
        step = -(-len(self.query_ids) * len(self.investor_ids) // pairs)
        return self.only(np.arange(0, len(self.query_ids), step)) if step > 1 else self

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


def split_of(rows: DealRows) -> Split:
    """Words to numbers. A query's word that no known deal has is not stated."""
    investor = {row["id"]: number for number, row in enumerate(rows.pool)}
    deals = [row for row in rows.deals if row["investor_id"] in investor]
    sector = _numbers(word for row in deals for word in _words(row.get("sector")))
    stage = _numbers((_word(row.get("round")) for row in deals), MAX_STAGES)
    place = _numbers(_word(row.get("city")) for row in deals)
    startup = _numbers((row["startup_id"] for row in deals), None)
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


def _owners(ids: Iterable[str], investor: dict[str, int]) -> Array:
    return np.array(sorted({investor[i] for i in ids if i in investor}), np.int64)


def _declared(
    rows: DealRows, deals: Sequence[DealRow], sector: dict[str, int], stage: dict[str, int], places: int
) -> Declared:
    """The fields and stages that a directory gives investors, where the deals use the same words."""
    spoken = {_word(row.get("round_raw")): stage.get(_word(row.get("round")), -1) for row in deals} | stage
    m = len(rows.pool)
    width = (
        max(len(sector), 1),
        max(len(stage), 1),
        max(places, 1),
    )  # an axis that no deal states has one value
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


def _numbers(words: Iterable[str], most: int | None = MAX_WORDS) -> dict[str, int]:
    """Each word's number, the most used first; at most so many."""
    used = Counter(word for word in words if word)
    ordered = sorted(used, key=lambda word: (-used[word], word))[:most]
    return {word: number for number, word in enumerate(ordered)}


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
    """How many investors of the pool joined each deal's round."""
    rounds = [(row["startup_id"], row["date"]) for row in deals]
    size = Counter(rounds)
    return np.array([size[key] for key in rounds], np.int16)
