"""The market in memory, with its lists, as a worker knows it.

Nothing here writes to the database. What that holds is named by the clock's revision; `current` brings the
market in memory there, `apply_changes` works out what a change of some profiles does to everybody's list. A
state is never changed in place: the next one is made beside it. After an error the state is dropped and read
again.

Investors with several theses have a list for each of them too: these are the lists of a market in which every
thesis is an investor of its own (ranking/market/columns.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class RankedMarket:
    """A market and its lists.

    `prepared`: the columns laid out, each side when an edit first needs it and until one changes it.
    `stale`: rows whose stored list names somebody who is gone; they are ranked with the next change.
    """

    columns: Columns
    rankings: engine.Rankings
    prepared: engine.Prepared
    stale: Mapping[Side, Array]


@dataclass(frozen=True)
class MarketState:
    """The market as of one revision of the clock, and the market by thesis.

    `orphans`: theses that have a stored list and should not.
    """

    revision: int
    market: RankedMarket
    theses: RankedMarket
    orphans: frozenset[int] = frozenset()

    @property
    def columns(self) -> Columns:
        """The market's columns."""
        return self.market.columns


@dataclass(frozen=True)
class MarketChange:
    """The market after a change, and the lists to write and to remove by side or `THESIS`."""

    state: MarketState
    written: Mapping[str, Sequence[ListRow]]
    removed: Mapping[str, Sequence[int]]


class Memory:
    """The market as this process knows it."""

    state: MarketState | None = None

    def sync(self) -> MarketState | None:
        """Bring the market to what the database holds, and return it."""
        self.state = current(self.state)
        return self.state

    def clear(self) -> None:
        """Read everything anew the next time."""
        self.state = None


memory = Memory()


def union(*rows: Array) -> Array:
    """int64[·]: the rows of all, each once, ascending."""
    return np.unique(np.concatenate(rows)).astype(np.int64)


def lists(rankings: engine.Rankings, side: Side) -> engine.Lists:
    """Return one side's lists."""
    return rankings.startups if side == Side.STARTUP else rankings.investors


def is_of_another_engine() -> bool:
    """Return whether another engine ranked the market, so that nothing can be computed until it is again."""
    made_with = Market.objects.order_by("-pk").values_list("engine_version", flat=True).first()
    return made_with not in (None, ENGINE_VERSION)


def clock_revision() -> int:
    """Return the clock's revision, setting the clock up on the first day."""
    clock, _made = RankingClock.objects.get_or_create(pk=1)
    return clock.revision


# --- Reading -----------------------------------------------------------------------------------------------


def current(known: MarketState | None) -> MarketState | None:
    """Return the market as the database holds it now; None until this engine has ranked it whole."""
    revision, version = clock_revision(), term_index.latest_version()
    if known and known.columns.calibration.version == version:
        if known.revision == revision:
            return known
        jobs = RankingJob.objects.filter(revision__gt=known.revision).values_list("side", "profile_id")
        changed = {side: {pk for found, pk in jobs if found == side} for side in SIDES}
        if sum(map(len, changed.values())) <= FEW:
            return _followed(known, changed, revision)
    return _loaded(revision)


def _loaded(revision: int) -> MarketState | None:
    """Read the whole market and all lists."""
    calibration = term_index.latest(ENGINE_VERSION)
    if calibration is None:
        return None
    found = columns.load(calibration, points_of(calibration.weights_version))
    found = columns.with_demand_adjustments(found, *(demand_adjustments(found, side) for side in SIDES))
    read, stale = zip(*(stored_lists.lists(found, side, _stored(side)) for side in SIDES), strict=True)
    rankings = engine.Rankings(*read)
    return _with_theses(
        revision,
        RankedMarket(found, rankings, engine.Prepared(found.snapshot), dict(zip(SIDES, stale, strict=True))),
    )


def _followed(known: MarketState, changed: Pks, revision: int) -> MarketState:
    """Read the profiles and lists that others have written since."""
    found = _updated(known.columns, changed)
    stale, sides = {}, []
    for side in SIDES:
        stored = _stored(side, since=known.revision)
        fresh, gone = stored_lists.lists(found, side, stored)
        at = found.rows(side, [pk for pk, _packed in stored])
        own = _extended(known.market, found, side)
        for name, column in vars(own).items():
            column[at] = getattr(fresh, name)[at]
        sides.append(own)
        stale[side] = np.union1d(np.setdiff1d(known.market.stale[side], at), gone)
    startups, investors = (bool(changed[side]) for side in SIDES)
    prepared = known.market.prepared.after(found.snapshot, startups=startups, investors=investors)
    return _with_theses(revision, RankedMarket(found, engine.Rankings(*sides), prepared, stale))


