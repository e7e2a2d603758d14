"""The market as columns, of investors or of theses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from matchmaker.choices import Side
from matchmaker.matching import engine
from matchmaker.matching.engine.affinity import affinity, axis_weights
from matchmaker.matching.engine.definition.columns import POINTS, Array
from matchmaker.matching.engine.definition.factors import apportion
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market import arrays, startup_rows, term_index, thesis_rows
from matchmaker.matching.ranking.market.term_index import EXISTS, CalibrationSnapshot, Vocabulary
from matchmaker.matching.ranking.market.thesis_rows import InvestorRows
from matchmaker.models.ranking import TextVector

DIMENSIONS = 384  # of a description's vector
FEW = 200  # profiles whose vectors are asked for by key; for more the whole side is read
SECTOR, TEXT = engine.FACTORS.index("sector"), engine.FACTORS.index("text")
SCALES = tuple(field.name for field in fields(engine.Market))  # stored with the calibration
LENT = 3  # a startup that names no field lends a third of the field's points to its description


@dataclass(frozen=True)
class Columns:
    calibration: CalibrationSnapshot
    vocabulary: Vocabulary
    snapshot: engine.Snapshot
    startup_pk: Array  # int64[n]
    investor_pk: Array  # int64[c]
    startup_here: Array  # bool[n]  False: left over from a profile that is not matched any more
    investor_here: Array  # bool[c]

    def pks(self, side: Side) -> Array:
        return self.startup_pk if side == Side.STARTUP else self.investor_pk

    def here(self, side: Side) -> Array:
        return self.startup_here if side == Side.STARTUP else self.investor_here

    def table(self, side: Side) -> Any:
        return self.snapshot.startups if side == Side.STARTUP else self.snapshot.investors

    def rows(self, side: Side, pks: Collection[int]) -> Array:
        """Return the rows of these profiles, ascending; those without a row are left out."""
        return np.flatnonzero(np.isin(self.pks(side), np.fromiter(pks, np.int64)))


def load_all(weights: Points, *, on: date, text_model: str) -> Columns:
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
    for name in term_index.VOCABULARY:
        stored[f"vocabulary_{name}"] = np.asarray(getattr(words, name))
    calibration = CalibrationSnapshot(0, weights.version, engine.ENGINE_VERSION, stored)
    market = engine.market_of(
        _startups(startups, calibration, weights), _theses(investors, calibration, words, weights)
    )
    market = replace(
        market,
        investing=np.array(words.investing, np.uint64),
        money=np.array(1 << words.capital if words.capital >= 0 else 0, np.uint32),
        by_field=np.array(words.by_field, np.uint32),
    )
    stored |= {name: getattr(market, name) for name in SCALES}
    return _columns(startups, investors, calibration, words, weights)


def load(
    calibration: CalibrationSnapshot,
    weights: Points,
    *,
    startups: Collection[int] | None = None,
    investors: Collection[int] | None = None,
) -> Columns:
    words = term_index.of(calibration)
    return _columns(*_read(calibration, words, startups, investors), calibration, words, weights)


def updated(
    before: Columns, weights: Points, *, startups: Collection[int], investors: Collection[int]
) -> Columns:
    """Read these profiles again and return the new market; `before` is unchanged.

    Rows keep their numbers; unmatched profiles keep a row that refuses everyone.
    """
    calibration, words, snapshot = before.calibration, before.vocabulary, before.snapshot
    startup_columns, investor_rows = _read(calibration, words, startups, investors)
    startup_pk, table = arrays.merged(
        before.startup_pk,
        snapshot.startups,
        startup_columns["pk"],
        _startups(startup_columns, calibration, weights),
    )
    investor_pk, owners = arrays.merged(
        before.investor_pk, snapshot.investors, investor_rows.investors["pk"], _investors(investor_rows)
    )
    fresh = _theses(investor_rows, calibration, words, weights)
    owner = arrays.positions(investor_pk, investor_rows.investors["pk"])[fresh.owner].astype(np.int32)
    edited = arrays.positions(investor_pk, np.fromiter(investors, np.int64))
    key, theses = arrays.merged(snapshot.theses.key, snapshot.theses, fresh.key, replace(fresh, owner=owner))
    startup_here = _here(before.startup_here, startup_pk, startups, startup_columns["pk"])
    investor_here = _here(before.investor_here, investor_pk, investors, investor_rows.investors["pk"])
    theses = _refusing(theses, np.isin(theses.owner, edited) & ~np.isin(key, fresh.key))
    about = arrays.read_pairs(startup_pk, investor_pk, startups=startups, investors=investors)
    pairs = _pairs_without(before, startups, investors)
    both = [np.concatenate(part) for part in zip(pairs, about, strict=True)]
    return Columns(
        calibration,
        words,
        engine.Snapshot(
            _without_handicap(_refusing(table, ~startup_here), ~startup_here),
            _without_handicap(owners, ~investor_here),
            theses,
            snapshot.market,
            engine.Pairs(*both),
        ),
        startup_pk,
        investor_pk,
        startup_here,
        investor_here,
    )


def _refusing(table: Any, rows: Array) -> Any:
    """The same table, in which these rows bool[r] refuse everyone: all have the trait that they refuse."""
    refuses = table.refuses.copy()
    refuses[rows, 0] |= np.uint64(1 << EXISTS)
    return replace(table, refuses=refuses)


def _without_handicap(table: Any, rows: Array) -> Any:
    """The same table without the handicaps of these rows bool[r]."""
    return replace(table, demand_adjustment=np.where(rows, 0, table.demand_adjustment).astype(np.int32))


def _here(before: Array, pks: Array, asked: Collection[int], found: Array) -> Array:
    """bool[r]: which rows are matched, after some profiles were asked for and some of them found."""
    here = np.concatenate([before, np.ones(len(pks) - len(before), np.bool_)])
    here[np.isin(pks, np.fromiter(asked, np.int64))] = False
    here[np.isin(pks, found)] = True
    return here


def with_demand_adjustments(columns: Columns, startups: Array, investors: Array) -> Columns:
    return replace(columns, snapshot=columns.snapshot.adjusted(startups, investors))


def _read(
    calibration: CalibrationSnapshot,
    words: Vocabulary,
    startups: Collection[int] | None,
    investors: Collection[int] | None,
) -> tuple[dict[str, Array], InvestorRows]:
    on = date.fromordinal(int(calibration.arrays["record_today"]))
    return startup_rows.read_startups(words, on=on, pks=startups), thesis_rows.read_theses(
        words, on=on, pks=investors
    )


def _columns(
    startups: dict[str, Array],
    investors: InvestorRows,
    calibration: CalibrationSnapshot,
    words: Vocabulary,
    weights: Points,
) -> Columns:
    pks = startups["pk"], investors.investors["pk"]
    snapshot = engine.Snapshot(
        _startups(startups, calibration, weights),
        _investors(investors),
        _theses(investors, calibration, words, weights),
        engine.Market(**{name: calibration.arrays[name] for name in SCALES}),
        engine.Pairs(*arrays.read_pairs(*pks)),
    )
    return Columns(calibration, words, snapshot, *pks, *(np.ones(len(pk), np.bool_) for pk in pks))


def _startups(rows: dict[str, Array], calibration: CalibrationSnapshot, weights: Points) -> engine.Startups:
    columns = {name: column for name, column in rows.items() if name not in {"pk", "names_field"}}
    size = len(rows["pk"])
    text = read_vectors(Side.STARTUP, rows["pk"], str(calibration.arrays["text_model"]))
    return engine.Startups(
        **columns,
        text=text,
        weights=startup_points(weights.for_startup, ~rows["names_field"] & text.any(axis=1)),
        demand_adjustment=np.zeros(size, np.int32),
    )


def _investors(rows: InvestorRows) -> engine.Investors:
    investors = rows.investors
    return engine.Investors(
        key=investors["key"],
        capacity=investors["capacity"],
        demand_adjustment=np.zeros(len(investors["key"]), np.int32),
    )


def _theses(
    rows: InvestorRows, calibration: CalibrationSnapshot, words: Vocabulary, weights: Points
) -> engine.Theses:
    sectors, stages, places = (rows.declared[name] for name in ("sectors", "stages", "places"))
    named, inferred = rows.declared["fields"], rows.declared["only_inferred"]
    owner = rows.theses["owner"]
    declared = affinity.Declared(owner, sectors, stages, places, fields=named, only_inferred=inferred)
    lean = affinity.affinities(
        affinity.Deals(**rows.deals),
        declared,
        affinity.MarketRecord.from_arrays(calibration.record),
        related_of(words),
        affinity.Events(**rows.answered),
    )
    text = read_vectors(Side.INVESTOR, rows.investors["pk"], str(calibration.arrays["text_model"]))
    return engine.Theses(
        **rows.theses,
        **lean.columns(),
        text=text[rows.theses["owner"]],
        weights=thesis_points(rows.own_weights, weights),
    )


def related_of(words: Vocabulary) -> affinity.Related:
    return affinity.Related(words.sector_alike, words.stage_alike, words.place_alike)


def _pairs_without(
    columns: Columns, startups: Collection[int], investors: Collection[int]
) -> tuple[Array, Array]:
    pairs = columns.snapshot.pairs
    rows = columns.rows(Side.STARTUP, startups), columns.rows(Side.INVESTOR, investors)
    remaining = [
        p[~(np.isin(p[:, 0], rows[0]) | np.isin(p[:, 1], rows[1]))] for p in (pairs.excluded, pairs.boosted)
    ]
    return remaining[0], remaining[1]


def read_vectors(side: Side, pks: Array, model: str) -> Array:
    """int8[len(pks),DIMENSIONS]: the vectors that this model made of descriptions; zero is not stated."""
    out = np.zeros((len(pks), DIMENSIONS), np.int8)
    rows = TextVector.objects.filter(side=side, model_version=model)
    if len(pks) <= FEW:
        rows = rows.filter(profile_id__in=pks.tolist())
    stored = list(rows.values_list("profile_id", "vector"))
    at = arrays.positions(pks, np.array([pk for pk, _vector in stored], np.int64))
    whole = np.frombuffer(b"".join(vector for _pk, vector in stored), np.int8).reshape(
        len(stored), DIMENSIONS
    )
    out[at[at >= 0]] = whole[at >= 0]
    return out


def startup_points(market: Array, broad: Array) -> Array:
    """uint16[n,8]: the points of startups; where bool[n] one names no field, more by its description.

    A whole sector says little of what someone does, and the text says it (docs/decisions/0024).
    """
    points = np.tile(market, (len(broad), 1))
    lent = np.where(broad, market[SECTOR] // LENT, 0).astype(np.uint16)
    points[:, SECTOR] -= lent
    points[:, TEXT] += lent
    return points


def thesis_points(stated: Sequence[Mapping[str, Any]], weights: Points) -> Array:
    """uint16[m,8]: an investor's own weights brought to 1000 points, the market's where it states none."""
    out = np.tile(weights.for_investor, (len(stated), 1))
    for row, own_points in enumerate(stated):
        shares = np.array([max(int(own_points.get(factor, 0)), 0) for factor in engine.FACTORS])
        if shares.any():
            out[row] = apportion(shares, POINTS)
    return out


REFUSES_ALL = np.uint64(1 << EXISTS)  # a thesis that refuses this bit meets no one


def columns_by_thesis(columns: Columns) -> Columns:
    theses, several = columns.snapshot.theses, _several(columns)
    refuses = theses.refuses.copy()
    refuses[~several, 0] |= REFUSES_ALL
    size = len(theses)
    thesis_rows = replace(theses, owner=np.arange(size, dtype=np.int32), refuses=refuses)
    owners = engine.Investors(theses.key, np.ones(size, np.int32), np.zeros(size, np.int32))
    pairs = columns.snapshot.pairs
    about = engine.Pairs(*(spread(x, theses.owner) for x in (pairs.excluded, pairs.boosted)))
    snapshot = replace(columns.snapshot, investors=owners, theses=thesis_rows, pairs=about)
    return replace(columns, snapshot=snapshot, investor_pk=theses.key, investor_here=several)


def rows_by_thesis(columns: Columns, investors: Array) -> Array:
    """int64[·]: the rows of all theses, also those that are gone, of the investors in these rows."""
    return np.flatnonzero(np.isin(columns.snapshot.theses.owner, investors))


def _several(columns: Columns) -> Array:
    """bool[m]: which theses are matched and not the only one of their investor that is."""
    theses = columns.snapshot.theses
    here = columns.here(Side.INVESTOR)[theses.owner] & (theses.refuses[:, 0] & REFUSES_ALL == 0)
    count = np.bincount(theses.owner[here], minlength=len(columns.investor_pk))
    several: Array = here & (count[theses.owner] > 1)
    return several


def spread(pairs: Array, owner: Array) -> Array:
    """int32[·,2]: pairs (startup, investor) as pairs (startup, thesis) of all of the investor's theses."""
    order = np.argsort(owner, kind="stable")
    first, end = (np.searchsorted(owner[order], pairs[:, 1], side) for side in ("left", "right"))
    count = end - first
    at = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
    return np.stack([np.repeat(pairs[:, 0], count), order[at]], axis=1).astype(np.int32)
