"""Fair attention: a capped handicap for profiles that get far more than they can answer; all are on a list.

The capacity of a profile is how many new introductions it can take a month, less the requests that wait for
it. All whole numbers; the order of the rows never matters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.engine.compiler.plain import is_plain, plain_copy
from matchmaker.engine.definition.columns import Array, Snapshot
from matchmaker.engine.definition.lists import (
    BEHIND,
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
from matchmaker.engine.fairness import places

TOP = 20  # the places of a list that count as being seen
CROWD = 2 * TOP  # profiles of the smaller side, so few that the top of a list has half of them: no handicap …
CROWDED = 3  # … and how often they double until attention is scarce in full
MANY = 5  # times the average attention for what one can answer: so much is no handicap yet
STEP = 30  # of 100: the handicap is 0.3 of the logarithm of what is beyond it …
CAP = int(-2 * OCTAVE * np.log2(0.95))  # … and at most this: five points of a score of 100, three of 60
ONE = 1 << 12  # an attention ratio of 1
DISCOUNT = np.rint((1 << 16) / np.log2(np.arange(TOP) + 2)).astype(np.int64)  # attention by place

plain_places = plain_copy(places)
NOBODY_ELIGIBLE, NO_PLACE = 1, 2  # why a profile is seen by nobody


def scarcity(size: int, crowd: int) -> int:
    """Of OCTAVE: how scarce attention is where the smaller side has this size; in full from 8 · crowd on."""
    if not crowd:
        return OCTAVE
    return min(max(int(LOG[min(size, len(LOG) - 1)]) - int(LOG[crowd]), 0) // CROWDED, OCTAVE)


def handicaps(values: Values, snapshot: Snapshot, crowd: int = CROWD) -> tuple[Array, Array]:
    """(int32[n], int32[c]): handicaps of startups and investors, 0 … CAP; most have none.

    From the attention that the first places of both sides' lists give. Put them into the columns and rank
    again. Where the smaller side has no more than `crowd` profiles they are zero, from 8 · crowd on whole.
    """
    i, j, log = _pool(values, snapshot)
    s, c = snapshot.startups, snapshot.investors
    scarce = scarcity(min(len(s), len(c)), crowd)
    ours = _beyond(_attention(j, i, log, s.key, len(c)), s.capacity)
    theirs = _beyond(_attention(i, j, log, c.key, len(s)), c.capacity)
    ours, theirs = (x * scarce >> OCTAVE_BITS for x in (ours, theirs))
    return ours.astype(np.int32), theirs.astype(np.int32)


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


def _attention(whose: Array, whom: Array, log: Array, key: Array, size: int) -> Array:
    """int64[x]: the attention that each counterpart gets from the first places of `size` lists, on merit."""
    order = np.argsort(whose, kind="stable")
    start, by_key = np.searchsorted(whose[order], np.arange(size + 1)), np.argsort(key, kind="stable")
    value = pack(log, ordinals(key)[whom])[order]
    seen: Array = _loops(size, len(key)).count_attention(start, value, by_key, DISCOUNT)
    return seen


def _loops(one: int, other: int) -> Any:
    """The loops of places.py for two sides of this size: compiled, or run by Python."""
    return plain_places if is_plain(one, other) else places


def _beyond(seen: Array, capacity: Array) -> Array:
    """int64: STEP % of the logarithm of (attention / capacity) beyond MANY times the average, 0 … CAP.

    The division is the only floating-point step, and IEEE rounds it the same way everywhere.
    """
    fair = capacity * (float(seen.sum()) / max(float(capacity.sum()), 1.0))
    bounds = MANY * ONE, 2 * MANY * ONE
    ratio = np.clip(np.floor(seen * ONE / np.maximum(fair, 1e-9)), *bounds).astype(np.int64)
    return np.minimum(STEP * (LOG[ratio].astype(np.int64) - LOG[MANY * ONE]) // 100, CAP)


@dataclass(frozen=True)
class Shown:
    """Lists in the order in which they are shown, and who is on nobody's top 20 all the same."""

    rankings: Rankings
    unseen_startups: Array  # int32[…,2] row and reason: NOBODY_ELIGIBLE or NO_PLACE
    unseen_investors: Array  # int32[…,2]


def guarantees(rankings: Rankings, snapshot: Snapshot) -> Shown:
    """Let everybody stand on one top 20. `rankings` are complete: the lists of all startups and investors."""
    s, c = snapshot.startups, snapshot.investors
    a, b = rankings.startups, rankings.investors
    ours, unseen_investors = _everybody_seen(a, b, c.handicap, c.key)
    theirs, unseen_startups = _everybody_seen(b, a, s.handicap, s.key)
    return Shown(Rankings(ours, theirs), unseen_startups, unseen_investors)


def _everybody_seen(lists: Lists, own: Lists, handicap: Array, key: Array) -> tuple[Lists, Array]:
    """Give whoever is on no top 20 the last place of that list which can spare one and loses least by it."""
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


def carried(lists: Lists, before: Lists) -> Lists:
    """The lists of edited profiles, which go on giving places to those to whom they gave them before.

    Else a small edit would leave some unseen until the next full run. `before` are the lists of the same
    profiles; those that gave no place stay by merit alone.
    """
    given = np.where((before.tier == SO_THAT_SEEN) & (before.ids >= 0), before.ids, -2)
    seen = (lists.ids[:, :, None] == given[:, None, :]).any(axis=2)
    on_top = np.cumsum(~seen, axis=1) <= TOP - seen.sum(axis=1, keepdims=True)
    tier = np.where(seen, SO_THAT_SEEN, np.where(on_top, ON_MERIT, BEHIND))
    gives = seen.any(axis=1, keepdims=True)
    tier = np.where(gives & (lists.ids >= 0), tier, ON_MERIT).astype(np.uint8)
    return _ordered(replace(lists, tier=tier))


def _ordered(lists: Lists) -> Lists:
    """The same lists by tier, then by value."""
    key = np.where(lists.ids >= 0, lists.value + (lists.tier.astype(np.int64) << TIER_SHIFT), NOTHING)
    return lists.reordered(np.argsort(~key, axis=1, kind="stable"))
