"""The engine's lists to packed rows and back.

In memory a list speaks of rows and of values that hold the order of keys; in the database of primary keys
and fits. What a list says of a counterpart or thesis that is not matched any more is dropped on the way in.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine.definition import lists as ranking
from matchmaker.engine.definition.columns import take
from matchmaker.engine.definition.explain import confidence
from matchmaker.engine.definition.factors import stated_by_mandates, stated_by_startups
from matchmaker.ranking.market import arrays
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.selectors.stored_lists import (  # fmt: skip
    BOOSTED,
    ENTRY,
    HEADER,
    STORED,
    TIER,
    pack_all,
    unpack_all,
)

Array = NDArray[Any]


@dataclass(frozen=True)
class ListRow:
    """What is stored of one profile's list."""

    profile_id: int
    entries: bytes
    size: int
    is_whole: bool
    handicap: int


def list_rows(columns: Columns, side: Side, lists: engine.Lists) -> list[ListRow]:
    """Return the lists of one side as packed rows."""
    packed = pack_all(_headers(columns, side, lists), packed_entries(columns, side, lists), lists.count)
    own = columns.table(side).handicap[lists.rows].tolist()
    whole = (lists.floor == ranking.NOTHING).tolist()
    pks = columns.pks(side)[lists.rows].tolist()
    return [ListRow(*row) for row in zip(pks, packed, lists.count.tolist(), whole, own, strict=True)]


def packed_entries(columns: Columns, side: Side, lists: engine.Lists) -> Array:
    """ENTRY[r,k]: the lists' entries; where a list has ended, zeros."""
    listed = lists.ids >= 0
    ids, mandate = np.where(listed, lists.ids, 0), np.where(listed, lists.mandate, 0)
    out = np.zeros(lists.ids.shape, ENTRY)
    if not listed.any():
        return out
    other = columns.table(side.other)
    startup = lists.rows[:, None] if side == Side.STARTUP else ids
    boosted = ranking.is_boosted(lists.value)
    out["counterpart"] = columns.pks(side.other)[ids]
    out["thesis"] = columns.snapshot.mandates.key[mandate]
    out["u"], out["v"], out["levels"] = lists.u, lists.v, lists.levels
    out["not_stated"], out["confidence"] = _said(columns, np.broadcast_to(startup, ids.shape), mandate)
    out["flags"] = lists.tier | np.where(boosted, BOOSTED, 0)
    taken = engine.handicap_tenths(engine.score_tenths(lists.u, lists.v), other.handicap[ids])
    out["handicap_tenths"] = np.where(boosted, 0, taken)
    out[~listed] = np.zeros((), ENTRY)
    return out


def _said(columns: Columns, startup: Array, mandate: Array) -> tuple[Array, Array]:
    """Return the bits of what is not stated and the confidence of pairs, int64 like `startup`."""
    (i, ours), (j, theirs) = (np.unique(rows, return_inverse=True) for rows in (startup, mandate))
    startups = take(columns.snapshot.startups, i)
    mandates = take(columns.snapshot.mandates, j)
    said = stated_by_startups(startups), stated_by_mandates(mandates)
    bits = 1 << np.arange(len(engine.FACTORS))
    silent = (~said[0]) @ bits, (~said[1]) @ bits
    both = said[0][ours] & said[1][theirs]
    weights = startups.weights[ours].astype(np.int32) + mandates.weights[theirs]
    return silent[0][ours] | silent[1][theirs] << 8, confidence(weights, both)


def _headers(columns: Columns, side: Side, lists: engine.Lists) -> Array:
    """HEADER[r]: the floors, with the key in place of its ordinal."""
    keys = np.sort(columns.table(side.other).key)
    out = np.zeros(len(lists.rows), HEADER)
    cut = lists.floor != ranking.NOTHING
    ordinal = ranking.ordinal_of(lists.floor[cut])
    out["floor_rank"][cut] = lists.floor[cut] >> 32
    out["floor_key"][cut] = keys[ordinal]
    return out


