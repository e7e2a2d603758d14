"""The market in memory, with its lists, as a worker knows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.choices import Side
from matchmaker.matching import engine
from matchmaker.matching.engine.definition import lists as ranking
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.market import columns, term_index
from matchmaker.matching.ranking.market.columns import Columns, columns_by_thesis, rows_by_thesis
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.explained import demand_adjustments, points_of
from matchmaker.matching.ranking.selectors.stored_lists import STORED, ListRow
from matchmaker.models.ranking import THESIS, Market, Ranking, RankingClock, RankingJob

Pks = Mapping[Side, Collection[int]]

SIDES = (Side.STARTUP, Side.INVESTOR)
NO_ROWS = np.zeros(0, np.int64)
ENGINE_VERSION = engine.ENGINE_VERSION
FEW = 500  # changed profiles that are read one by one; for more the market is read whole
REFILLS = 8  # rounds of refilling lists that ran short
UNKNOWN = -1  # a best score


@dataclass(frozen=True)
class RankedMarket:
    """A market and its lists."""

    columns: Columns
    rankings: engine.Rankings
    prepared: engine.Prepared
    stale: Mapping[Side, Array]


@dataclass(frozen=True)
class MarketState:
    """The market as of one revision of the clock, and the market by thesis."""

    revision: int
    market: RankedMarket
    theses: RankedMarket
    orphans: frozenset[int] = frozenset()

    @property
    def columns(self) -> Columns:
        return self.market.columns


@dataclass(frozen=True)
class MarketChange:
    state: MarketState
    written: Mapping[str, Sequence[ListRow]]
    removed: Mapping[str, Sequence[int]]


class Memory:
    state: MarketState | None = None

    def sync(self) -> MarketState | None:
        self.state = current(self.state)
        return self.state

    def clear(self) -> None:
        self.state = None


memory = Memory()


def union(*rows: Array) -> Array:
    """int64[·]: the rows of all, each once, ascending."""
    return np.unique(np.concatenate(rows)).astype(np.int64)


def lists(rankings: engine.Rankings, side: Side) -> engine.Lists:
    return rankings.startups if side == Side.STARTUP else rankings.investors


def is_of_another_engine() -> bool:
    """Return whether another engine version ranked the market, so that nothing can be computed yet."""
    made_with = Market.objects.order_by("-pk").values_list("engine_version", flat=True).first()
    return made_with not in (None, ENGINE_VERSION)


def clock_revision() -> int:
    """Return the clock's revision, setting the clock up on the first day."""
    clock, _made = RankingClock.objects.get_or_create(pk=1)
    return clock.revision


# --- Reading -----------------------------------------------------------------------------------------------


def current(known: MarketState | None) -> MarketState | None:
    """Return the market as stored; None until this engine version has ranked it."""
    revision, version = clock_revision(), term_index.latest_version()
    if known and known.columns.calibration.version == version:
        if known.revision == revision:
            return known
        changed = changed_since(known.revision)
        if sum(map(len, changed.values())) <= FEW:
            return _followed(known, changed, revision)
    return _loaded(revision)


def changed_since(revision: int) -> dict[Side, set[int]]:
    """Return the profiles of each side that changed after a revision, as primary keys."""
    changed: dict[Side, set[int]] = {side: set() for side in Side}
    jobs = RankingJob.objects.filter(revision__gt=revision)
    for side, pk in jobs.values_list("side", "profile_id"):
        changed[Side(side)].add(pk)
    return changed


def _loaded(revision: int) -> MarketState | None:
    calibration = term_index.latest(ENGINE_VERSION)
    if calibration is None:
        return None
    market = columns.load(calibration, points_of(calibration.weights_version))
    market = columns.with_demand_adjustments(market, *(demand_adjustments(market, side) for side in SIDES))
    read, stale = zip(*(stored_lists.lists(market, side, _stored(side)) for side in SIDES), strict=True)
    rankings = engine.Rankings(*read)
    return _with_theses(
        revision,
        RankedMarket(
            market, rankings, engine.Prepared(market.snapshot), dict(zip(SIDES, stale, strict=True))
        ),
    )


