"""What one edited profile changes: its own list, and its place on the others' lists.

Nothing else can change, so nothing else is looked at. A list that loses an entry is one short until it is
refilled: what it still holds is exactly the beginning of the list that a full run would make, because nobody
outside is above its `floor`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from matchmaker.engine.compiler.plain import is_plain
from matchmaker.engine.definition.columns import Array, Snapshot
from matchmaker.engine.definition.lists import NOTHING, ON_MERIT, Lists, Rankings, empty_lists
from matchmaker.engine.fairness.attention import carried
from matchmaker.engine.full_ranking import describe, list_values
from matchmaker.engine.incremental import plain
from matchmaker.engine.incremental.merge import apply_edits
from matchmaker.engine.incremental.moves import NOBODY, Entries
from matchmaker.engine.incremental.patches import Patch, Update, cut, entries, room_for_moves, whole
from matchmaker.engine.kernel import kernel, subset, top_k
from matchmaker.engine.kernel.layout import Prepared
from matchmaker.engine.kernel.scan import Hits
from matchmaker.engine.kernel.workspace import new_room

ONLY = np.zeros(1, np.int64)
NONE = np.zeros(0, np.int64)
SHOWN = 50  # of the 64 places stored; a list with fewer is refilled


def rank_startups(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """After startups `rows` were edited: `prepared` holds the new columns, `rankings` all lists so far."""
    rows = np.sort(np.asarray(rows, np.int64))
    k, bar, market = rankings.startups.ids.shape[1], _bars(rankings.investors), prepared.snapshot
    if _is_plain(market):
        whom, whose, value, fits, lists = plain.meet_investors(market, rows, bar, k)
    else:
        whom, whose, value, fits, lists = _meet_investors(prepared, rows, bar, k)
    new = _newcomers(rows[whose], value, *fits)
    investors, short = _mend(rankings.investors, rows, market, len(market.startups), whom, new)
    lists = carried(replace(lists, rows=rows.astype(np.int32)), rankings.startups.take(rows))
    return Update(whole(rankings.startups, lists), investors, short_of(lists), short)


def rank_investors(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """After investors `rows` (their theses, their handicap …) were edited, in one pass over the startups."""
    rows = np.sort(np.asarray(rows, np.int64))
    bars, k, market = _bars(rankings.startups), rankings.investors.ids.shape[1], prepared.snapshot
    if _is_plain(market):
        hits, own = plain.meet_startups(market, rows, k)
    else:
        own = top_k.empty(len(rows), k)
        hits = subset.score_pairs(prepared, rows, np.arange(len(bars)), bars, own)
    whose, new = _on_startups(hits, bars, rows)
    startups, short = _mend(rankings.startups, rows, market, len(market.investors), whose, new)
    lists = carried(_own_lists(hits, rows, own, k), rankings.investors.take(rows))
    return Update(startups, whole(rankings.investors, lists), short, short_of(lists))


def _is_plain(market: Snapshot) -> bool:
    return is_plain(len(market.startups), len(market.investors))


def _meet_investors(
    prepared: Prepared, rows: Array, bar: Array, k: int
) -> tuple[Array, Array, Array, plain.Fits, Lists]:
    """Startups `rows` with all investors, as in plain.meet_investors."""
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


def _on_startups(hits: Hits, bars: Array, rows: Array) -> tuple[Array, Entries]:
    """Startups and the entries that come to their lists, startup by startup, best first."""
    at = np.flatnonzero(hits.mine > bars[hits.startup])
    at = at[np.lexsort([~hits.mine[at], hits.startup[at]])]
    fits = hits.u[at], hits.v[at], hits.levels[at], hits.mandate[at]
    return hits.startup[at], _newcomers(rows[hits.investor[at]], hits.mine[at], *fits)


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


def _newcomers(ids: Array, value: Array, u: Array, v: Array, levels: Array, mandate: Array) -> Entries:
    tier = np.full(len(ids), ON_MERIT, np.uint8)
    return Entries(ids.astype(np.int32), value, u, v, levels.view(np.uint64)[:, 0], mandate, tier)


def _mend(
    lists: Lists, rows: Array, market: Snapshot, others: int, whose: Array, new: Entries
) -> tuple[Patch, Array]:
    """What changes on the lists that lose or gain an edited profile, and those that are short after it.

    `new`: the entries to gain, sorted by list `whose`; `rows`: the edited of that side's `others`.
    """
    count, k = lists.ids.shape
    edited, one = np.append(False, subset.marks(rows, others)), rows[0] if len(rows) == 1 else NOBODY
    changed, short = np.empty((2, count), np.int32)
    there, back = room_for_moves(count, k), room_for_moves(count, k)
    old, shown, leaves = entries(lists), min(SHOWN, k), np.empty(k, np.bool_)
    loop: Any = plain.apply_edits if _is_plain(market) else apply_edits
    size, lost, thin = loop(
        old, lists.floor, edited, one, whose.astype(np.int32), new, shown, leaves, changed, there, back, short
    )
    return Patch(changed[:size].copy(), cut(there, size), new, cut(back, size), lost), short[:thin].copy()


def short_of(lists: Lists) -> Array:
    """int32[…]: the rows of those lists that show fewer than they could, and are to be ranked again."""
    return lists.rows[(lists.count < min(SHOWN, lists.ids.shape[1])) & (lists.floor != NOTHING)]
