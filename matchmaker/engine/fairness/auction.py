"""The compiled loops of attention.py: who is seen how much, and who takes whose offer."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import FULL, ON_MERIT, SO_THAT_SEEN, TIE_MASK, TIES
from matchmaker.engine.kernel.workspace import counted

SPARED = 5  # places of a top 20 that a list gives to profiles which nobody would see


@counted
def count_attention(start: Array, value: Array, by_key: Array, discount: Array) -> Array:
    """int64[x]: the attention each counterpart gets from the first places of all lists.

    List r holds the packed values value[start[r]:start[r+1]] in any order; by_key gives rows by ordinal.
    """
    seen = np.zeros(by_key.size, np.int64)
    for r in range(start.size - 1):
        best = np.sort(value[start[r] : start[r + 1]])
        for place in range(min(best.size, discount.size)):
            seen[by_key[TIES - (best[best.size - 1 - place] & TIE_MASK)]] += discount[place]
    return seen


@counted
def appearances(ids: Array, top: int, size: int) -> Array:
    """int64[size]: on how many top lists each counterpart stands."""
    count = np.zeros(size, np.int64)
    for r in range(ids.shape[0]):
        for place in range(min(top, ids.shape[1])):
            if ids[r, place] >= 0:
                count[ids[r, place]] += 1
    return count


@counted
def accept(ids: Array, wish: Array, free: Array, quota: Array, top: int) -> Array:
    """bool[r,k]: the entries that stand in the top after deferred acceptance.

    Counterpart x keeps at most quota[x] of the lists that offer it a place, those with the greatest wish;
    entries that are free need no leave. A list that is turned down offers the place to its next entry.
    """
    rows, k = ids.shape
    kept = np.zeros((rows, k), np.bool_)
    held = np.zeros(rows, np.int64)  # places filled, per list
    turn = np.zeros(rows, np.int64)  # the next entry to ask, per list
    start, kept_list, kept_place, size = _room_to_keep(ids, quota)
    waiting = np.arange(rows)
    while waiting.size:
        again = np.zeros(rows, np.bool_)
        for r in waiting:
            while held[r] < top and turn[r] < k and ids[r, turn[r]] >= 0:
                place = turn[r]
                turn[r] += 1
                row, column = np.int64(-1), np.int64(-1)
                if not free[r, place]:
                    row, column = _offer(wish, kept_list, kept_place, start, size, ids[r, place], r, place)
                if row == r and column == place:
                    continue
                _turn_down(kept, held, again, row, column)
                kept[r, place] = True
                held[r] += 1
        waiting = np.flatnonzero(again)
    return kept


@counted
def _turn_down(kept: Array, held: Array, again: Array, row: int, column: int) -> None:
    """Take an entry's place back and let its list ask on; -1 is nobody's."""
    if row >= 0:
        kept[row, column] = False
        held[row] -= 1
        again[row] = True


@counted
def _room_to_keep(ids: Array, quota: Array) -> tuple[Array, Array, Array, Array]:
    """Room for min(quota, entries) offers per counterpart: start, list, place, and how many are kept."""
    entries = appearances(ids, ids.shape[1], quota.size)
    start = np.zeros(quota.size + 1, np.int64)
    for x in range(quota.size):
        start[x + 1] = start[x] + min(quota[x], entries[x])
    return start, np.zeros(start[-1], np.int32), np.zeros(start[-1], np.int32), np.zeros(quota.size, np.int64)


@counted
def _offer(
    wish: Array, kept_list: Array, kept_place: Array, start: Array, size: Array, x: int, row: int, place: int
) -> tuple[int, int]:
    """Offer x a place on a list; return the offer turned down for it, -1 where x has room for both.

    The offers that x keeps are looked through from end to end: they are as few as x's capacity.
    """
    first, end = start[x], start[x + 1]
    if first + size[x] < end:
        kept_list[first + size[x]] = row
        kept_place[first + size[x]] = place
        size[x] += 1
        return np.int64(-1), np.int64(-1)
    return _replace_least(wish, kept_list[first:end], kept_place[first:end], row, place)


@counted
def _replace_least(wish: Array, rows: Array, places: Array, row: int, place: int) -> tuple[int, int]:
    """Keep the new offer if it is not the least of all; return the one that is turned down."""
    if not rows.size:
        return np.int64(row), np.int64(place)
    least = 0
    for at in range(1, rows.size):
        if wish[rows[at], places[at]] < wish[rows[least], places[least]]:
            least = at
    if wish[rows[least], places[least]] > wish[row, place]:
        return np.int64(row), np.int64(place)
    loser = (np.int64(rows[least]), np.int64(places[least]))
    rows[least], places[least] = row, place
    return loser


@counted
def give_place(
    x: int, whom: Array, value: Array, u: Array, v: Array, levels: Array, mandate: Array, count: Array,
    top: int, ids: Array, values: Array, us: Array, vs: Array, all_levels: Array, mandates: Array,
    tier: Array, floor: Array,
) -> bool:  # fmt: skip
    """Put counterpart x on the first of the lists `whom` (x's own best first) that can spare a place.

    A list can spare the last place of its top whose holder stands on another top list as well; it gives away
    at most SPARED of them. The arrays after `top` are the lists, changed in place.
    """
    for at in range(whom.size):
        r = whom[at]
        if r < 0:
            return False
        place = _spare(ids[r], tier[r], count, top)
        if place < 0:
            continue
        count[ids[r, place]] -= 1
        count[x] = 1
        tier[r, place] = FULL
        to = _where(ids[r], tier[r], x)
        if ids[r, to] >= 0 and ids[r, to] != x:  # who leaves the list stands outside it from now on
            floor[r] = max(floor[r], values[r, to])
        ids[r, to], values[r, to], tier[r, to] = x, value[at], SO_THAT_SEEN
        us[r, to], vs[r, to], mandates[r, to] = u[at], v[at], mandate[at]
        all_levels[r, to] = levels[at]
        return True
    return False


@counted
def _spare(ids: Array, tier: Array, count: Array, top: int) -> int:
    """The last place of the top whose holder can be spared, -1 if there is none."""
    if (tier == SO_THAT_SEEN).sum() >= SPARED:
        return -1
    for place in range(min(top, ids.size) - 1, -1, -1):
        if ids[place] >= 0 and tier[place] == ON_MERIT and count[ids[place]] > 1:
            return place
    return -1


@counted
def _where(ids: Array, tier: Array, x: int) -> int:
    """Where x stands, or the first empty place, or the last of those that are full, as one is by now."""
    last = 0
    for place in range(ids.size):
        if ids[place] == x or ids[place] < 0:
            return place
        if tier[place] == FULL:
            last = place
    return last
