"""The merge of newcomers into lists that lose their edited entries."""

import numpy as np
from numba import njit
from numba.extending import register_jitable

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import BEHIND, NOTHING, ON_MERIT, TIER_SHIFT

NOBODY = -1
MOST = np.iinfo(np.int64).max


@njit(cache=True, nogil=True)
def merge(
    ids: Array, value: Array, tier: Array, floor: Array, edited: Array, whose: Array, new_value: Array,
    rows: Array, source: Array, tiers: Array, floors: Array,
) -> int:  # fmt: skip
    """Remove edited profiles from all lists and insert newcomers.

    Parameters
    ----------
    ids, value, tier : int32[r,k], int64[r,k], uint8[r,k]
        The lists, best first, see lists.Lists; floor int64[r] likewise.
    edited : bool[x+1]
        Whether profile ``id`` was edited, at ``id + 1``; the first entry is False.
    whose : int[e], ascending
        The list that newcomer e enters; new_value int64[e] is its value, descending within a list.
    rows, source, tiers, floors : int32[r], int64[r,k], uint8[r,k], int64[r]
        Output, one row for each list that loses or gains an entry: its row, where each of its entries comes
        from (a place of the old list, ``k + e`` for newcomer e, or NOBODY), their tiers and its new floor.

    Returns
    -------
    The number of rows written. ``merge.py_func`` is the same loop without compilation.
    """
    count, first, last = 0, 0, 0
    for r in range(ids.shape[0]):
        while last < whose.size and whose[last] == r:
            last += 1
        if last > first or _any_edited(ids[r], edited):
            rows[count] = r
            old = ids[r], value[r], tier[r], floor[r]
            floors[count] = _merge_list(*old, edited, new_value, first, last, source[count], tiers[count])
            count += 1
        first = last
    return count


@register_jitable
def _any_edited(ids: Array, edited: Array) -> bool:
    for x in ids:  # noqa: SIM110  numba compiles no generators
        if edited[x + 1]:
            return True
    return False


@register_jitable
def _merge_list(
    ids: Array, value: Array, tier: Array, floor: int, edited: Array, new_value: Array, first: int, last: int,
    source: Array, tiers: Array,
) -> int:  # fmt: skip
    """Merge newcomers first … last - 1 into one list and return its floor."""
    k, place, fresh, at, least = ids.size, 0, first, 0, MOST
    bar = _merit_bar(ids, value, tier)
    while True:
        while place < k and edited[ids[place] + 1]:
            place += 1
        listed = place < k and ids[place] >= 0
        if not listed and fresh == last:
            break
        new_tier = ON_MERIT if fresh < last and new_value[fresh] > bar else BEHIND
        if listed and (fresh == last or _key(value[place], tier[place]) >= _key(new_value[fresh], new_tier)):
            origin, its_value, its_tier = place, value[place], tier[place]
            place += 1
        else:
            origin, its_value, its_tier = k + fresh, new_value[fresh], new_tier
            fresh += 1
        if at < k:
            source[at], tiers[at] = origin, its_tier
            least = min(least, its_value)
            at += 1
        else:
            floor = max(floor, its_value)
    for rest in range(at, k):
        source[rest], tiers[rest] = NOBODY, ON_MERIT
    return max(floor, least) if at == k else floor


@register_jitable
def _key(value: int, tier: int) -> int:
    return value + (np.int64(tier) << TIER_SHIFT)


@register_jitable
def _merit_bar(ids: Array, value: Array, tier: Array) -> int:
    """The least value on merit, which newcomers must exceed; NOTHING if no entry is BEHIND."""
    bar, behind = MOST, False
    for place in range(ids.size):
        if ids[place] >= 0:
            behind = tier[place] == BEHIND
            if tier[place] == ON_MERIT:
                bar = min(bar, value[place])
    return bar if behind else NOTHING
