"""The compiled loops of attention.py: who is seen how much, and which list gives whom a place."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import BEHIND, ON_MERIT, PIN, SO_THAT_SEEN, TIE_MASK, TIES
from matchmaker.engine.kernel.workspace import counted

SPARED = 5  # places of a top 20 that a list gives to profiles which nobody would see
BOOSTED = (PIN // 2) << 32  # as in lists.is_boosted


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
def give_place(
    x: int, whom: Array, value: Array, u: Array, v: Array, levels: Array, mandate: Array, count: Array,
    top: int, ids: Array, values: Array, us: Array, vs: Array, all_levels: Array, mandates: Array,
    tier: Array, floor: Array,
) -> bool:  # fmt: skip
    """Put counterpart x on that of the lists `whom` (x's own best first) which loses the least by it.

    A list can spare the last place of its top whose holder stands on another top list as well and was not put
    there by a curator; it gives away at most SPARED of them. The arrays after `top` are the lists, changed in
    place.
    """
    best = _least_loss(whom, value, count, top, ids, values, tier)
    if best < 0:
        return False
    r = whom[best]
    place = _spare(ids[r], values[r], tier[r], count, top)
    count[ids[r, place]] -= 1
    count[x] = 1
    _begin_giving(ids[r], tier[r], top)
    tier[r, place] = BEHIND
    to = _where(ids[r], tier[r], x)
    if ids[r, to] >= 0 and ids[r, to] != x:  # who leaves the list stands outside it from now on
        floor[r] = max(floor[r], values[r, to])
    ids[r, to], values[r, to], tier[r, to] = x, value[best], SO_THAT_SEEN
    us[r, to], vs[r, to], mandates[r, to] = u[best], v[best], mandate[best]
    all_levels[r, to] = levels[best]
    return True


@counted
def _least_loss(
    whom: Array, value: Array, count: Array, top: int, ids: Array, values: Array, tier: Array
) -> int:
    """The place in `whom` of the list that ranks x the least below whom it would give up; -1 if none can."""
    best, least = -1, np.int64(0)
    for at in range(whom.size):
        if whom[at] < 0:
            break
        r = whom[at]
        place = _spare(ids[r], values[r], tier[r], count, top)
        if place >= 0:
            loss = (values[r, place] >> 32) - (value[at] >> 32)
            if best < 0 or loss < least:
                best, least = at, loss
    return best


@counted
def _spare(ids: Array, value: Array, tier: Array, count: Array, top: int) -> int:
    """The last place of the top whose holder can be spared, -1 if there is none."""
    if (tier == SO_THAT_SEEN).sum() >= SPARED:
        return -1
    for place in range(min(top, ids.size) - 1, -1, -1):
        if ids[place] >= 0 and tier[place] == ON_MERIT and count[ids[place]] > 1 and value[place] < BOOSTED:
            return place
    return -1


@counted
def _begin_giving(ids: Array, tier: Array, top: int) -> None:
    """Those beyond the top stand behind the places that a list gives away."""
    for place in range(top, ids.size):
        if ids[place] >= 0 and tier[place] == ON_MERIT:
            tier[place] = BEHIND


@counted
def _where(ids: Array, tier: Array, x: int) -> int:
    """Where x stands, or the first empty place, or the last of those behind, as one is by now."""
    last = 0
    for place in range(ids.size):
        if ids[place] == x or ids[place] < 0:
            return place
        if tier[place] == BEHIND:
            last = place
    return last
