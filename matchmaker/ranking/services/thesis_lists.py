"""The lists of the theses of investors with several, kept in memory and stored beside everybody's.

Each is what the engine ranks for the thesis alone (ranking/market/by_thesis.py). The startups' lists of that
market are nobody's: they have one closed place each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine.definition import lists as ranking
from matchmaker.models import Ranking
from matchmaker.models.ranking import THESIS
from matchmaker.ranking.market.by_thesis import columns_by_thesis, rows_by_thesis
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.selectors import packing
from matchmaker.ranking.selectors.packing import ListRow
from matchmaker.ranking.selectors.stored_lists import STORED
from matchmaker.ranking.services.list_edits import NOBODY, rank_rows, union

Array = NDArray[Any]


@dataclass(frozen=True)
class ThesisLists:
    """The market by thesis, its lists, and what stored lists still have to follow: rows of lists that name
    somebody who is gone, and theses that have a list and should not."""

    columns: Columns
    rankings: engine.Rankings
    prepared: engine.Prepared
    stale: Array
    orphans: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ThesisChange:
    """The lists after a change, and what there is to write: rows and theses without a list of their own."""

    lists: ThesisLists
    written: Sequence[ListRow]
    removed: Sequence[int]
    undone: Sequence[engine.Update]

    def undo(self) -> None:
        """Put the lists back as they were."""
        for update in reversed(self.undone):
            engine.apply_update(self.lists.rankings, update)


def ranked(columns: Columns) -> ThesisLists:
    """Rank all theses of investors with several."""
    found = columns_by_thesis(columns)
    snapshot = found.snapshot
    theses = ranking.empty_lists(np.arange(len(snapshot.mandates)), STORED)
    if found.investor_here.any():
        theses = engine.rank_all(snapshot, STORED).investors
    return ThesisLists(found, _with_theses(found, theses), engine.Prepared(snapshot), NOBODY)


def load_stored(columns: Columns) -> ThesisLists:
    """Read them as they are stored."""
    found = columns_by_thesis(columns)
    rows = Ranking.objects.filter(side=THESIS).order_by("profile_id").values_list("profile_id", "entries")
    packed = [(pk, bytes(entries)) for pk, entries in rows]
    theses, gone = packing.lists(found, Side.INVESTOR, packed)
    orphans = frozenset(pk for pk, _entries in packed) - _with_a_list(found)
    return ThesisLists(found, _with_theses(found, theses), engine.Prepared(found.snapshot), gone, orphans)


def _with_a_list(found: Columns) -> frozenset[int]:
    """Return the primary keys of the theses that have a list of their own."""
    return frozenset(found.investor_pk[found.investor_here].tolist())


def _with_theses(columns: Columns, theses: engine.Lists) -> engine.Rankings:
    return engine.Rankings(_closed(np.arange(len(columns.startup_pk))), theses)


def _closed(rows: Array) -> engine.Lists:
    """Lists that nobody enters."""
    nobody = ranking.empty_lists(rows, 1)
    nobody.floor[:] = np.iinfo(np.int64).max
    return nobody


def changed(before: ThesisLists, columns: Columns, rows: Mapping[Side, Array]) -> ThesisChange:
    """Rank these rows of the market anew in the theses' lists, which are changed in place."""
    found = columns_by_thesis(columns)
    nobodys = ranking.empty_lists(np.arange(len(before.columns.startup_pk)), 1)
    known = engine.Rankings(nobodys, before.rankings.investors)
    theses = packing.extended(before.columns, found, known).investors
    rankings = _with_theses(found, theses)
    again = {Side.STARTUP: rows[Side.STARTUP], Side.INVESTOR: rows_by_thesis(columns, rows[Side.INVESTOR])}
    startups, investors = (bool(len(again[side])) for side in (Side.STARTUP, Side.INVESTOR))
    prepared = before.prepared.after(found.snapshot, startups=startups, investors=investors)
    here, touched = found.investor_here, NOBODY
    undone: list[engine.Update] = []
    if here.any() or before.columns.investor_here.any():
        moved, undone = rank_rows(prepared, rankings, again)
        touched = union(moved[Side.INVESTOR], before.stale, again[Side.INVESTOR])
    written, gone = touched[here[touched]], found.investor_pk[again[Side.INVESTOR]].tolist()
    return ThesisChange(
        ThesisLists(found, rankings, prepared, NOBODY),
        packing.list_rows(found, Side.INVESTOR, theses.take(written)),
        sorted((before.orphans | set(gone)) - _with_a_list(found)),
        undone,
    )


def list_rows(lists: ThesisLists) -> list[ListRow]:
    """Return all of them as packed rows."""
    here = np.flatnonzero(lists.columns.investor_here)
    return packing.list_rows(lists.columns, Side.INVESTOR, lists.rankings.investors.take(here))
