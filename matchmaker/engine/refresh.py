"""What one edited profile changes: its own list, and its place on the others' lists.

Nothing else can change, so nothing else is looked at. A list that loses an entry is one short until it is
refilled: what it still holds is exactly the beginning of the list that a full run would make, because nobody
outside is above its `floor`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from matchmaker.engine import kernel
from matchmaker.engine.blocks import BLOCK, counterparts, describe, list_values
from matchmaker.engine.columns import Array, take
from matchmaker.engine.layout import Asks, Lanes, Prepared, by_lane, by_startup, lay_out_mandates, less_of
from matchmaker.engine.ranking import NOTHING, ON_MERIT, Lists, Rankings, empty_lists
from matchmaker.engine.room import new_room
from matchmaker.engine.splice import Entries, splice, standing_on, standing_on_one

SHOWN = 50  # of the 64 places stored; a list with fewer is refilled


@dataclass(frozen=True)
class Update:
    """The lists that changed, whole. `apply` puts them into the rankings."""

    startups: Lists
    investors: Lists
    startups_short: (
        Array  # int32[…] rows whose list fell under 50 although there may be more: rank them again
    )
    investors_short: Array  # int32[…]


def apply(rankings: Rankings, update: Update) -> None:
    """Write the changed lists into the rankings, in place."""
    for lists, changed in ((rankings.startups, update.startups), (rankings.investors, update.investors)):
        for f in fields(Lists):
            getattr(lists, f.name)[changed.rows] = getattr(changed, f.name)


def rank_startups(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """After startups `rows` were edited: `prepared` holds the new columns, `rankings` all lists so far."""
    rows = np.sort(np.asarray(rows, np.int64))
    lanes, asks = prepared.lanes, prepared.asks
    own = np.full((len(rows), rankings.startups.ids.shape[1]), NOTHING, np.int64)
    bar = _bars(rankings.investors)
    need = np.empty(len(lanes.row), np.float32)
    kernel.set_need(lanes, bar[:, 0], need)
    hits, room = [], new_room(len(lanes.row), 1)
    for at, row in enumerate(rows):
        mine = kernel.Side(own[at : at + 1], np.full(1, NOTHING), np.full(1, -1, np.float32))
        theirs = kernel.Side(bar.copy(), bar[:, 0].copy(), need.copy())
        kernel.rank_block(lanes, asks, rows[at : at + 1], mine, theirs, False, room)
        whom = np.flatnonzero(theirs.lists[:, 0] > bar[:, 0])
        hits.append((whom, np.full(len(whom), row), theirs.lists[whom, 0]))
    whom, whose, value = _joined(hits)
    new = Entries(whose, value, *describe(lanes, asks, whose, whom), np.full(len(value), ON_MERIT))
    investors = _mend(rankings.investors, _marks(rows, len(asks.less)), rows, whom, new)
    return _update(rankings, list_values(prepared, rows, own[:, ::-1], turned=False), investors)


def rank_investors(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    """After investors `rows` (their theses, their price …) were edited, in one pass over the startups."""
    rows = np.sort(np.asarray(rows, np.int64))
    lanes, asks = _only(prepared, rows)
    own = np.full((len(rows), rankings.investors.ids.shape[1]), NOTHING, np.int64)
    need = np.full(len(lanes.row), -1, np.float32)
    bar = _bars(rankings.startups)
    everyone = np.arange(len(bar), dtype=np.int64)
    hits, room = [], new_room(len(lanes.row), BLOCK)
    theirs = kernel.Side(own, own[:, 0].copy(), need)
    for start in range(0, len(bar), BLOCK):
        part = slice(start, start + BLOCK)
        lists = np.repeat(bar[part], max(min(len(rows), own.shape[1]), 1), axis=1)
        reach = np.empty(len(lists), np.float32)
        kernel.set_needs(lists[:, 0], reach)
        mine = kernel.Side(lists, lists[:, 0].copy(), reach)
        kernel.rank_block(lanes, asks, everyone[part], mine, theirs, False, room)
        whose, place = np.nonzero(lists > bar[part])
        hits.append((whose + start, counterparts(prepared.lanes, lists[whose, place]), lists[whose, place]))
    whose, whom, value = _joined(hits)
    described = describe(lanes, asks, whose, np.searchsorted(rows, whom))
    new = Entries(whom, value, *described, np.full(len(value), ON_MERIT))
    startups = _mend(rankings.startups, _marks(rows, len(prepared.snapshot.investors)), rows, whose, new)
    return _update(rankings, startups, list_values(prepared, rows, own[:, ::-1], turned=True))


def _only(prepared: Prepared, rows: Array) -> tuple[Lanes, Asks]:
    """Both sides as if these investors (now 0, 1, …) were the only ones; theses keep their rows."""
    full = prepared.snapshot
    theses = np.flatnonzero(_marks(rows, len(full.investors))[full.mandates.owner])
    mandates = take(full.mandates, theses)
    mandates = replace(mandates, owner=np.searchsorted(rows, mandates.owner).astype(np.int32))
    lanes = lay_out_mandates(replace(full, investors=take(full.investors, rows), mandates=mandates))
    row = np.where(lanes.row >= 0, np.append(theses, -1)[lanes.row], -1).astype(np.int32)
    skip, skip_whom = by_startup(_among(full.pairs.excluded, rows), len(full.startups))
    pin, pin_whom = by_startup(_among(full.pairs.boosted, rows), len(full.startups))
    asks = prepared.asks._replace(skip=skip, skip_whom=skip_whom, pin=pin, pin_whom=pin_whom)
    return lanes._replace(row=row, less=by_lane(less_of(full.investors)[rows], lanes.owner)), asks


def _among(pairs: Array, rows: Array) -> Array:
    """The pairs of these investors, by the new rows."""
    kept = pairs[np.isin(pairs[:, 1], rows)]
    return np.stack([kept[:, 0], np.searchsorted(rows, kept[:, 1])], axis=1)


def _marks(rows: Array, size: int) -> Array:
    marks = np.zeros(size, np.bool_)
    marks[rows] = True
    return marks


def _bars(lists: Lists) -> Array:
    """int64[r,1]: the values that a pair must exceed to stand on each list, as heaps of one."""
    return np.where(lists.floor == NOTHING, NOTHING, lists.floor - 1)[:, None]


def _joined(hits: list[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
    """(list, counterpart, value) of all new entries, list by list, best first."""
    lists, ids, value = (np.concatenate(x) for x in zip(*hits, strict=True))
    order = np.lexsort([~value, lists])
    return lists[order], ids[order], value[order]


def _mend(lists: Lists, edited: Array, rows: Array, whose: Array, new: Entries) -> Lists:
    """The lists that lose or gain an edited profile. `new`: the entries to gain, sorted by list `whose`."""
    touched = np.zeros(len(lists.rows), np.bool_)
    if len(rows) == 1:
        standing_on_one(lists.ids, rows[0], touched)
    else:
        standing_on(lists.ids, edited, touched)
    touched[whose] = True
    at = np.flatnonzero(touched)
    out = empty_lists(at, lists.ids.shape[1])
    out.floor[:] = lists.floor[at]
    start = np.searchsorted(whose, np.append(at, len(lists.rows)))
    splice(_entries(lists), at, edited, new, start, _entries(out), out.floor)
    return out


def _entries(lists: Lists) -> Entries:
    return Entries(lists.ids, lists.value, lists.u, lists.v, lists.levels, lists.mandate, lists.tier)


def _update(rankings: Rankings, startups: Lists, investors: Lists) -> Update:
    return Update(
        _changed(rankings.startups, startups),
        _changed(rankings.investors, investors),
        _short(startups),
        _short(investors),
    )


def _changed(before: Lists, after: Lists) -> Lists:
    """Those of the lists that differ from what they were."""
    differs = np.zeros(len(after.rows), np.bool_)
    for f in fields(Lists):
        column = getattr(before, f.name)[after.rows] != getattr(after, f.name)
        differs |= column.reshape(len(differs), column[0].size if len(differs) else 0).any(axis=1)
    return after.take(np.flatnonzero(differs))


def _short(lists: Lists) -> Array:
    return lists.rows[(lists.count < min(SHOWN, lists.ids.shape[1])) & (lists.floor != NOTHING)]
