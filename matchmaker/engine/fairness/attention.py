"""Fair attention: a handicap for profiles that appear on more lists than they can answer, and two guarantees.

The capacity of a profile is how many new introductions it can take a month. All whole numbers; the order of
the rows never matters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.engine.compiler.plain import is_plain, plain_copy
from matchmaker.engine.definition.columns import MAX_HANDICAP, Array, Snapshot
from matchmaker.engine.definition.lists import (
    FULL,
    LOG,
    NOTHING,
    OCTAVE,
    OCTAVE_BITS,
    ON_MERIT,
    PIN,
    SO_THAT_SEEN,
    TIER_SHIFT,
    Lists,
    Rankings,
    Values,
    is_boosted,
    ordinal_of,
    ordinals,
    pack,
)
from matchmaker.engine.fairness import auction

MOST = np.iinfo(np.int64).max  # more than any value
ROUNDS, STEP = 4, 15  # of 100: the handicap moves by 0.15 of the logarithm of what is too much
CROWD = 100  # profiles of the smaller side, so few that everybody stands on most lists anyway: no handicap …
CROWDED = 3  # … and how often they double until attention is scarce in full
TOP = 20  # the places of a list that count as being seen
ONE = 1 << 12  # an attention ratio of 1
DISCOUNT = np.rint((1 << 16) / np.log2(np.arange(TOP) + 2)).astype(np.int64)  # attention by place

plain_auction = plain_copy(auction)
NOBODY_ELIGIBLE, NO_PLACE = 1, 2  # why a profile is seen by nobody


def scarcity(size: int, crowd: int) -> int:
    """Of OCTAVE: how scarce attention is where the smaller side has this size; in full from 8 · crowd on."""
    if not crowd:
        return OCTAVE
    return min(max(int(LOG[min(size, len(LOG) - 1)]) - int(LOG[crowd]), 0) // CROWDED, OCTAVE)


def handicaps(values: Values, snapshot: Snapshot, crowd: int = 0) -> tuple[Array, Array]:
    """(int32[n], int32[c]): handicaps of startups and investors, 0 = the middle one of its side.

    Four rounds over the union of both sides' lists. Put them into the columns and rank again. Where the
    smaller side has no more than `crowd` profiles they are zero, from 8 · crowd on they are whole.
    """
    i, j, log = _pool(values, snapshot)
    s, c = snapshot.startups, snapshot.investors
    handicap_s, handicap_c = np.zeros(len(s), np.int64), np.zeros(len(c), np.int64)
    seen_c, seen_s = _attention(i, j, log, c.key, len(s)), _attention(j, i, log, s.key, len(c))
    scarce = scarcity(min(len(s), len(c)), crowd)
    for _ in range(ROUNDS):
        handicap_c += _rise(seen_c(handicap_c), c.capacity) * scarce >> OCTAVE_BITS
        handicap_s += _rise(seen_s(handicap_s), s.capacity) * scarce >> OCTAVE_BITS
    return _centred(handicap_s), _centred(handicap_c)


def _pool(values: Values, snapshot: Snapshot) -> tuple[Array, Array, Array]:
    """(startup, investor, LOG[u] + LOG[v]) of every pair on a list of either side, each once."""
    s, c = snapshot.startups, snapshot.investors
    pairs = []
    for own, key, handicap, turned in (
        (values.startups, c.key, c.handicap, False),
        (values.investors, s.key, s.handicap, True),
    ):
        row, place = np.nonzero(own != NOTHING)
        value = own[row, place]
        whom = np.argsort(key, kind="stable")[ordinal_of(value)]
        log = (value >> 32) + handicap[whom] - np.where(is_boosted(value), PIN, 0)
        pairs.append((whom, row, log) if turned else (row, whom, log))
    i, j, log = (np.concatenate(x) for x in zip(*pairs, strict=True))
    _, first = np.unique((i << 32) | j, return_index=True)
    return i[first], j[first], log[first]


def _attention(whose: Array, whom: Array, log: Array, key: Array, size: int) -> Callable[[Array], Array]:
    """What gives the attention that each counterpart gets by its handicap; the lists are sorted out once."""
    order = np.argsort(whose, kind="stable")
    start, by_key = np.searchsorted(whose[order], np.arange(size + 1)), np.argsort(key, kind="stable")
    whom, value = whom[order], pack(log, ordinals(key)[whom])[order]

    loops = _loops(size, len(key))

    def attention(handicap: Array) -> Array:
        return loops.count_attention(start, value - (handicap[whom] << 32), by_key, DISCOUNT)

    return attention


def _loops(one: int, other: int) -> Any:
    """The loops of the auction for two sides of this size: compiled, or run by Python."""
    return plain_auction if is_plain(one, other) else auction


def _rise(seen: Array, capacity: Array) -> Array:
    """int64: STEP % of the logarithm of (attention / capacity) against the average, between 1/5 and 5.

    The division is the only floating-point step, and IEEE rounds it the same way everywhere.
    """
    fair = capacity * (float(seen.sum()) / max(float(capacity.sum()), 1.0))
    ratio = np.clip(np.floor(seen * ONE / np.maximum(fair, 1e-9)), ONE // 5, ONE * 5).astype(np.int64)
    return STEP * (LOG[ratio].astype(np.int64) - LOG[ONE]) // 100


def _centred(handicap: Array) -> Array:
    """A constant off every handicap changes no list; the middle handicap is shown as none."""
    if not len(handicap):
        return handicap.astype(np.int32)
    middle = np.sort(handicap)[len(handicap) // 2]
    return np.clip(handicap - middle, -MAX_HANDICAP, MAX_HANDICAP).astype(np.int32)


@dataclass(frozen=True)
class Crowd:
    """Who stands on more top-20 lists than its capacity, the most crowded first, and why."""

    rows: Array  # int64[o]
    lists: Array  # int64[o] top-20 lists that it stands on
    allowed: Array  # int64[o] on how many it may stand, because its side has less capacity than lists places
    left: Array  # int64[o] of its lists: those that have nobody else left who is not full
    boosted: Array  # int64[o] of its lists: those on which a curator put it


@dataclass(frozen=True)
class Shown:
    """Lists in the order in which they are shown; who is on nobody's top 20, or on too many, all the same."""

    rankings: Rankings
    unseen_startups: Array  # int32[…,2] row and reason: NOBODY_ELIGIBLE or NO_PLACE
    unseen_investors: Array  # int32[…,2]
    crowded_startups: Crowd
    crowded_investors: Crowd


