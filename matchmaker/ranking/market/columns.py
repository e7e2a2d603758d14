"""The database as the engine's columns: the one place that knows both.

`load_all` reads the market and fixes a new edition of its scales; `load_with_edition` reads it by the edition
of the last whole re-ranking; `reload_some` reads a few profiles anew. A row keeps its number until the next
whole load: who is no longer published stays as a row that refuses everybody, who is new comes at the end.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine.affinity import affinity, axis_weights
from matchmaker.ranking.definitions import Points
from matchmaker.ranking.market import (
    arrays,
    pair_overrides,
    side_points,
    startup_rows,
    term_index,
    text_vectors,
    thesis_rows,
)
from matchmaker.ranking.market.editions import Edition
from matchmaker.ranking.market.term_index import EXISTS, Vocabulary
from matchmaker.ranking.market.thesis_rows import InvestorRows

Array = NDArray[Any]


@dataclass(frozen=True)
class Columns:
    """The market as the engine sees it, and whose rows these are."""

    edition: Edition
    vocabulary: Vocabulary
    snapshot: engine.Snapshot
    startup_pk: Array  # int64[n]
    investor_pk: Array  # int64[c]
    startup_here: Array  # bool[n]  False: left over from a profile that is not matched any more
    investor_here: Array  # bool[c]

    def pks(self, side: Side) -> Array:
        """Return the primary keys of a side's rows."""
        return self.startup_pk if side == Side.STARTUP else self.investor_pk

    def here(self, side: Side) -> Array:
        """Return which of a side's rows are matched."""
        return self.startup_here if side == Side.STARTUP else self.investor_here

    def table(self, side: Side) -> Any:
        """Return a side's table of the snapshot: engine.Startups or engine.Investors."""
        return self.snapshot.startups if side == Side.STARTUP else self.snapshot.investors

    def rows(self, side: Side, pks: Collection[int]) -> Array:
        """Return the rows of these profiles, ascending; those without a row are left out."""
        return np.flatnonzero(np.isin(self.pks(side), np.fromiter(pks, np.int64)))


def load_all(weights: Points, *, on: date, text_model: str) -> Columns:
    """Read the whole market and fix the edition that it makes; all handicaps are zero."""
    words = term_index.read_vocabulary()
    startups = startup_rows.read_startups(words, on=on)
    investors = thesis_rows.read_theses(words, on=on)
    deals, related = affinity.Deals(**investors.deals), related_of(words)
    record = affinity.market_record(
        deals,
        len(investors.investors["pk"]),
        related,
        today=on.toordinal(),
        sectors=startups["sectors"],
        stage=startups["stage"],
        home=startups["places"][:, 0],
    )
    record = replace(
        record, worth=axis_weights.worth(deals, np.arange(len(deals.day)), related, today=on.toordinal())
    )
    stored = {f"record_{name}": array for name, array in record.to_arrays().items()}
    stored["text_model"] = np.array(text_model)
    for name in ("sectors", "places", "needs", "forms"):
        stored[f"vocabulary_{name}"] = getattr(words, name)
    stored["vocabulary_bands"] = np.array(words.bands)
    edition = Edition(0, weights.version, engine.ENGINE_VERSION, stored)
    market = engine.market_of(
        _startups(startups, edition, weights), _mandates(investors, edition, words, weights)
    )
    stored |= {"sector_idf": market.sector_idf, "text_level": market.text_level, "neutral": market.neutral}
    return _columns(startups, investors, edition, words, weights)


def load_with_edition(edition: Edition, weights: Points) -> Columns:
    """Read the whole market by the scales of an edition."""
    words = term_index.of(edition)
    return _columns(*_read(edition, words), edition, words, weights)


def pair(edition: Edition, weights: Points, *, startup: int, investor: int) -> Columns | None:
    """Read one pair by the scales of an edition; None where one of the two may not be matched."""
    found = some(edition, weights, startups=[startup], investors=[investor])
    return found if len(found.startup_pk) and len(found.snapshot.mandates) else None


def some(
    edition: Edition, weights: Points, *, startups: Collection[int], investors: Collection[int]
) -> Columns:
    """Read these profiles only, by the scales of an edition."""
    words = term_index.of(edition)
    return _columns(*_read(edition, words, startups, investors), edition, words, weights)


def reload_some(
    before: Columns, weights: Points, *, startups: Collection[int], investors: Collection[int]
) -> Columns:
    """Read these profiles anew; the market as it is with them, and as it was with all others."""
    edition, words, snapshot = before.edition, before.vocabulary, before.snapshot
    startup_rows_, investor_rows = _read(edition, words, startups, investors)
    fresh = _startups(startup_rows_, edition, weights)
    startup_pk, table = arrays.put(
        before.startup_pk, snapshot.startups, startups, startup_rows_["pk"], fresh, _gone_startup
    )
    investor_pk, owners = arrays.put(
        before.investor_pk,
        snapshot.investors,
        investors,
        investor_rows.investors["pk"],
        _investors(investor_rows),
        _gone_investor,
    )
    mandates = _mandates(investor_rows, edition, words, weights)
    owner = arrays.positions(investor_pk, investor_rows.investors["pk"])[mandates.owner].astype(np.int32)
    ours = np.isin(snapshot.mandates.owner, arrays.positions(investor_pk, np.fromiter(investors, np.int64)))
    _key, theses = arrays.put(
        snapshot.mandates.key,
        snapshot.mandates,
        snapshot.mandates.key[ours].tolist(),
        mandates.key,
        replace(mandates, owner=owner),
        _gone_mandate,
    )
    about = pair_overrides.read_pairs(startup_pk, investor_pk, startups=startups, investors=investors)
    kept = _pairs_without(before, startups, investors)
    both = [np.concatenate(part) for part in zip(kept, about, strict=True)]
    return Columns(
        edition,
        words,
        engine.Snapshot(table, owners, theses, snapshot.market, engine.Pairs(*both)),
        startup_pk,
        investor_pk,
        _here(before.startup_here, startup_pk, startups, startup_rows_["pk"]),
        _here(before.investor_here, investor_pk, investors, investor_rows.investors["pk"]),
    )


