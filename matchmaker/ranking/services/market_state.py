"""The engine at work: the market kept in memory, moved along with every change, ranked whole or in part.

Nothing here writes to the database. What that holds is named by the clock's revision; `current` brings the
market in memory there, `apply_changes` works out what a change of some profiles does to everybody's list.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.models import Ranking, RankingJob
from matchmaker.ranking import definitions
from matchmaker.ranking.definitions import Points
from matchmaker.ranking.market import columns, editions
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.selectors import packing
from matchmaker.ranking.selectors.packing import ListRow
from matchmaker.ranking.services import storage, thesis_lists
from matchmaker.ranking.services.list_edits import NOBODY, SIDES, rank_rows, union
from matchmaker.ranking.services.thesis_lists import ThesisChange, ThesisLists
from profiles.models import Investor, Startup

Array = NDArray[Any]
Pks = Mapping[Side, Collection[int]]

ENGINE_VERSION = engine.ENGINE_VERSION
FEW = 500  # changed profiles that are read one by one; for more the market is read whole


@dataclass(frozen=True)
class MarketState:
    """The market in memory as of one revision of the clock. `apply_changes` changes the lists in place.

    `prepared`: the columns laid out, each side when an edit first needs it and until one changes it.
    `stale`: rows whose stored list names somebody who is gone; they are written with the next change.
    `theses`: the lists of the theses of investors with several.
    """

    columns: Columns
    rankings: engine.Rankings
    revision: int
    stale: Mapping[Side, Array]
    prepared: engine.Prepared
    theses: ThesisLists


@dataclass(frozen=True)
class MarketChange:
    """The market after a change, and what there is to write."""

    state: MarketState
    written: Mapping[Side, Sequence[ListRow]]
    removed: Mapping[Side, Sequence[int]]
    undone: Sequence[engine.Update]
    theses: ThesisChange

    def undo(self) -> None:
        """Put the lists back as they were, because the change could not be written."""
        for update in reversed(self.undone):
            engine.apply_update(self.state.rankings, update)
        self.theses.undo()


def lists(rankings: engine.Rankings, side: Side) -> engine.Lists:
    """Return one side's lists."""
    return rankings.startups if side == Side.STARTUP else rankings.investors


def points_of(version: int) -> Points:
    """Return the weights of a version in the engine's order."""
    stated = editions.points(version)
    return definitions.points(version, *stated) if stated else definitions.default_points()


def is_of_another_engine() -> bool:
    """Return whether another engine ranked the market, so that nothing can be computed until it is again."""
    return editions.is_of_another(ENGINE_VERSION)


def current(known: MarketState | None) -> MarketState | None:
    """Return the market as the database holds it now; None until this engine has ranked it whole."""
    revision, version = storage.revision(), editions.latest_version()
    if known and known.revision == revision and known.columns.edition.version == version:
        return known
    if known and known.columns.edition.version == version:
        jobs = RankingJob.objects.filter(revision__gt=known.revision).values_list("side", "profile_id")
        changed = {side: {pk for found, pk in jobs if found == side} for side in SIDES}
        if sum(map(len, changed.values())) <= FEW:
            return _followed(known, changed, revision)
    return _loaded(revision)


def _loaded(revision: int) -> MarketState | None:
    """Read the whole market and all lists."""
    edition = editions.latest(ENGINE_VERSION)
    if edition is None:
        return None
    found = columns.load_with_edition(edition, points_of(edition.weights_version))
    found = columns.with_handicaps(found, *(_handicaps(found, side) for side in SIDES))
    return _with_lists(found, revision)


def _handicaps(found: Columns, side: Side) -> Array:
    """int32[r]: the stored handicap of every row."""
    rows = Ranking.objects.filter(side=side)
    pks = found.pks(side).tolist()
    stored = dict(
        (rows.filter(profile_id__in=pks) if len(pks) < FEW else rows).values_list("profile_id", "handicap")
    )
    return np.array([stored.get(pk, 0) for pk in pks], np.int32)


def _with_lists(found: Columns, revision: int) -> MarketState:
    stale, sides = {}, []
    for side in SIDES:
        stored = [(pk, bytes(packed)) for pk, packed in _stored(side).iterator(2000)]
        own, stale[side] = packing.lists(found, side, stored)
        sides.append(own)
    prepared = engine.Prepared(found.snapshot)
    theses = thesis_lists.load_stored(found)
    return MarketState(found, engine.Rankings(*sides), revision, stale, prepared, theses)


