"""What an edit changes: who moves where on which lists. Applying it gives what undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engine.compiler.plain import is_plain
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import Lists, Rankings, empty_lists
from matchmaker.engine.incremental import plain
from matchmaker.engine.incremental.moves import NOBODY, Entries, Moves, rearrange


@dataclass(frozen=True)
class Patch:
    """The changes of one side's lists, there and back."""

    rows: Array  # int32[r]  whose lists change, ascending
    there: Moves
    new: Entries  # those that come to the lists
    back: Moves
    lost: int  # how many leave them


@dataclass(frozen=True)
class Update:
    """What changes on both sides' lists. `apply` does it."""

    startups: Patch
    investors: Patch
    startups_short: (
        Array  # int32[…] rows whose list fell under 50 although there may be more: rank them again
    )
    investors_short: Array  # int32[…]


def apply(rankings: Rankings, update: Update) -> Update:
    """Change the lists in the rankings, in place; return the update that undoes it."""
    nobody = np.zeros(0, np.int32)
    loop: Any = rearrange
    if is_plain(len(rankings.startups.rows), len(rankings.investors.rows)):
        loop = plain.rearrange
    startups = _applied(rankings.startups, update.startups, loop)
    return Update(startups, _applied(rankings.investors, update.investors, loop), nobody, nobody)


def _applied(lists: Lists, patch: Patch, loop: Any) -> Patch:
    k, lost = lists.ids.shape[1], room_for_entries(patch.lost)
    nobody = Entries(*(column[0] for column in entries(empty_lists(np.zeros(1), k))))
    now, spare = entries(lists), room_for_entries(k)
    loop(now, lists.floor, patch.rows, patch.there, patch.new, patch.back, lost, spare, nobody)
    return Patch(patch.rows, patch.back, lost, patch.there, len(patch.new.ids))


def entries(lists: Lists) -> Entries:
    """The same arrays, every eight levels as one number."""
    levels = lists.levels.view(np.uint64)[..., 0]
    return Entries(lists.ids, lists.value, lists.u, lists.v, levels, lists.mandate, lists.tier)


def room_for_entries(size: int) -> Entries:
    """Entries that are still to be written."""
    return Entries(
        *(
            np.empty(size, kind)
            for kind in (np.int32, np.int64, np.int32, np.int32, np.uint64, np.int32, np.uint8)
        )
    )


def room_for_moves(lists: int, k: int) -> Moves:
    """Moves that are still to be written; what is not used costs nothing."""
    source, length = np.empty((2, lists * (2 * k + 2)), np.int32)
    first, floor = np.empty((2, lists), np.int64)
    return Moves(np.empty(lists + 1, np.int64), source, length, first, floor)


def cut(moves: Moves, lists: int) -> Moves:
    """The moves of the first of these lists, in arrays of their own."""
    groups = int(moves.start[lists]) if lists else 0
    sizes = lists + 1, groups, groups, lists, lists
    return Moves(*(column[:size].copy() for column, size in zip(moves, sizes, strict=True)))


def whole(before: Lists, after: Lists) -> Patch:
    """The lists `after` in place of what these profiles had: those that differ."""
    old, new = entries(before.take(after.rows)), entries(after)
    floors = after.floor, before.floor[after.rows]
    differs = floors[0] != floors[1]
    for a, b in zip(old, new, strict=True):
        differs |= (a != b).any(axis=1)
    at, k = np.flatnonzero(differs), after.ids.shape[1]
    listed, were = (new.ids[at] >= 0).sum(axis=1), (old.ids[at] >= 0).sum(axis=1)
    there = _all_new(listed, k, k * at, floors[0][at])
    back = _all_new(were, k, np.cumsum(were) - were, floors[1][at])
    flat = Entries(*(column.reshape(-1) for column in new))
    return Patch(after.rows[at], there, flat, back, int(were.sum()))


def _all_new(listed: Array, k: int, first: Array, floor: Array) -> Moves:
    """Moves of lists that are made anew."""
    lengths = np.stack([listed, k - listed], axis=1).astype(np.int32)
    sources = np.tile(np.array([k, NOBODY], np.int32), len(listed))
    return Moves(2 * np.arange(len(listed) + 1), sources, lengths.reshape(-1), first, floor)