def _with_theses(revision: int, market: RankedMarket) -> MarketState:
    """Read the stored lists of theses."""
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
    """Return the stored lists of a side by primary key: all, or those written since a revision."""
    rows = Ranking.objects.filter(side=side).order_by("profile_id")
    rows = rows if since is None else rows.filter(revision__gt=since)
    return [(pk, bytes(packed)) for pk, packed in rows.values_list("profile_id", "entries").iterator(2000)]


def _updated(before: Columns, pks: Pks) -> Columns:
    weights_ = points_of(before.calibration.weights_version)
    return columns.updated(before, weights_, startups=pks[Side.STARTUP], investors=pks[Side.INVESTOR])


def _pks_here(found: Columns, side: Side) -> frozenset[int]:
    """Return the primary keys of those who have a list."""
    return frozenset(found.pks(side)[found.here(side)].tolist())


def _closed(found: Columns) -> engine.Lists:
    """Lists of the startups that nobody enters: in the market by thesis only the theses' lists count."""
    closed = ranking.empty_lists(np.arange(len(found.startup_pk)), 1)
    closed.floor[:] = np.iinfo(np.int64).max
    return closed


def _extended(before: RankedMarket, after: Columns, side: Side) -> engine.Lists:
    """Return a copy of one side's lists, with an empty one for every row that `after` has more."""
    own = stored_lists.extended(before.columns, after, side, lists(before.rankings, side))
    return engine.Lists(**{name: column.copy() for name, column in vars(own).items()})


# --- Ranking -----------------------------------------------------------------------------------------------


def apply_changes(state: MarketState, pks: Pks) -> MarketChange:
    """Read these profiles anew and rank them; return the market after it and the lists that changed."""
    found = _updated(state.columns, pks)
    rows = {side: found.rows(side, pks[side]) for side in SIDES}
    market, changed = _reranked(state.market, found, rows)

    theses_found = columns_by_thesis(found)
    theses_rows = {**rows, Side.INVESTOR: rows_by_thesis(found, rows[Side.INVESTOR])}
    theses, changed_theses = _reranked(state.theses, theses_found, theses_rows, is_by_thesis=True)

    edited_theses = set(theses_found.investor_pk[theses_rows[Side.INVESTOR]].tolist())
    written: dict[str, Sequence[ListRow]] = {side: _rows(market, side, changed[side]) for side in SIDES}
    removed: dict[str, Sequence[int]] = {
        side: sorted(set(pks[side]) - _pks_here(found, side)) for side in SIDES
    }
    written[THESIS] = _rows(theses, Side.INVESTOR, changed_theses[Side.INVESTOR])
    removed[THESIS] = sorted((state.orphans | edited_theses) - _pks_here(theses_found, Side.INVESTOR))
    return MarketChange(MarketState(state.revision + 1, market, theses), written, removed)


def _reranked(
    before: RankedMarket, after: Columns, rows: Mapping[Side, Array], *, is_by_thesis: bool = False
) -> tuple[RankedMarket, dict[Side, Array]]:
    """Rank these rows of the columns `after` in copies of the lists; return also whose lists to write."""
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
    """Rank these rows, refill the lists that ran short by it, and return the rows whose lists changed."""
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


def _rows(market: RankedMarket, side: Side, rows: Array) -> list[ListRow]:
    """Return the lists in these rows as packed rows, those of profiles that are gone left out."""
    rows = rows[market.columns.here(side)[rows]]
    return stored_lists.list_rows(market.columns, side, lists(market.rankings, side).take(rows))


def ranked_theses(found: Columns) -> RankedMarket:
    """Rank the market by thesis whole."""
    found = columns_by_thesis(found)
    theses = ranking.empty_lists(np.arange(len(found.investor_pk)), STORED)
    if found.investor_here.any():
        theses = engine.rank_all(found.snapshot, STORED).investors
    none = {side: NO_ROWS for side in SIDES}
    return RankedMarket(found, engine.Rankings(_closed(found), theses), engine.Prepared(found.snapshot), none)


def list_rows(state: MarketState, side: str) -> list[ListRow]:
    """Return all lists of a side, or of the theses, as packed rows."""
    market, of = (state.theses, Side.INVESTOR) if side == THESIS else (state.market, Side(side))
    return _rows(market, of, np.arange(len(market.columns.pks(of))))


# --- Asking ------------------------------------------------------------------------------------------------


def outlook_of_copies(found: Columns, row: int, copies: engine.Startups) -> engine.Outlook:
    """Return how many investors copies of a startup would meet, and list; the first is the startup itself."""
    return engine.outlook(found.snapshot, row, copies)


def outlook_of_theses(found: Columns, row: int, copies: engine.Theses, copy: Array) -> engine.Outlook:
    """Return how many startups copies of an investor's theses would meet, and list."""
    return engine.outlook_of_theses(found.snapshot, row, copies, copy)