def _followed(known: MarketState, changed: Pks, revision: int) -> MarketState:
    market = _updated(known.columns, changed)
    stale, sides = {}, []
    for side in SIDES:
        stored = _stored(side, since=known.revision)
        fresh, gone = stored_lists.lists(market, side, stored)
        at = market.rows(side, [pk for pk, _packed in stored])
        own = _extended(known.market, market, side)
        for name, column in vars(own).items():
            column[at] = getattr(fresh, name)[at]
        sides.append(own)
        stale[side] = np.union1d(np.setdiff1d(known.market.stale[side], at), gone)
    startups, investors = (bool(changed[side]) for side in SIDES)
    prepared = known.market.prepared.after(market.snapshot, startups=startups, investors=investors)
    return _with_theses(revision, RankedMarket(market, engine.Rankings(*sides), prepared, stale))


def _with_theses(revision: int, market: RankedMarket) -> MarketState:
    found, stored = columns_by_thesis(market.columns), _stored(THESIS)
    theses, stale = stored_lists.lists(found, Side.INVESTOR, stored)
    by_thesis = RankedMarket(
        found,
        engine.Rankings(_closed(found), theses),
        engine.Prepared(found.snapshot),
        {Side.STARTUP: NO_ROWS, Side.INVESTOR: stale},
    )
    return MarketState(
        revision, market, by_thesis, frozenset(pk for pk, _packed in stored) - _pks_here(found, Side.INVESTOR)
    )


def _stored(side: str, since: int | None = None) -> list[tuple[int, bytes]]:
    rows = Ranking.objects.filter(side=side).order_by("profile_id")
    rows = rows if since is None else rows.filter(revision__gt=since)
    return [(pk, bytes(packed)) for pk, packed in rows.values_list("profile_id", "entries").iterator(2000)]


def _updated(before: Columns, pks: Pks) -> Columns:
    weights_ = points_of(before.calibration.weights_version)
    return columns.updated(before, weights_, startups=pks[Side.STARTUP], investors=pks[Side.INVESTOR])


def _pks_here(found: Columns, side: Side) -> frozenset[int]:
    return frozenset(found.pks(side)[found.here(side)].tolist())


def _closed(found: Columns) -> engine.Lists:
    closed = ranking.empty_lists(np.arange(len(found.startup_pk)), 1)
    closed.floor[:] = np.iinfo(np.int64).max
    return closed


def _extended(before: RankedMarket, after: Columns, side: Side) -> engine.Lists:
    """Return a copy of one side's lists, with an empty one for every row that `after` has more."""
    stored = stored_lists.extended(before.columns, after, side, lists(before.rankings, side))
    return engine.Lists(**{name: column.copy() for name, column in vars(stored).items()})


# --- Ranking -----------------------------------------------------------------------------------------------


def apply_changes(state: MarketState, pks: Pks) -> MarketChange:
    found = _updated(state.columns, pks)
    rows = {side: found.rows(side, pks[side]) for side in SIDES}
    market, changed = _reranked(state.market, found, rows)

    theses_found = columns_by_thesis(found)
    theses_rows = {**rows, Side.INVESTOR: rows_by_thesis(found, rows[Side.INVESTOR])}
    theses, changed_theses = _reranked(state.theses, theses_found, theses_rows, is_by_thesis=True)

    moved = _moved_bests(state.market, market, changed[Side.INVESTOR])
    changed[Side.STARTUP] = union(changed[Side.STARTUP], _outshone_anew(market.rankings.startups, *moved))

    edited_theses = set(theses_found.investor_pk[theses_rows[Side.INVESTOR]].tolist())
    written: dict[str, Sequence[ListRow]] = {
        side: _rows(market, side, changed[side], lists(market.rankings, side.other)) for side in SIDES
    }
    removed: dict[str, Sequence[int]] = {
        side: sorted(set(pks[side]) - _pks_here(found, side)) for side in SIDES
    }
    of_theses = changed_theses[Side.INVESTOR]
    written[THESIS] = _rows(theses, Side.INVESTOR, of_theses, market.rankings.startups)
    removed[THESIS] = sorted((state.orphans | edited_theses) - _pks_here(theses_found, Side.INVESTOR))
    return MarketChange(MarketState(state.revision + 1, market, theses), written, removed)


