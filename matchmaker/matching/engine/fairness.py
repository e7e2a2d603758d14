"""Fair exposure: a demand adjustment for profiles over capacity, and guaranteed exposure for all others.

The capacity of a profile is the number of new introductions it can take a month, less the requests that wait
for it. No adjustment exceeds CAP, five points of a score of 100; in a small market there is none. Every
profile that is eligible for someone is on one top 20, or is reported with a reason. All arithmetic is on
integers, and the order of the rows does not matter. See docs/decisions/0014 and 0008;
tests/engine/test_fairness.py.
"""

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numba.extending import register_jitable

from matchmaker.matching.engine.definition.columns import Array, Snapshot
from matchmaker.matching.engine.definition.lists import (
    BEHIND,
    GUARANTEED,
    LOG,
    NOTHING,
    OCTAVE,
    OCTAVE_BITS,
    ON_MERIT,
    PIN,
    TIE_MASK,
    TIER_SHIFT,
    TIES,
    Lists,
    Rankings,
    Values,
    is_boosted,
    ordinal_of,
    ordinals,
    pack,
)
from matchmaker.matching.engine.definition.reference import is_small

TOP = 20  # the places of a list that count as being seen
CROWD = 2 * TOP  # profiles of the smaller side up to which there is no adjustment …
CROWDED = 3  # … and how often they double until it applies in full
MANY = 5  # times the average exposure per capacity; beyond it a profile is over capacity
STEP = 30  # of 100: the handicap is 0.3 of the logarithm of what is beyond it …
CAP = int(-2 * OCTAVE * np.log2(0.95))  # … and at most this: five points of a score of 100, three of 60
ONE = 1 << 12  # an exposure ratio of 1
DISCOUNT = np.rint((1 << 16) / np.log2(np.arange(TOP) + 2)).astype(np.int64)  # exposure by place

