"""What edited profiles change: their own lists, and their places on the others' lists.

A list that loses an entry is one short until it is refilled. Its other entries are those of a full run,
because no profile outside it is above its `floor`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import NOTHING, Lists, Rankings, empty_lists
from matchmaker.engine.definition.reference import is_small
from matchmaker.engine.fairness import carried
from matchmaker.engine.full_ranking import describe, list_values
from matchmaker.engine.incremental import by_definition
from matchmaker.engine.incremental.merge import merge
from matchmaker.engine.incremental.updates import Update, differing
from matchmaker.engine.kernel import kernel, subset, top_k
from matchmaker.engine.kernel.layout import Prepared
from matchmaker.engine.kernel.scan import Hits
from matchmaker.engine.kernel.workspace import new_room

ONLY = np.zeros(1, np.int64)
NONE = np.zeros(0, np.int64)
SHOWN = 50  # of the 64 places stored; a list with fewer is refilled


class Newcomers(NamedTuple):
    """Entries that lists gain, list by list and best first; e rows."""

    whose: Array  # int[e] row of the list
    ids: Array  # int32[e]
    value: Array  # int64[e]
    u: Array  # int32[e]
    v: Array  # int32[e]
    levels: Array  # uint8[e,8]
    mandate: Array  # int32[e]


def rank_startups(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """Rank the edited startups `rows`: `prepared` holds the new columns, `rankings` the old lists."""
    rows = np.sort(np.asarray(rows, np.int64))
    k, bar, market = rankings.startups.ids.shape[1], _bars(rankings.investors), prepared.snapshot
    if is_small(market):
        whom, whose, value, fits, lists = by_definition.meet_investors(market, rows, bar, k)
    else:
        whom, whose, value, fits, lists = _meet_investors(prepared, rows, bar, k)
    new = Newcomers(whom, rows[whose].astype(np.int32), value, *fits)
    investors, short = _mend(rankings.investors, rows, len(market.startups), new, small=is_small(market))
    lists = carried(replace(lists, rows=rows.astype(np.int32)), rankings.startups.take(rows))
    return Update(differing(rankings.startups, lists), investors, short_of(lists), short)


def rank_investors(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """Rank the edited investors `rows`, in one pass over the startups."""
    rows = np.sort(np.asarray(rows, np.int64))
    bars, k, market = _bars(rankings.startups), rankings.investors.ids.shape[1], prepared.snapshot
    if is_small(market):
        hits, own = by_definition.meet_startups(market, rows, k)
    else:
        own = top_k.empty(len(rows), k)
        hits = subset.score_pairs(prepared, rows, np.arange(len(bars)), bars, own)
    new = _on_startups(hits, bars, rows)
    startups, short = _mend(rankings.startups, rows, len(market.investors), new, small=is_small(market))
    lists = carried(_own_lists(hits, rows, own, k), rankings.investors.take(rows))
    return Update(startups, differing(rankings.investors, lists), short, short_of(lists))


def _meet_investors(
    prepared: Prepared, rows: Array, bar: Array, k: int
) -> tuple[Array, Array, Array, by_definition.Fits, Lists]:
    """Startups `rows` with all investors, as in by_definition.meet_investors."""
    alone, own = subset.startups_alone(prepared, rows), top_k.empty(len(rows), k)
    lanes, asks = alone.lanes, alone.asks
    need = np.empty(len(lanes.row), np.float32)
    kernel.set_need(lanes, bar, need)
    hits, room = [(NONE, NONE, NONE)], new_room(len(lanes.row), 1)
    for at in range(len(rows)):
        mine = kernel.Side(own[at : at + 1], np.full(1, NOTHING), np.full(1, -1, np.float32), k)
        theirs = kernel.Side(bar[:, None].copy(), bar.copy(), need.copy(), 1)
        kernel.rank_block(lanes, asks, np.full(1, at), ONLY, mine, theirs, False, room)
        best = theirs.lists[:, 0]
        whom = np.flatnonzero(best > bar)
        hits.append((whom, np.full(len(whom), at), best[whom]))
    whom, whose, value = (np.concatenate(x) for x in zip(*hits, strict=True))
    order = np.lexsort([~value, whom])
    whom, whose, value = whom[order], whose[order], value[order]
    lists = list_values(alone, np.arange(len(rows)), own[:, :k][:, ::-1], turned=False)
    return whom, whose, value, describe(lanes, asks, whose, whom), lists


def _bars(lists: Lists) -> Array:
    """int64[r]: the values that a pair must exceed to stand on each list."""
    return np.where(lists.floor == NOTHING, NOTHING, lists.floor - 1)


def _on_startups(hits: Hits, bars: Array, rows: Array) -> Newcomers:
    """The entries that startups' lists gain."""
    at = np.flatnonzero(hits.mine > bars[hits.startup])
    at = at[np.lexsort([~hits.mine[at], hits.startup[at]])]
    fits = hits.u[at], hits.v[at], hits.levels[at], hits.mandate[at]
    return Newcomers(hits.startup[at], rows[hits.investor[at]].astype(np.int32), hits.mine[at], *fits)