def _stored(side: Side) -> Any:
    return Ranking.objects.filter(side=side).order_by("profile_id").values_list("profile_id", "entries")


def _followed(known: MarketState, changed: Pks, revision: int) -> MarketState:
    """Read the profiles and lists that others have written since."""
    found = _changed(known.columns, changed)
    rankings = packing.extended(known.columns, found, known.rankings)
    stale, sides = {}, []
    for side in SIDES:
        rows = Ranking.objects.filter(side=side, revision__gt=known.revision).values_list(
            "profile_id", "entries"
        )
        stored = [(pk, bytes(packed)) for pk, packed in rows]
        fresh, gone = packing.lists(found, side, stored)
        at = found.rows(side, [pk for pk, _packed in stored])
        sides.append(_put(lists(rankings, side), fresh, at))
        stale[side] = np.union1d(np.setdiff1d(known.stale[side], at), gone)
    prepared = _laid_out(known, found, changed)
    theses = thesis_lists.load_stored(found)
    return MarketState(found, engine.Rankings(*sides), revision, stale, prepared, theses)


def _laid_out(known: MarketState, found: Columns, changed: Pks) -> engine.Prepared:
    """Keep of what is laid out whatever the change leaves as it was."""
    startups, investors = (bool(changed[side]) for side in SIDES)
    return known.prepared.after(found.snapshot, startups=startups, investors=investors)


def _put(known: engine.Lists, fresh: engine.Lists, at: Array) -> engine.Lists:
    """The known lists with the fresh ones at some rows."""
    out = {}
    for name, column in vars(known).items():
        out[name] = column.copy()
        out[name][at] = getattr(fresh, name)[at]
    return engine.Lists(**out)


def _changed(before: Columns, pks: Pks) -> Columns:
    weights_ = points_of(before.edition.weights_version)
    return columns.reload_some(before, weights_, startups=pks[Side.STARTUP], investors=pks[Side.INVESTOR])


def apply_changes(state: MarketState, pks: Pks) -> MarketChange:
    """Read these profiles anew and rank them; return the market after it and the lists that changed.

    The lists of `state` are changed in place; `Change.undo` puts them back.
    """
    found = _changed(state.columns, pks)
    rankings = packing.extended(state.columns, found, state.rankings)  # the same arrays if no row is new
    # A list that lost entries while it was read may be short by now, and nobody's edit would refill it.
    short = {side: engine.short_of(lists(rankings, side).take(state.stale[side])) for side in SIDES}
    rows = {side: union(found.rows(side, pks[side]), short[side]) for side in SIDES}
    prepared = _laid_out(state, found, pks)
    changed, undone = rank_rows(prepared, rankings, rows)
    published = {side: rows[side][found.here(side)[rows[side]]] for side in SIDES}
    touched = {side: union(changed[side], state.stale[side], published[side]) for side in SIDES}
    written = {side: touched[side][found.here(side)[touched[side]]] for side in SIDES}
    theses = thesis_lists.changed(state.theses, found, rows)
    nobody = {side: NOBODY for side in SIDES}
    return MarketChange(
        MarketState(found, rankings, state.revision + 1, nobody, prepared, theses.lists),
        {side: packing.list_rows(found, side, lists(rankings, side).take(written[side])) for side in SIDES},
        {side: sorted(set(pks[side]) - set(found.pks(side)[published[side]].tolist())) for side in SIDES},
        undone,
        theses,
    )


def outlook_of_copies(found: Columns, row: int, copies: engine.Startups) -> engine.Outlook:
    """Return how many investors copies of a startup would meet, and list; the first is the startup itself."""
    return engine.outlook(found.snapshot, row, copies)


def explain_pair(startup: Startup, investor: Investor) -> engine.Explanation | None:
    """Return the engine's explanation of any pair, live; its `mandate` is the thesis's primary key.

    None until this engine has ranked the market, or where one of the two is not published or has no thesis.
    """
    edition = editions.latest(ENGINE_VERSION)
    if edition is None:
        return None
    found = columns.pair(
        edition, points_of(edition.weights_version), startup=startup.pk, investor=investor.pk
    )
    if found is None:
        return None
    found = columns.with_handicaps(found, *(_handicaps(found, side) for side in SIDES))
    explained = engine.explain(found.snapshot, 0, 0)
    return replace(explained, mandate=int(found.snapshot.mandates.key[explained.mandate]))
