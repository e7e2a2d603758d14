"""What edited profiles change: their own lists, and their places on the others' lists.

A list that loses an entry is one short until it is refilled. Its other entries are those of a full run,
because no profile outside it is above its `floor`.
"""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import NOTHING, TIE_MASK, Lists, Rankings, empty_lists
from matchmaker.matching.engine.definition.reference import is_small
from matchmaker.matching.engine.fairness import carried
from matchmaker.matching.engine.full_ranking import describe, empty_side, list_values, nobody, rank_exactly
from matchmaker.matching.engine.incremental import by_definition
from matchmaker.matching.engine.incremental.by_definition import Found
from matchmaker.matching.engine.incremental.merge import merge
from matchmaker.matching.engine.kernel import kernel, subset, top_k
from matchmaker.matching.engine.kernel.layout import Prepared, less_among

SHOWN = 50  # of the 64 places stored; a list with fewer is refilled
COLUMNS = [f.name for f in fields(Lists) if f.name != "rows"]


@dataclass(frozen=True)
class Update:
    startups: Lists
    investors: Lists
    startups_short: Array  # int32[…] rows whose list fell under 50 entries although there may be more
    investors_short: Array  # int32[…] likewise; rank both again


class Newcomers(NamedTuple):
    """Entries that lists gain, list by list and best first; e rows."""

    whose: Array  # int[e] row of the list
    ids: Array  # int32[e]
    value: Array  # int64[e]
    u: Array  # int32[e]
    v: Array  # int32[e]
    levels: Array  # uint8[e,8]
    thesis: Array  # int32[e]


def rank_startups(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    rows = np.sort(np.asarray(rows, np.int64))
    market, bars, k = prepared.snapshot, _bars(rankings.investors), rankings.startups.ids.shape[1]
    if is_small(market):
        found = by_definition.meet_investors(market, rows, bars, k)
    else:
        found = _meet_investors(prepared, rows, bars, k)
    own, investors, short = _changes(
        found, rankings.startups, rankings.investors, rows, small=is_small(market)
    )
    return Update(own, investors, short_of(own), short)


def rank_investors(prepared: Prepared, rankings: Rankings, rows: Array) -> Update:
    rows = np.sort(np.asarray(rows, np.int64))
    market, bars, k = prepared.snapshot, _bars(rankings.startups), rankings.investors.ids.shape[1]
    if is_small(market):
        found = by_definition.meet_startups(market, rows, bars, k)
    else:
        found = _meet_startups(prepared, rows, bars, k)
    own, startups, short = _changes(
        found, rankings.investors, rankings.startups, rows, small=is_small(market)
    )
    return Update(startups, own, short, short_of(own))


def _bars(lists: Lists) -> Array:
    """int64[r]: the values that a pair must exceed to enter each list."""
    return np.where(lists.floor == NOTHING, NOTHING, lists.floor - 1)


def _meet_investors(prepared: Prepared, rows: Array, bars: Array, k: int) -> Found:
    alone, every = subset.startups_alone(prepared, rows), np.arange(len(rows))
    own, theirs = empty_side(len(rows), k), _newcomers_side(bars, len(rows), len(prepared.lanes.row))
    kernel.set_need(prepared.lanes, bars, theirs.need)
    rank_exactly(alone, every, every, own, theirs)
    whom, whose, value = _entering(theirs, bars, alone.asks.less)
    lists = list_values(alone, every, own.lists[:, :k][:, ::-1], turned=False)
    return Found(whom, whose, value, describe(alone.lanes, alone.asks, whose, whom), lists)


def _meet_startups(prepared: Prepared, rows: Array, bars: Array, k: int) -> Found:
    alone, every = subset.investors_alone(prepared, rows), np.arange(len(bars))
    mine, own = _newcomers_side(bars, len(rows), len(bars)), nobody(alone, k)
    kernel.set_own_need(bars, mine.need)
    rank_exactly(alone, every, every, mine, own)
    whom, whose, value = _entering(mine, bars, less_among(prepared.snapshot.investors, rows))
    lists = list_values(alone, np.arange(len(rows)), own.lists[:, :k][:, ::-1], turned=True)
    return Found(whom, whose, value, describe(alone.lanes, alone.asks, whom, whose), lists)


def _newcomers_side(bars: Array, edited: int, needs: int) -> kernel.Side:
    k = 1 if edited == 1 else top_k.PLACES
    return kernel.Side(top_k.empty(len(bars), k), bars.copy(), np.empty(needs, np.float32), k)


def _entering(side: kernel.Side, bars: Array, less: Array) -> tuple[Array, Array, Array]:
    """(list, place in `less`, value) of the newcomers, list by list and best first; less: layout.less_of."""
    whom, place = np.nonzero(side.lists > bars[:, None])
    value = side.lists[whom, place]
    order = np.lexsort([~value, whom])
    whom, value, tie = whom[order], value[order], less & TIE_MASK
    by_tie = np.argsort(tie)
    return whom, by_tie[np.searchsorted(tie[by_tie], value & TIE_MASK)], value


def _changes(
    found: Found, own: Lists, others: Lists, rows: Array, *, small: bool
) -> tuple[Lists, Lists, Array]:
    new = Newcomers(found.whom, rows[found.whose].astype(np.int32), found.value, *found.fits)
    changed, short = _mend(others, rows, len(own.rows), new, small=small)
    lists = carried(replace(found.lists, rows=rows.astype(np.int32)), own.take(rows))
    return differing(own, lists), changed, short


def _mend(lists: Lists, rows: Array, others: int, new: Newcomers, *, small: bool) -> tuple[Lists, Array]:
    """Remove the edited `rows` of `others` profiles from the lists, and merge the newcomers into them."""
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
    k, out = lists.ids.shape[1], empty_lists(rows, source.shape[1])
    row, place = np.nonzero((source >= 0) & (source < k))
    fresh_row, fresh_place = np.nonzero(source >= k)
    for name in ("ids", "value", "u", "v", "levels", "thesis"):
        column = getattr(out, name)
        column[row, place] = getattr(lists, name)[rows[row], source[row, place]]
        column[fresh_row, fresh_place] = getattr(new, name)[source[fresh_row, fresh_place] - k]
    return out


def short_of(lists: Lists) -> Array:
    """int32[…]: the rows of those lists that show fewer than they could, and are to be ranked again."""
    return lists.rows[(lists.count < min(SHOWN, lists.ids.shape[1])) & (lists.floor != NOTHING)]


def apply(rankings: Rankings, update: Update) -> Update:
    nobody = np.zeros(0, np.int32)
    startups = _replace_lists(rankings.startups, update.startups)
    return Update(startups, _replace_lists(rankings.investors, update.investors), nobody, nobody)


def _replace_lists(lists: Lists, new: Lists) -> Lists:
    before = lists.take(new.rows)
    for name in COLUMNS:
        getattr(lists, name)[new.rows] = getattr(new, name)
    return before


def differing(before: Lists, after: Lists) -> Lists:
    differs = np.zeros(len(after.rows), np.bool_)
    for name in COLUMNS:
        changed = getattr(before, name)[after.rows] != getattr(after, name)
        differs |= changed.reshape(len(changed), -1).any(axis=1) if changed.size else False
    return after.take(np.flatnonzero(differs))