def lists(columns: Columns, side: Side, stored: list[tuple[int, bytes]]) -> tuple[engine.Lists, Array]:
    """Return the lists of every row of one side from what is stored (primary key, entries).

    Also the rows whose stored list names somebody who is not matched any more. A row without a stored list
    has an empty one.
    """
    headers, found = unpack_all([packed for _pk, packed in stored])
    at = arrays.positions(columns.pks(side), np.array([pk for pk, _packed in stored], np.int64))
    headers, found, at = headers[at >= 0], found[at >= 0], at[at >= 0]
    size = len(columns.pks(side))
    out = ranking.empty_lists(np.arange(size), STORED)
    ids = arrays.positions(columns.pks(side.other), found["counterpart"].ravel().astype(np.int64))
    mandate = arrays.positions(columns.snapshot.mandates.key, found["thesis"].ravel().astype(np.int64))
    ids, mandate = ids.reshape(found.shape), mandate.reshape(found.shape)
    listed = found["counterpart"] > 0
    known = listed & (ids >= 0) & (mandate >= 0)
    order = np.argsort(~known, axis=1, kind="stable")  # what is known moves up
    for name, column, blank in (
        ("ids", ids, -1),
        ("mandate", mandate, -1),
        ("u", found["u"], 0),
        ("v", found["v"], 0),
        ("tier", found["flags"] & TIER, ranking.ON_MERIT),
        ("value", _values(columns, side, found, ids), ranking.NOTHING),
    ):
        getattr(out, name)[at] = np.take_along_axis(np.where(known, column, blank), order, 1)
    levels = np.where(known[..., None], found["levels"], 0)
    out.levels[at] = np.take_along_axis(levels, order[..., None], 1)
    out.floor[at] = _floors(columns, side, headers)
    return out, at[(listed & ~known).any(axis=1)]


def _values(columns: Columns, side: Side, found: Array, ids: Array) -> Array:
    """int64[r,k]: the packed rank of every entry, from fits, handicap and key."""
    other = columns.table(side.other)
    if not len(other):
        return np.full(ids.shape, ranking.NOTHING, np.int64)
    u, v = (ranking.LOG[np.minimum(found[fit], len(ranking.LOG) - 1)].astype(np.int64) for fit in ("u", "v"))
    boost = np.where(found["flags"] & BOOSTED, ranking.PIN, 0)
    return ranking.pack(u + v - other.handicap[ids] + boost, ranking.ordinals(other.key)[ids])


def _floors(columns: Columns, side: Side, headers: Array) -> Array:
    """int64[r]: the floors, with the ordinal of today in place of the key.

    Where that key has left, the next one's, which bounds as well; no floor where nobody is left to bound.
    """
    keys = np.sort(columns.table(side.other).key)
    ordinal = np.minimum(np.searchsorted(keys, headers["floor_key"]), len(keys) - 1)
    return np.where(
        (headers["floor_key"] == 0) | (len(keys) == 0),
        ranking.NOTHING,
        ranking.pack(headers["floor_rank"].astype(np.int64), ordinal),
    )


def extended(before: Columns, after: Columns, side: Side, known: engine.Lists) -> engine.Lists:
    """One side's lists where rows were added: an empty list for each, and ordinals of the new order."""
    added = np.arange(len(before.pks(side)), len(after.pks(side)))
    if len(added):
        known = ranking.joined(known, ranking.empty_lists(added, known.ids.shape[1]))
    old, new = before.table(side.other).key, after.table(side.other).key
    if len(old) == len(new):
        return known
    shift = np.searchsorted(np.sort(new), np.sort(old)) - np.arange(len(old))
    return replace(known, value=_shifted(known.value, shift), floor=_shifted(known.floor, shift))


def _shifted(value: Array, shift: Array) -> Array:
    """Values whose ordinals grew by `shift`, because keys came in between."""
    real = value != ranking.NOTHING
    ordinal = np.where(real, ranking.ordinal_of(value), 0)
    return np.where(real, value - shift[ordinal], value) if len(shift) else value