def _reranked(
    before: RankedMarket, after: Columns, rows: Mapping[Side, Array], *, is_by_thesis: bool = False
) -> tuple[RankedMarket, dict[Side, Array]]:
    rankings = engine.Rankings(
        _closed(after) if is_by_thesis else _extended(before, after, Side.STARTUP),
        _extended(before, after, Side.INVESTOR),
    )
    startups, investors = (bool(len(rows[side])) for side in SIDES)
    prepared = before.prepared.after(after.snapshot, startups=startups, investors=investors)
    again = {side: union(rows[side], before.stale[side]) for side in SIDES}
    changed = {side: NO_ROWS for side in SIDES}
    if after.investor_here.any() or before.columns.investor_here.any():
        changed = _rank_rows(prepared, rankings, again)
    touched = {side: union(changed[side], again[side]) for side in SIDES}
    market = RankedMarket(after, rankings, prepared, {side: NO_ROWS for side in SIDES})
    return market, touched


def _rank_rows(
    prepared: engine.Prepared, rankings: engine.Rankings, rows: Mapping[Side, Array]
) -> dict[Side, Array]:
    changed = {side: NO_ROWS for side in SIDES}
    for _round in range(REFILLS):
        short = {side: NO_ROWS for side in SIDES}
        for side, rank in zip(SIDES, (engine.rank_startups, engine.rank_investors), strict=True):
            if not len(rows[side]):
                continue
            update = rank(prepared, rankings, rows[side])
            engine.apply_update(rankings, update)
            for other, patch, thin in (
                (Side.STARTUP, update.startups, update.startups_short),
                (Side.INVESTOR, update.investors, update.investors_short),
            ):
                changed[other] = union(changed[other], patch.rows)
                short[other] = union(short[other], thin)
        rows = short
        if not any(map(len, rows.values())):
            break
    return changed


def _moved_bests(before: RankedMarket, after: RankedMarket, rows: Array) -> tuple[Array, Array, Array]:
    """Return the rows of these investors whose best scores have changed, what they were and what they are."""
    known = before.rankings.investors
    was = np.full(len(rows), UNKNOWN)  # also of lists that were read without a startup that is gone
    old = (rows < len(known.rows)) & ~np.isin(rows, before.stale[Side.INVESTOR])
    was[old] = engine.best_scores(known.take(rows[old]))
    now = engine.best_scores(after.rankings.investors.take(rows))
    moved = was != now
    return rows[moved], was[moved], now[moved]


def _outshone_anew(startups: engine.Lists, investors: Array, was: Array, now: Array) -> Array:
    """int64[·]: the lists with one of these investors that has much better matches now, or no longer so."""
    if not len(investors):
        return NO_ROWS
    row, at = np.nonzero(np.isin(startups.ids, investors, kind="table"))
    whose = np.searchsorted(investors, startups.ids[row, at])
    score = engine.score_tenths(startups.u[row, at], startups.v[row, at])
    before, after = (engine.is_outshone(score, best[whose], engine.FOR_STARTUP) for best in (was, now))
    return np.unique(row[(before != after) | (was[whose] == UNKNOWN)])


def _rows(market: RankedMarket, side: Side, rows: Array, others: engine.Lists) -> list[ListRow]:
    rows = rows[market.columns.here(side)[rows]]
    return stored_lists.list_rows(market.columns, side, lists(market.rankings, side).take(rows), others)


def ranked_theses(found: Columns) -> RankedMarket:
    found = columns_by_thesis(found)
    theses = ranking.empty_lists(np.arange(len(found.investor_pk)), STORED)
    if found.investor_here.any():
        theses = engine.rank_all(found.snapshot, STORED).investors
    none = {side: NO_ROWS for side in SIDES}
    return RankedMarket(found, engine.Rankings(_closed(found), theses), engine.Prepared(found.snapshot), none)


def list_rows(state: MarketState, side: str) -> list[ListRow]:
    market, of = (state.theses, Side.INVESTOR) if side == THESIS else (state.market, Side(side))
    others = lists(state.market.rankings, of.other)
    return _rows(market, of, np.arange(len(market.columns.pks(of))), others)


# --- Asking ------------------------------------------------------------------------------------------------


def outlook_of_copies(found: RankedMarket, row: int, copies: engine.Startups) -> engine.Outlook:
    """Return how many investors copies of a startup would meet, and list; the first is the startup itself."""
    of = found.rankings.investors
    theirs = engine.best_scores(replace(of, u=np.where(of.ids == row, 0, of.u)))
    return engine.outlook(found.columns.snapshot, row, copies, theirs)


def outlook_of_theses(found: RankedMarket, row: int, copies: engine.Theses, copy: Array) -> engine.Outlook:
    return engine.outlook_of_theses(found.columns.snapshot, row, copies, copy)