def guarantees(rankings: Rankings, snapshot: Snapshot, crowd: int = 0) -> Shown:
    """Nobody on more top-20 lists than its capacity allows while there are alternatives; everybody on one.

    Where the smaller side has no more than `crowd` profiles nobody is turned down. `rankings` are complete:
    the lists of all startups and all investors, which have more than TOP places.
    """
    s, c = snapshot.startups, snapshot.investors
    a, b = rankings.startups, rankings.investors
    ours, theirs = a, b
    if min(len(s), len(c)) > crowd:
        ours = _within_capacity(a, c.capacity, s.handicap, s.key)
        theirs = _within_capacity(b, s.capacity, c.handicap, c.key)
    ours, unseen_investors = _everybody_seen(ours, b, c.handicap, c.key)
    theirs, unseen_startups = _everybody_seen(theirs, a, s.handicap, s.key)
    return Shown(
        Rankings(ours, theirs),
        unseen_startups,
        unseen_investors,
        _crowd(theirs, s.capacity, allowance(b, s.capacity), s.key),
        _crowd(ours, c.capacity, allowance(a, c.capacity), c.key),
    )


def allowance(lists: Lists, capacity: Array) -> Array:
    """int64: on how many top-20 lists each counterpart may stand.

    Its capacity; where all lists together have more places than all counterparts capacity, the capacity times
    the smallest whole number that makes room for everyone.
    """
    last = min(TOP, lists.ids.shape[1]) - 1
    short = np.flatnonzero(lists.ids[:, last] < 0)  # one column of all lists, and few of those
    places = (len(lists.ids) - len(short)) * (last + 1) + int((lists.ids[short] >= 0).sum())
    return capacity.astype(np.int64) * max(1, -(-places // max(int(capacity.sum()), 1)))


def _within_capacity(lists: Lists, capacity: Array, handicap: Array, key: Array) -> Lists:
    """Deferred acceptance: each list offers its places from the best down, each counterpart keeps the lists
    that it would itself rank highest. The outcome does not depend on who offers first (Gale and Shapley)."""
    log = LOG[lists.u].astype(np.int64) + LOG[lists.v]
    wish = np.where(
        lists.ids >= 0, pack(log - handicap[lists.rows, None], ordinals(key)[lists.rows, None]), NOTHING
    )
    loops = _loops(len(lists.ids), len(key))
    # A curator's boost needs nobody's leave.
    kept = loops.accept(lists.ids, wish, is_boosted(lists.value), allowance(lists, capacity), TOP)
    return _ordered(replace(lists, tier=np.where(kept | (lists.ids < 0), ON_MERIT, FULL).astype(np.uint8)))


def within(lists: Lists, allowed: Array, whom: Array, who: Array, value: Array, wish: Array) -> Array:
    """uint8[e]: the tiers in which edited profiles who[e] come to lists whom[e]: ON_MERIT, or FULL.

    As a full run would have it, each keeps the lists that it would itself rank highest (wish int64[e]), at
    most allowed[who] of those on whose top it stands by value[e]. Lists without tiers, as of a market that
    was not asked, count for nothing.
    """
    tier = np.full(len(whom), ON_MERIT, np.uint8)
    at = np.flatnonzero((lists.tier[whom] != ON_MERIT).any(axis=1) & ~is_boosted(value))
    top = lists.value[whom[at], :TOP], lists.tier[whom[at], :TOP]
    at = at[value[at] > np.where(top[1] == ON_MERIT, top[0], MOST).min(axis=1, initial=MOST)]
    at = at[np.lexsort([~wish[at], who[at]])]
    place = np.arange(len(at)) - np.searchsorted(who[at], who[at])
    tier[at[place >= allowed[who[at]]]] = FULL
    return tier


def _everybody_seen(lists: Lists, own: Lists, handicap: Array, key: Array) -> tuple[Lists, Array]:
    """Give whoever is on no top 20 the last place of the list that suits it best and can spare one."""
    loops = _loops(len(lists.ids), len(key))
    count = loops.appearances(lists.ids, TOP, len(key))
    unseen = np.argsort(key, kind="stable")
    unseen = unseen[count[unseen] == 0]
    names = ("ids", "value", "u", "v", "levels", "mandate", "tier", "floor")
    copies = {name: getattr(lists, name).copy() for name in names}
    left = []
    log = LOG[own.u].astype(np.int64) + LOG[own.v]
    value = pack(log - handicap[:, None], ordinals(key)[:, None])
    for x in unseen:
        if own.ids[x, 0] < 0:
            left.append((x, NOBODY_ELIGIBLE))
        elif not loops.give_place(
            x,
            own.ids[x],
            value[x],
            own.u[x],
            own.v[x],
            own.levels[x],
            own.mandate[x],
            count,
            TOP,
            *copies.values(),
        ):
            left.append((x, NO_PLACE))
    return _ordered(replace(lists, **copies)), np.array(left, np.int32).reshape(-1, 2)


def turned_down(lists: Lists) -> Array:
    """bool[r,k]: who stands after others that fit less, because it is on as many lists as it can answer.

    The other entries of this tier are those that a list never came to ask: they fit less than all of its top.
    """
    listed, full = lists.ids >= 0, (lists.ids >= 0) & (lists.tier == FULL)
    on_merit = listed & (lists.tier == ON_MERIT)
    least = np.where(on_merit, lists.value, MOST).min(axis=1, initial=MOST)
    filled = (listed & ~full).sum(axis=1) >= TOP
    return full & ((lists.value > least[:, None]) | ~filled[:, None])


def carried(lists: Lists, before: Lists) -> Lists:
    """The lists of edited profiles, with those who were turned down before still turned down.

    Else a small edit would put everybody back on top who has no time left. The next full run asks them again.
    `before` are the lists of the same profiles; those without tiers, as of a newcomer, stay by merit alone.
    """
    down = _named(lists.ids, before.ids, turned_down(before))
    seen = _named(lists.ids, before.ids, (before.tier == SO_THAT_SEEN) & (before.ids >= 0)) & ~down
    asked = (before.tier != ON_MERIT).any(axis=1, keepdims=True)
    on_top = np.cumsum(~down & ~seen, axis=1) <= TOP - seen.sum(axis=1, keepdims=True)
    tier = np.where(down | ~(on_top | seen), FULL, np.where(seen, SO_THAT_SEEN, ON_MERIT))
    tier = np.where(asked & (lists.ids >= 0), tier, ON_MERIT).astype(np.uint8)
    return _ordered(replace(lists, tier=tier))


def _named(ids: Array, others: Array, chosen: Array) -> Array:
    """bool[r,k]: which of ids are among the chosen of the same row's others."""
    wanted = np.where(chosen, others, -2)
    return (ids[:, :, None] == wanted[:, None, :]).any(axis=2)


def _crowd(lists: Lists, capacity: Array, allowed: Array, key: Array) -> Crowd:
    """Who stands on more of these lists' tops than its capacity."""
    ids, size = lists.ids[:, :TOP], len(key)
    free, full = is_boosted(lists.value)[:, :TOP], lists.tier[:, :TOP] == FULL
    count, left, boosted = (
        np.bincount(ids[(ids >= 0) & of], minlength=size) for of in (np.True_, full, free)
    )
    rows = np.flatnonzero(count > capacity)
    rows = rows[np.lexsort((key[rows], (capacity - count)[rows]))]
    return Crowd(rows, *(column[rows] for column in (count, allowed, left, boosted)))


def _ordered(lists: Lists) -> Lists:
    """The same lists by tier, then by value."""
    key = np.where(lists.ids >= 0, lists.value + (lists.tier.astype(np.int64) << TIER_SHIFT), NOTHING)
    return lists.reordered(np.argsort(~key, axis=1, kind="stable"))
