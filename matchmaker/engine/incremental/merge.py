"""What edited profiles change on the others' lists: whom a list loses, and who comes to stand on it where."""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.engine.compiler.memory import fetch
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import BEHIND, NOTHING, ON_MERIT, TIER_SHIFT
from matchmaker.engine.incremental.moves import AHEAD, NOBODY, Entries, Moves
from matchmaker.engine.kernel.workspace import inlined, jit

# Typed: for a plain number whole functions would be compiled once more.
ZERO: Any = np.int64(0)
ONE: Any = np.int64(1)
MOST = np.iinfo(np.int64).max


@jit
def apply_edits(
    old: Entries, floor: Array, edited: Array, one: int, whose: Array, new: Entries, shown: int,
    leaves: Array, rows: Array, there: Moves, back: Moves, short: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Take the profiles of edited bool[x + 1] off all lists, and put new[e] on the lists whose[e], which
    ascend, the best first. (`edited` begins with nobody; `one` is the row of the only one, or NOBODY.)

    Return how many lists that changes, which are put into rows, there and back; how many entries they lose;
    and how many of the lists looked at are shorter than `shown` although there may be more, which are put
    into short. leaves bool[k] is written on.
    """
    changed, lost, thin, first, last, k = ZERO, ZERO, ZERO, ZERO, ZERO, old.ids.shape[1]
    there.start[0] = back.start[0] = 0
    for r in range(old.ids.shape[0]):
        while last < whose.size and whose[last] == r:
            last += 1
            _fetch(old, whose[min(last + AHEAD, whose.size - 1)])
        if _leave(old.ids[r], edited, one, leaves) or last > first:
            rows[changed], there.first[changed], back.first[changed] = r, first, lost
            there.floor[changed] = back.floor[changed] = floor[r]
            listed = _count(old.ids[r])
            _set_tiers(old.value[r], old.tier[r], listed, new, first, last)
            length, leaving = _merge(old, r, listed, leaves, new, first, last, there, back, changed)
            if length == k:
                least = _least(old, r, listed, new, there, changed)
                there.floor[changed] = max(there.floor[changed], least)
            short[thin] = r
            thin += length < shown and there.floor[changed] != NOTHING
            differs = length != listed or not _same(old, r, listed, new, there, back, changed)
            lost, changed = lost + leaving * differs, changed + differs
        first = last
    return changed, lost, thin


@inlined
def _fetch(lists: Entries, r: int) -> None:
    """Ask for what decides where a newcomer stands: 64 investors are met in 34 ms instead of 35."""
    fetch(lists.value[r])
    fetch(lists.tier[r])


@inlined
def _leave(ids: Array, edited: Array, one: int, leaves: Array) -> bool:
    """Mark the places of those who leave; sixteen comparisons at a time if it can only be one."""
    some = False
    if one != NOBODY:
        for place in range(ids.size):
            leaves[place] = ids[place] == np.int32(one)
            some |= ids[place] == np.int32(one)
    else:
        for place in range(ids.size):
            leaves[place] = edited[np.uint32(ids[place] + 1)]  # unsigned: an index never counts from the end
            some |= leaves[place]
    return some


@inlined
def _count(ids: Array) -> int:
    """How many stand on a list."""
    count = ids.size
    while count and ids[count - 1] < 0:
        count -= 1
    return count


@inlined
def _merge(
    old: Entries, r: int, listed: int, leaves: Array, new: Entries, first: int, last: int, there: Moves,
    back: Moves, a: int,
) -> tuple[int, int]:  # fmt: skip
    """Write the moves of list r, which gains new[first] … new[last - 1], and raise its floor by who finds no
    room. Return its length, and how many leave it.

    place: the next old entry; fresh: the next newcomer; at: the next place to fill; leaving: old entries that
    are gone so far. Each round keeps the old entries that stand before the newcomer, then lets one old entry
    leave or one newcomer in.
    """
    there.start[a + 1], back.start[a + 1] = there.start[a], back.start[a]
    k, fresh, place, at, leaving = old.ids.shape[1], _next(new, first - ONE, first, last), ZERO, ZERO, ZERO
    while place < listed or fresh < last:
        before = listed
        if fresh < last:
            before = _before(old.value[r], old.tier[r], listed, new.value[fresh], new.tier[fresh])
        stop = _stay(leaves, place, before)
        stays = min(stop - place, k - at)
        _group(there, a, place, stays)
        _group(back, a, at, stays)
        leaving = _drop(old.value[r], place + stays, stop, there, back, a, leaving)
        at, place = at + stays, stop
        if place < listed and leaves[place]:
            _group(back, a, k + leaving, ONE)
            leaving, place = leaving + 1, place + 1
        elif fresh < last:
            at += _come(new.value[fresh], k + fresh - first, at, k, there, a)
            fresh = _next(new, fresh, first, last)
    _group(there, a, NOBODY, k - at)
    _group(back, a, NOBODY, k - listed)
    return at, leaving


@inlined
def _set_tiers(value: Array, tier: Array, listed: int, new: Entries, first: int, last: int) -> None:
    """Newcomers stand by their merit, before the places that a list gave away or behind them."""
    bar = _merit_bar(tier, value, listed) if first < last else NOTHING
    for fresh in range(first, last):
        new.tier[fresh] = ON_MERIT if new.value[fresh] > bar else BEHIND


@inlined
def _next(new: Entries, fresh: int, first: int, last: int) -> int:
    """The newcomer after this one: those on merit come first, then the others. `last` is none."""
    tier = new.tier[fresh] if fresh >= first else ON_MERIT
    while True:
        fresh += 1
        while fresh < last and new.tier[fresh] != tier:
            fresh += 1
        if fresh < last or tier == BEHIND:
            return fresh
        fresh, tier = first - 1, BEHIND


@inlined
def _drop(value: Array, place: int, stop: int, there: Moves, back: Moves, a: int, leaving: int) -> int:
    """The old entries from place to stop find no room any more; return how many have left by then."""
    _group(back, a, value.size + leaving, stop - place)
    for x in range(place, stop):
        there.floor[a] = max(there.floor[a], value[x])
    return leaving + stop - place


@inlined
def _come(value: int, source: int, at: int, k: int, there: Moves, a: int) -> int:
    """A newcomer stands at place `at`, or finds no room; return how many places it takes."""
    if at == k:
        there.floor[a] = max(there.floor[a], value)
        return 0
    _group(there, a, source, ONE)
    return 1


@inlined
def _group(moves: Moves, a: int, source: int, length: int) -> None:
    if length:
        end = moves.start[a + 1]
        moves.source[end], moves.length[end] = source, length
        moves.start[a + 1] = end + 1


@inlined
def _merit_bar(tier: Array, value: Array, listed: int) -> int:
    """The value that a new entry must beat to stand above those behind; NOTHING if none is."""
    if listed == 0 or tier[listed - 1] != BEHIND:
        return NOTHING
    bar = MOST
    for place in range(listed):
        if tier[place] == ON_MERIT:
            bar = min(bar, value[place])
    return bar


@inlined
def _before(value: Array, tier: Array, listed: int, its: int, its_tier: int) -> int:
    """How many stand before a newcomer: found by halving."""
    key, low, high = _key(its, its_tier), ZERO, listed
    while low < high:
        middle = (low + high) >> 1
        if _key(value[middle], tier[middle]) >= key:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _key(value: int, tier: int) -> int:
    return value + (np.int64(tier) << TIER_SHIFT)


@inlined
def _stay(leaves: Array, place: int, end: int) -> int:
    """The first place from `place` on whose profile leaves, or that is not before `end`."""
    while place < end and not leaves[place]:
        place += 1
    return place


@inlined
def _least(old: Entries, r: int, listed: int, new: Entries, moves: Moves, a: int) -> int:
    """The least value of a list with nobody missing; if all tiers are the same, it ends a group."""
    k, least, alike = old.ids.shape[1], MOST, listed == 0 or old.tier[r, 0] == old.tier[r, listed - 1]
    for g in range(moves.start[a], moves.start[a + 1]):
        begin, end = np.int64(moves.source[g]), np.int64(moves.source[g]) + moves.length[g]
        if begin < k:
            for place in range(end - 1 if alike else begin, end):
                least = min(least, old.value[r, place])
        else:
            least = min(least, new.value[moves.first[a] + begin - k])
    return least


@inlined
def _same(old: Entries, r: int, listed: int, new: Entries, there: Moves, back: Moves, a: int) -> bool:
    """Whether a list of the same length is as before."""
    k, place, same = old.ids.shape[1], ZERO, there.floor[a] == back.floor[a]
    for g in range(there.start[a], there.start[a + 1]):
        source = np.int64(there.source[g])
        if source >= k:
            same &= place < listed and _equal(old, r, place, new, there.first[a] + source - k)
        elif source != NOBODY:
            same &= source == place
        place += there.length[g]
    return same


@inlined
def _equal(old: Entries, r: int, place: int, new: Entries, e: int) -> bool:
    return (
        old.ids[r, place] == new.ids[e]
        and old.value[r, place] == new.value[e]
        and old.u[r, place] == new.u[e]
        and old.v[r, place] == new.v[e]
        and old.levels[r, place] == new.levels[e]
        and old.mandate[r, place] == new.mandate[e]
        and old.tier[r, place] == new.tier[e]
    )