def _here(before: Array, pks: Array, asked: Collection[int], found: Array) -> Array:
    """bool[r]: which rows are matched, after some profiles were asked for and some of them found."""
    here = np.concatenate([before, np.ones(len(pks) - len(before), np.bool_)])
    here[np.isin(pks, np.fromiter(asked, np.int64))] = False
    here[np.isin(pks, found)] = True
    return here


def with_handicaps(columns: Columns, startups: Array, investors: Array) -> Columns:
    """The same market with these handicaps."""
    snapshot = replace(
        columns.snapshot,
        startups=replace(columns.snapshot.startups, handicap=startups),
        investors=replace(columns.snapshot.investors, handicap=investors),
    )
    return replace(columns, snapshot=snapshot)


def _read(
    edition: Edition,
    words: Vocabulary,
    startups: Collection[int] | None = None,
    investors: Collection[int] | None = None,
) -> tuple[dict[str, Array], InvestorRows]:
    on = date.fromordinal(int(edition.arrays["record_today"]))
    return startup_rows.read_startups(words, on=on, pks=startups), thesis_rows.read_theses(
        words, on=on, pks=investors
    )


def _columns(
    startups: dict[str, Array], investors: InvestorRows, edition: Edition, words: Vocabulary, weights: Points
) -> Columns:
    """Put the rows together, with the pairs that people have spoken about."""
    names = ("sector_idf", "text_level", "neutral")
    pks = startups["pk"], investors.investors["pk"]
    snapshot = engine.Snapshot(
        _startups(startups, edition, weights),
        _investors(investors),
        _mandates(investors, edition, words, weights),
        engine.Market(**{name: edition.arrays[name] for name in names}),
        engine.Pairs(*pair_overrides.read_pairs(*pks)),
    )
    return Columns(edition, words, snapshot, *pks, *(np.ones(len(pk), np.bool_) for pk in pks))


def _startups(rows: dict[str, Array], edition: Edition, weights: Points) -> engine.Startups:
    columns = {name: column for name, column in rows.items() if name not in {"pk", "names_field"}}
    size = len(rows["pk"])
    text = text_vectors.read_vectors(Side.STARTUP, rows["pk"], str(edition.arrays["text_model"]))
    return engine.Startups(
        **columns,
        text=text,
        weights=side_points.of_startups(weights.for_startup, ~rows["names_field"] & text.any(axis=1)),
        handicap=np.zeros(size, np.int32),
    )


def _investors(rows: InvestorRows) -> engine.Investors:
    found = rows.investors
    return engine.Investors(
        key=found["key"], capacity=found["capacity"], handicap=np.zeros(len(found["key"]), np.int32)
    )


def _mandates(rows: InvestorRows, edition: Edition, words: Vocabulary, weights: Points) -> engine.Mandates:
    sectors, stages, places = (rows.declared[name] for name in ("sectors", "stages", "places"))
    fields = rows.declared["fields"]
    said = affinity.Declared(rows.mandates["owner"], sectors, stages, places, fields=fields)
    lean = affinity.affinities(
        affinity.Deals(**rows.deals),
        said,
        affinity.MarketRecord.from_arrays(edition.record),
        related_of(words),
        affinity.Events(**rows.answered),
    )
    text = text_vectors.read_vectors(Side.INVESTOR, rows.investors["pk"], str(edition.arrays["text_model"]))
    return engine.Mandates(
        **rows.mandates,
        sector_affinity=lean.sector,
        stage_affinity=lean.stage,
        place_affinity=lean.place,
        activity=lean.activity,
        text=text[rows.mandates["owner"]],
        weights=side_points.of_theses(rows.own_weights, weights),
    )


def related_of(words: Vocabulary) -> affinity.Related:
    """Return how alike the words of each axis are."""
    return affinity.Related(words.sector_alike, words.stage_alike, words.place_alike)


def _gone_startup(row: engine.Startups) -> engine.Startups:
    """The same startups as rows that say nothing and refuse everybody."""
    nobody = _only_exists(row.traits)
    return replace(arrays.blank(row, keep=("key", "weights", "capacity")), traits=nobody, refuses=nobody)


def _gone_investor(row: engine.Investors) -> engine.Investors:
    """The same investors, whose theses are gone; who comes back begins without a handicap."""
    return arrays.blank(row, keep=("key", "capacity"))


def _gone_mandate(row: engine.Mandates) -> engine.Mandates:
    """The same theses as rows that say nothing and refuse everybody."""
    nobody = _only_exists(row.traits)
    return replace(arrays.blank(row, keep=("key", "owner", "weights")), traits=nobody, refuses=nobody)


def _only_exists(traits: Array) -> Array:
    """uint64[r,W]: the one bit that everybody has: refusing it refuses everybody, those who are gone too."""
    out = np.zeros_like(traits)
    out[:, 0] = 1 << EXISTS
    return out


def _pairs_without(
    columns: Columns, startups: Collection[int], investors: Collection[int]
) -> tuple[Array, Array]:
    """The pairs that are about none of these profiles."""
    known = columns.snapshot.pairs
    rows = columns.rows(Side.STARTUP, startups), columns.rows(Side.INVESTOR, investors)
    kept = [
        p[~(np.isin(p[:, 0], rows[0]) | np.isin(p[:, 1], rows[1]))] for p in (known.excluded, known.boosted)
    ]
    return kept[0], kept[1]
