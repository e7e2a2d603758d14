"""The compiled loops of refresh.py: find the lists that an edited profile stands on, and mend them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matchmaker.engine.columns import Array
from matchmaker.engine.ranking import FULL, NOTHING, ON_MERIT

jit = njit(cache=True, nogil=True, _nrt=False)  # see kernel.jit
inlined = njit(nogil=True, _nrt=False, forceinline=True)
TIER_SHIFT = 61  # above every value: lists are ordered by tier, then by value


class Entries(NamedTuple):
    """Entries of lists: [r,k] of whole lists, or [e] one by one."""

    ids: Array
    value: Array
    u: Array
    v: Array
    levels: Array
    mandate: Array
    tier: Array


@jit
def standing_on(ids: Array, edited: Array, out: Array) -> None:
    """Mark in out bool[r] the lists ids int32[r,k] with an entry that edited bool[x] marks."""
    for r in range(ids.shape[0]):
        for place in range(ids.shape[1]):
            x = ids[r, place]
            if x >= 0 and edited[x]:
                out[r] = True


@jit
def standing_on_one(ids: Array, x: int, out: Array) -> None:
    """The same for one profile: sixteen comparisons at a time, ten times as fast."""
    for r in range(ids.shape[0]):
        hits = np.int32(0)
        for place in range(ids.shape[1]):
            hits |= np.int32(ids[r, place] == x)
        out[r] = hits != 0


@jit
def splice(
    old: Entries, rows: Array, edited: Array, new: Entries, start: Array, out: Entries, floor: Array
) -> None:
    """Write into out[a] list rows[a] of `old` without edited profiles and with entries start[a] … start[a+1]
    of `new` (best first). floor int64[a] is raised by what no longer finds room."""
    k = out.ids.shape[1]
    for a in range(rows.size):
        r, fresh, last = rows[a], start[a], start[a + 1]
        bar = _merit_bar(old.tier[r], old.ids[r], old.value[r])
        place, to = 0, 0
        while place < k or fresh < last:
            if place < k and (old.ids[r, place] < 0 or edited[old.ids[r, place]]):
                place += 1
                continue
            tier = ON_MERIT if fresh < last and new.value[fresh] > bar else FULL
            if place == k or (
                fresh < last and _key(new.value[fresh], tier) > _key(old.value[r, place], old.tier[r, place])
            ):
                to = _copy_new(new, fresh, tier, out, a, to, floor)
                fresh += 1
            else:
                to = _copy_old(old, r, place, out, a, to, floor)
                place += 1
        if to == k:
            floor[a] = max(floor[a], _least(out.value[a]))


@inlined
def _merit_bar(tier: Array, ids: Array, value: Array) -> int:
    """The value that a new entry must beat to stand above those that are full."""
    bar, full = np.iinfo(np.int64).max, False
    for place in range(tier.size):
        if ids[place] >= 0 and tier[place] == ON_MERIT:
            bar = min(bar, value[place])
        full |= ids[place] >= 0 and tier[place] == FULL
    return bar if full else NOTHING


@inlined
def _least(value: Array) -> int:
    least = value[0]
    for place in range(1, value.size):
        least = min(least, value[place])
    return least


@inlined
def _key(value: int, tier: int) -> int:
    return value + (np.int64(tier) << TIER_SHIFT)


@inlined
def _copy_new(new: Entries, at: int, tier: int, out: Entries, a: int, to: int, floor: Array) -> int:
    if to == out.ids.shape[1]:
        floor[a] = max(floor[a], new.value[at])
        return to
    out.ids[a, to], out.value[a, to], out.tier[a, to] = new.ids[at], new.value[at], tier
    out.u[a, to], out.v[a, to], out.mandate[a, to] = new.u[at], new.v[at], new.mandate[at]
    for f in range(out.levels.shape[2]):
        out.levels[a, to, f] = new.levels[at, f]
    return to + 1


@inlined
def _copy_old(old: Entries, r: int, place: int, out: Entries, a: int, to: int, floor: Array) -> int:
    if to == out.ids.shape[1]:
        floor[a] = max(floor[a], old.value[r, place])
        return to
    out.ids[a, to], out.value[a, to], out.tier[a, to] = (
        old.ids[r, place],
        old.value[r, place],
        old.tier[r, place],
    )
    out.u[a, to], out.v[a, to], out.mandate[a, to] = old.u[r, place], old.v[r, place], old.mandate[r, place]
    for f in range(out.levels.shape[2]):
        out.levels[a, to, f] = old.levels[r, place, f]
    return to + 1