SPARED = 5  # places of a top 20 that a list gives to profiles which no one would see
BOOSTED = (PIN // 2) << 32  # as in lists.is_boosted
NOBODY_ELIGIBLE, NO_PLACE = 1, 2  # why a profile is seen by no one


def demand_adjustments(values: Values, snapshot: Snapshot, crowd: int = CROWD) -> tuple[Array, Array]:
    """Demand adjustments of startups and investors, from the exposure in the first places of all lists.

    Rank again with them in the columns `handicap`.

    Parameters
    ----------
    values : both sides' complete lists.
    crowd : size of the smaller side up to which there is no adjustment; from 8 · crowd on it is whole.

    Returns
    -------
    int32[n], int32[c] : 0 … CAP, in units of lists.LOG; most are 0.
    """
    i, j, log = _pool(values, snapshot)
    s, c = snapshot.startups, snapshot.investors
    size = min(len(s), len(c), len(LOG) - 1)
    scarce = min(max(int(LOG[size]) - int(LOG[crowd]), 0) // CROWDED, OCTAVE) if crowd else OCTAVE
    small = is_small(snapshot)
    ours = _beyond(_exposure(j, i, log, s.key, len(c), small=small), s.capacity)
    theirs = _beyond(_exposure(i, j, log, c.key, len(s), small=small), c.capacity)
    ours, theirs = (x * scarce >> OCTAVE_BITS for x in (ours, theirs))
    return ours.astype(np.int32), theirs.astype(np.int32)


def _pool(values: Values, snapshot: Snapshot) -> tuple[Array, Array, Array]:
    s, c = snapshot.startups, snapshot.investors
    pairs = []
    for own, key, demand_adjustment, turned in (
        (values.startups, c.key, c.demand_adjustment, False),
        (values.investors, s.key, s.demand_adjustment, True),
    ):
        row, place = np.nonzero(own != NOTHING)
        value = own[row, place]
        whom = np.argsort(key, kind="stable")[ordinal_of(value)]
        log = (value >> 32) + demand_adjustment[whom] - np.where(is_boosted(value), PIN, 0)
        pairs.append((whom, row, log) if turned else (row, whom, log))
    i, j, log = (np.concatenate(x) for x in zip(*pairs, strict=True))
    _, first = np.unique((i << 32) | j, return_index=True)
    return i[first], j[first], log[first]


def _exposure(whose: Array, whom: Array, log: Array, key: Array, size: int, *, small: bool) -> Array:
    """int64[x]: exposure of each counterpart in the first places of `size` lists, by score alone."""
    order = np.argsort(whose, kind="stable")
    start, by_key = np.searchsorted(whose[order], np.arange(size + 1)), np.argsort(key, kind="stable")
    value = pack(log, ordinals(key)[whom])[order]
    count = count_exposure.py_func if small else count_exposure
    seen: Array = count(start, value, by_key, DISCOUNT)
    return seen


def _beyond(seen: Array, capacity: Array) -> Array:
    fair = capacity * (float(seen.sum()) / max(float(capacity.sum()), 1.0))
    bounds = MANY * ONE, 2 * MANY * ONE
    ratio = np.clip(np.floor(seen * ONE / np.maximum(fair, 1e-9)), *bounds).astype(np.int64)
    return np.minimum(STEP * (LOG[ratio].astype(np.int64) - LOG[MANY * ONE]) // 100, CAP)


@dataclass(frozen=True)
class Shown:
    """Lists in the order in which they are shown, and the profiles that are on no top 20."""

    rankings: Rankings
    unseen_startups: Array  # int32[…,2] row and reason: NOBODY_ELIGIBLE or NO_PLACE
    unseen_investors: Array  # int32[…,2]


def guarantees(rankings: Rankings, snapshot: Snapshot) -> Shown:
    """Put every profile on at least one top 20, where that is possible."""
    s, c = snapshot.startups, snapshot.investors
    a, b = rankings.startups, rankings.investors
    small = is_small(snapshot)
    ours, unseen_investors = _all_seen(a, b, c.demand_adjustment, c.key, small=small)
    theirs, unseen_startups = _all_seen(b, a, s.demand_adjustment, s.key, small=small)
    return Shown(Rankings(ours, theirs), unseen_startups, unseen_investors)


def _all_seen(
    lists: Lists, own: Lists, demand_adjustment: Array, key: Array, *, small: bool
) -> tuple[Lists, Array]:
    """Put the unseen counterparts on these lists; returns the lists and int32[…,2] of row and reason."""
    give = give_place.py_func if small else give_place
    count = appearances(lists.ids, len(key))
    unseen = np.argsort(key, kind="stable")
    unseen = unseen[count[unseen] == 0]
    names = ("ids", "value", "u", "v", "levels", "thesis", "tier", "floor")
    copies = {name: getattr(lists, name).copy() for name in names}
    left = []
    log = LOG[own.u].astype(np.int64) + LOG[own.v]
    value = pack(log - demand_adjustment[:, None], ordinals(key)[:, None])
    for x in unseen:
        fits = own.u[x], own.v[x], own.levels[x], own.thesis[x]
        if own.ids[x, 0] < 0:
            left.append((x, NOBODY_ELIGIBLE))
        elif not give(x, own.ids[x], value[x], *fits, count, *copies.values()):
            left.append((x, NO_PLACE))
    return _ordered(replace(lists, **copies)), np.array(left, np.int32).reshape(-1, 2)


def appearances(ids: Array, size: int) -> Array:
    """int64[size]: on how many top lists each counterpart is, of lists int32[r,k]."""
    top = ids[:, :TOP]
    return np.bincount(top[top >= 0], minlength=size)


def carried(lists: Lists, before: Lists) -> Lists:
    """Keep the guaranteed entries of edited profiles' lists. `before` are their lists before the edit."""
    given = np.where((before.tier == GUARANTEED) & (before.ids >= 0), before.ids, -2)
    seen = (lists.ids[:, :, None] == given[:, None, :]).any(axis=2)
    on_top = np.cumsum(~seen, axis=1) <= TOP - seen.sum(axis=1, keepdims=True)
    tier = np.where(seen, GUARANTEED, np.where(on_top, ON_MERIT, BEHIND))
    gives = seen.any(axis=1, keepdims=True)
    tier = np.where(gives & (lists.ids >= 0), tier, ON_MERIT).astype(np.uint8)
    return _ordered(replace(lists, tier=tier))


def _ordered(lists: Lists) -> Lists:
    key = np.where(lists.ids >= 0, lists.value + (lists.tier.astype(np.int64) << TIER_SHIFT), NOTHING)
    return lists.reordered(np.argsort(~key, axis=1, kind="stable"))


@njit(cache=True, nogil=True)
def count_exposure(start: Array, value: Array, by_key: Array, discount: Array) -> Array:
    """int64[x]: the exposure each counterpart gets from the first places of all lists.

    List r holds the packed values value[start[r]:start[r+1]] in any order; by_key gives rows by ordinal.
    """
    seen = np.zeros(by_key.size, np.int64)
    for r in range(start.size - 1):
        best = np.sort(value[start[r] : start[r + 1]])
        for place in range(min(best.size, discount.size)):
            seen[by_key[TIES - (best[best.size - 1 - place] & TIE_MASK)]] += discount[place]
    return seen


@njit(cache=True, nogil=True)
def give_place(
    x: int, whom: Array, value: Array, u: Array, v: Array, levels: Array, thesis: Array, count: Array,
    ids: Array, values: Array, us: Array, vs: Array, all_levels: Array, theses: Array,
    tier: Array, floor: Array,
) -> bool:  # fmt: skip
    """Put counterpart x on one of the lists `whom` (x's own list, best first).

    Return whether it had a slot. The arrays after `count` are changed in place.
    """
    best = _least_loss(whom, value, count, ids, values, tier)
    if best < 0:
        return False
    r = whom[best]
    place = _spare(ids[r], values[r], tier[r], count)
    count[ids[r, place]] -= 1
    count[x] = 1
    for beyond in range(TOP, ids.shape[1]):
        if ids[r, beyond] >= 0 and tier[r, beyond] == ON_MERIT:
            tier[r, beyond] = BEHIND
    tier[r, place] = BEHIND
    to = _where(ids[r], tier[r], x)
    if ids[r, to] >= 0 and ids[r, to] != x:  # who leaves the list stands outside it from now on
        floor[r] = max(floor[r], values[r, to])
    ids[r, to], values[r, to], tier[r, to] = x, value[best], GUARANTEED
    us[r, to], vs[r, to], theses[r, to] = u[best], v[best], thesis[best]
    all_levels[r, to] = levels[best]
    return True


@register_jitable
def _least_loss(whom: Array, value: Array, count: Array, ids: Array, values: Array, tier: Array) -> int:
    """Return the index in `whom` of the list on which x displaces the smallest score.

    -1 if none has a slot.
    """
    best, least = -1, np.int64(0)
    for at in range(whom.size):
        if whom[at] < 0:
            break
        r = whom[at]
        place = _spare(ids[r], values[r], tier[r], count)
        if place >= 0:
            loss = (values[r, place] >> 32) - (value[at] >> 32)
            if best < 0 or loss < least:
                best, least = at, loss
    return best


@register_jitable
def _spare(ids: Array, value: Array, tier: Array, count: Array) -> int:
    """The last place of the top 20 that can be spared; -1 if there is none."""
    if (tier == GUARANTEED).sum() >= SPARED:
        return -1
    for place in range(min(TOP, ids.size) - 1, -1, -1):
        if ids[place] >= 0 and tier[place] == ON_MERIT and count[ids[place]] > 1 and value[place] < BOOSTED:
            return place
    return -1


@register_jitable
def _where(ids: Array, tier: Array, x: int) -> int:
    """Return the place of x, or the first empty place, or else the last place."""
    last = 0
    for place in range(ids.size):
        if ids[place] == x or ids[place] < 0:
            return place
        if tier[place] == BEHIND:
            last = place
    return last
