"""What an edit changes on both sides' lists, as the new lists."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.lists import Lists, Rankings

COLUMNS = [f.name for f in fields(Lists) if f.name != "rows"]


@dataclass(frozen=True)
class Update:
    """The lists that an edit changes. `apply` writes them."""

    startups: Lists
    investors: Lists
    startups_short: Array  # int32[…] rows whose list fell under 50 entries although there may be more
    investors_short: Array  # int32[…] likewise; rank both again


def apply(rankings: Rankings, update: Update) -> Update:
    """Write the update into the rankings, in place; return the update that undoes it."""
    nobody = np.zeros(0, np.int32)
    startups = _replace_lists(rankings.startups, update.startups)
    return Update(startups, _replace_lists(rankings.investors, update.investors), nobody, nobody)


def _replace_lists(lists: Lists, new: Lists) -> Lists:
    before = lists.take(new.rows)
    for name in COLUMNS:
        getattr(lists, name)[new.rows] = getattr(new, name)
    return before


def differing(before: Lists, after: Lists) -> Lists:
    """Those of the lists `after` that differ from the lists of the same rows before."""
    differs = np.zeros(len(after.rows), np.bool_)
    for name in COLUMNS:
        changed = getattr(before, name)[after.rows] != getattr(after, name)
        differs |= changed.reshape(len(changed), -1).any(axis=1) if changed.size else False
    return after.take(np.flatnonzero(differs))
