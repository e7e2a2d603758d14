"""Markets that nobody has tuned for, made of the known deals of one: some of its deals, put back in time.

The split's own queries take no part. The pool stands in an order that tells nothing (files.read_files): in
the order of first deals, a thinned market would still know who was early.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np

from matchmaker.engine.definition import metrics
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.metrics import Interval
from matchmaker.evaluation import deals
from matchmaker.evaluation.deals import DealRow, DealRows
from matchmaker.evaluation.ranking import blend, popularity, rank
from matchmaker.evaluation.report import AHEAD, BAR, past

Change = Callable[[DealRows, int], DealRows]  # a market as it was on a day → a market in its place

LOOKS = 3  # days in the past that every stand-in is seen from
LONE = 5  # looks at the unchanged market, one by one
FEWEST = 20  # startups that a stand-in must have to tell anything
DECLARED = {"sector": ("declared_fields",), "round": ("round_raw", "declared_stages")}


@dataclass(frozen=True)
class StandIn:
    """How well one stand-in is foretold, over all days it is seen from: metrics.NAMES."""

    name: str
    queries: int
    investors: int  # on average
    engine: list[Interval]
    over: Mapping[str, list[Interval]]  # how much better the engine is, by baseline


def stand_ins(directory: Path) -> list[StandIn]:
    """Every stand-in of a split with enough startups to judge by. Raises files.NoDealsError and others."""
    rows = deals.read_files(directory)
    cuts = [rows.today + 1 - AHEAD * back for back in range(LONE, 0, -1)]
    looks = {f.name: [f] for f in (deals.earlier(rows, cut, AHEAD) for cut in cuts)}
    for name, change in _changes(rows).items():
        looks[name] = [deals.earlier(change(rows, cut), cut, AHEAD) for cut in cuts[-LOOKS:]]
    seen = {name: [look for look in found if look.queries] for name, found in looks.items()}
    enough = {name: found for name, found in seen.items() if sum(len(k.queries) for k in found) >= FEWEST}
    return [_judged(name, found) for name, found in enough.items()]


def _changes(rows: DealRows) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for column in ("city", "round", "sector"):
        used = Counter(row[column] for row in rows.deals if row.get(column))
        for word, _ in used.most_common(2):
            changes[f"{column} {word}"] = _where(column, word)
        for word, _ in used.most_common(1):
            changes[f"{column} not {word}"] = _where(column, word, is_so=False)
        changes[f"no {column}"] = _blank(column, *DECLARED.get(column, ()))
    for of in (5, 20):
        changes[f"1 startup of {of}"] = _thinned(of)
    for days in (90, 180, 365):
        changes[f"begun {days} days before"] = _begun(days)
    return changes


def _kept(rows: DealRows, keep: Callable[[DealRow], bool]) -> DealRows:
    known = [row for row in rows.deals if keep(row)]
    active = {row["investor_id"] for row in known}
    return replace(rows, deals=known, pool=[row for row in rows.pool if row["id"] in active])


def _where(column: str, word: str, *, is_so: bool = True) -> Change:
    return lambda rows, _: _kept(rows, lambda row: (row.get(column) == word) == is_so)


def _thinned(of: int) -> Change:
    return lambda rows, _: _kept(rows, lambda row: crc32(row["startup_id"].encode()) % of == 0)


def _blank(*columns: str) -> Change:
    empty = dict.fromkeys(columns, "")

    def change(rows: DealRows, _: int) -> DealRows:
        known, pool = ([{**row, **empty} for row in table] for table in (rows.deals, rows.pool))
        return replace(rows, deals=known, pool=pool)

    return change


def _begun(days: int) -> Change:
    """As if the first deal had been noted so many days before; startups known before then are left out."""

    def change(rows: DealRows, cut: int) -> DealRows:
        older = {row["startup_id"] for row in rows.deals if deals.day_number(row["date"]) < cut - days}
        return _kept(rows, lambda row: row["startup_id"] not in older)

    return change


def _judged(name: str, looks: list[DealRows]) -> StandIn:
    splits = [deals.split_of(look) for look in looks]
    own = _scores([(rank(split).ids, split.truth) for split in splits])
    bar = _scores(
        [(blend(split, past(look)), split.truth) for split, look in zip(splits, looks, strict=True)]
    )
    usual = _scores([(popularity(split), split.truth) for split in splits])
    over = {BAR: metrics.paired_bootstrap(own, bar), "popularity": metrics.paired_bootstrap(own, usual)}
    investors = int(np.mean([len(split.investor_ids) for split in splits]))
    return StandIn(name, len(own), investors, metrics.bootstrap(own), over)


def _scores(ranked: list[tuple[Array, list[Array]]]) -> Array:
    return np.concatenate([metrics.per_query(ids, truth) for ids, truth in ranked])
