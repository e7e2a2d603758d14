"""What one edited profile changes: its own list, and its place on the others' lists.

Nothing else can change, so nothing else is looked at. A list that loses an entry is one short until it is
refilled: what it still holds is exactly the beginning of the list that a full run would make, because nobody
outside is above its `floor`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import LOG, NOTHING, Lists, Rankings, empty_lists, pack
from matchmaker.engine.fairness.exposure import allowance, carried, within
from matchmaker.engine.full_ranking import describe, list_values
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
    k, bar = rankings.startups.ids.shape[1], _bars(rankings.investors)
    own, alone = top_k.empty(len(rows), k), subset.startups_alone(prepared, rows)
    allowed = allowance(rankings.investors, prepared.snapshot.startups.capacity)
    whom, new = _on_investors(alone, rows, bar, own, k, rankings.investors, allowed)
    investors, short = _mend(rankings.investors, rows, len(prepared.snapshot.startups), whom, new)
    lists = list_values(alone, np.arange(len(rows)), own[:, :k][:, ::-1], turned=False)
    lists = carried(replace(lists, rows=rows.astype(np.int32)), rankings.startups.take(rows))
    return Update(whole(rankings.startups, lists), investors, short_of(lists), short)


def rank_investors(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """After investors `rows` (their theses, their price …) were edited, in one pass over the startups."""
    rows = np.sort(np.asarray(rows, np.int64))
    bars, k = _bars(rankings.startups), rankings.investors.ids.shape[1]
    own = top_k.empty(len(rows), k)
    hits = subset.score_pairs(prepared, rows, np.arange(len(bars)), bars, own)
    allowed = allowance(rankings.startups, prepared.snapshot.investors.capacity)
    whose, new = _on_startups(hits, bars, rows, rankings.startups, allowed)
    startups, short = _mend(rankings.startups, rows, len(prepared.snapshot.investors), whose, new)
    lists = carried(_own_lists(hits, rows, own, k), rankings.investors.take(rows))
    return Update(startups, whole(rankings.investors, lists), short, short_of(lists))


def _on_investors(
    alone: Prepared, rows: Array, bar: Array, own: Array, k: int, lists: Lists, allowed: Array
) -> tuple[Array, Entries]:
    """Investors and the entries that come to their lists, investor by investor, best first. `alone` are the
    startups `rows`, whose own lists int64[e,64] are filled."""
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
    fits = describe(lanes, asks, whose, whom)
    wish, ids = _wish(alone, *fits[:2], whom), rows[whose]
    return whom, _newcomers(ids, value, *fits, within(lists, allowed, whom, ids, value, wish))


def _wish(prepared: Prepared, u: Array, v: Array, whom: Array) -> Array:
    """int64[e]: the values of investors whom[e] on the startups' own lists, whatever curators boost."""
    by_key = prepared.lanes.by_key
    ordinal = np.empty(len(by_key), np.int64)
    ordinal[by_key] = np.arange(len(by_key))
    return pack(LOG[u].astype(np.int64) + LOG[v] - prepared.snapshot.investors.price[whom], ordinal[whom])


def _bars(lists: Lists) -> Array:
    """int64[r]: the values that a pair must exceed to stand on each list."""
    return np.where(lists.floor == NOTHING, NOTHING, lists.floor - 1)


def _on_startups(hits: Hits, bars: Array, rows: Array, lists: Lists, allowed: Array) -> tuple[Array, Entries]:
    """Startups and the entries that come to their lists, startup by startup, best first."""
    at = np.flatnonzero(hits.mine > bars[hits.startup])
    at = at[np.lexsort([~hits.mine[at], hits.startup[at]])]
    ids, whom, value = rows[hits.investor[at]], hits.startup[at], hits.mine[at]
    fits = hits.u[at], hits.v[at], hits.levels[at], hits.mandate[at]
    return whom, _newcomers(ids, value, *fits, within(lists, allowed, whom, ids, value, hits.its[at]))


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


def _newcomers(
    ids: Array, value: Array, u: Array, v: Array, levels: Array, mandate: Array, tier: Array
) -> Entries:
    return Entries(ids.astype(np.int32), value, u, v, levels.view(np.uint64)[:, 0], mandate, tier)


def _mend(lists: Lists, rows: Array, others: int, whose: Array, new: Entries) -> tuple[Patch, Array]:
    """What changes on the lists that lose or gain an edited profile, and those that are short after it.

    `new`: the entries to gain, sorted by list `whose`; `rows`: the edited of that side's `others`.
    """
    count, k = lists.ids.shape
    edited, one = np.append(False, subset.marks(rows, others)), rows[0] if len(rows) == 1 else NOBODY
    changed, short = np.empty((2, count), np.int32)
    there, back = room_for_moves(count, k), room_for_moves(count, k)
    old, shown, leaves = entries(lists), min(SHOWN, k), np.empty(k, np.bool_)
    size, lost, thin = apply_edits(
        old, lists.floor, edited, one, whose.astype(np.int32), new, shown, leaves, changed, there, back, short
    )
    return Patch(changed[:size].copy(), cut(there, size), new, cut(back, size), lost), short[:thin].copy()


def short_of(lists: Lists) -> Array:
    """int32[…]: the rows of those lists that show fewer than they could, and are to be ranked again."""
    return lists.rows[(lists.count < min(SHOWN, lists.ids.shape[1])) & (lists.floor != NOTHING)]
