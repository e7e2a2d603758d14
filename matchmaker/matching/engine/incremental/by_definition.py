"""Edited profiles of a small market, scored by the definition instead of the kernel."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import Array, Snapshot
from matchmaker.matching.engine.definition.lists import NOTHING, Lists, ordinals, pack
from matchmaker.matching.engine.kernel import subset


class Found(NamedTuple):
    whom: Array  # int[e] row of the list that is entered, ascending, best first within a list
    whose: Array  # int[e] place of the edited profile among those edited
    value: Array  # int64[e]
    fits: tuple[Array, Array, Array, Array]  # u, v, levels and thesis of the pairs
    lists: Lists  # of the edited profiles


def meet_investors(snapshot: Snapshot, rows: Array, bars: Array, k: int) -> Found:
    alone, c = subset.alone(snapshot, rows), snapshot.investors
    table = reference.score_all(alone)
    tie = ordinals(snapshot.startups.key)[rows, None]
    its = np.where(
        table.thesis >= 0, pack(table.log - alone.startups.demand_adjustment[:, None], tie), NOTHING
    )
    whose, whom = np.nonzero(its > bars)
    own = reference.top(table.thesis, table.log - c.demand_adjustment, c.key, k)
    return _found(table, whose, whom, its.T, reference.lists_of(own, table, c.key), turned=False)


def meet_startups(snapshot: Snapshot, rows: Array, bars: Array, k: int) -> Found:
    only, theses = subset.only(snapshot, rows)
    table, s = reference.score_all(only), snapshot.startups
    table = replace(table, thesis=np.append(theses, -1)[table.thesis].astype(np.int32))
    tie = ordinals(snapshot.investors.key)[rows]
    mine = np.where(table.thesis >= 0, pack(table.log - only.investors.demand_adjustment, tie), NOTHING)
    startup, investor = np.nonzero(mine > bars[:, None])
    by_investor = reference.turned(table)
    own = reference.top(by_investor.thesis, by_investor.log - s.demand_adjustment, s.key, k)
    lists = reference.lists_of(own, by_investor, s.key)
    return _found(table, startup, investor, mine, lists, turned=True)


def _found(
    table: reference.Table, startup: Array, investor: Array, value: Array, lists: Lists, *, turned: bool
) -> Found:
    whom, whose = (startup, investor) if turned else (investor, startup)
    order = np.lexsort([~value[whom, whose], whom])
    at, whom, whose = (startup[order], investor[order]), whom[order], whose[order]
    fits = table.u[at], table.v[at], table.levels[at], table.thesis[at]
    return Found(whom, whose, value[whom, whose], fits, lists)