def _own_lists(hits: Hits, rows: Array, own: Array, k: int) -> Lists:
    """The lists of the investors themselves."""
    at = np.flatnonzero(hits.its >= own[hits.investor, 0])
    at = at[np.lexsort([~hits.its[at], hits.investor[at]])]
    row = hits.investor[at]
    place = np.arange(len(at)) - np.searchsorted(row, row)
    lists = empty_lists(rows, k)
    lists.ids[row, place], lists.value[row, place] = hits.startup[at], hits.its[at]
    lists.u[row, place], lists.v[row, place] = hits.u[at], hits.v[at]
    lists.levels[row, place], lists.mandate[row, place] = hits.levels[at], hits.mandate[at]
    lists.floor[:] = own[:, 0]
    return lists


def _mend(lists: Lists, rows: Array, others: int, new: Newcomers, *, small: bool) -> tuple[Lists, Array]:
    """Remove the edited `rows` of `others` profiles from the lists, and merge the newcomers into them.

    Returns the lists that differ, and the rows of those that are short.
    """
    count, k = lists.ids.shape
    edited, changed = np.append(False, subset.marks(rows, others)), np.empty(count, np.int32)
    source, tier, floor = (
        np.empty((count, k), np.int64),
        np.empty((count, k), np.uint8),
        np.empty(count, np.int64),
    )
    loop = merge.py_func if small else merge
    size = loop(
        lists.ids, lists.value, lists.tier, lists.floor, edited, new.whose.astype(np.int64), new.value,
        changed, source, tier, floor,
    )  # fmt: skip
    after = _gathered(lists, changed[:size], source[:size], new)
    after = replace(after, tier=tier[:size], floor=floor[:size])
    return differing(lists, after), short_of(after)


def _gathered(lists: Lists, rows: Array, source: Array, new: Newcomers) -> Lists:
    """The lists of these rows with entries from the sources that merge found."""
    k, out = lists.ids.shape[1], empty_lists(rows, source.shape[1])
    row, place = np.nonzero((source >= 0) & (source < k))
    fresh_row, fresh_place = np.nonzero(source >= k)
    for name in ("ids", "value", "u", "v", "levels", "mandate"):
        column = getattr(out, name)
        column[row, place] = getattr(lists, name)[rows[row], source[row, place]]
        column[fresh_row, fresh_place] = getattr(new, name)[source[fresh_row, fresh_place] - k]
    return out


def short_of(lists: Lists) -> Array:
    """int32[…]: the rows of those lists that show fewer than they could, and are to be ranked again."""
    return lists.rows[(lists.count < min(SHOWN, lists.ids.shape[1])) & (lists.floor != NOTHING)]
