"""Pairs of edited profiles in a small market, scored by the definition instead of the kernel."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import Array, Snapshot
from matchmaker.engine.definition.lists import NOTHING, Lists, ordinals, pack
from matchmaker.engine.kernel import subset
from matchmaker.engine.kernel.scan import Hits

Fits = tuple[Array, Array, Array, Array]  # u, v, levels and mandate of some pairs


def meet_investors(
    snapshot: Snapshot, rows: Array, bar: Array, k: int
) -> tuple[Array, Array, Array, Fits, Lists]:
    """Score startups `rows` against all investors.

    Returns investors, startups (places in rows), values and fits of the pairs that beat the investors' bars,
    investor by investor, best first; and the startups' own lists.
    """
    alone, c = subset.alone(snapshot, rows), snapshot.investors
    table = reference.score_all(alone)
    handicap, tie = alone.startups.handicap[:, None], ordinals(snapshot.startups.key)[rows, None]
    its = np.where(table.mandate >= 0, pack(table.log - handicap, tie), NOTHING)
    whom, whose = np.nonzero(bar[:, None] < its.T)
    order = np.lexsort([~its[whose, whom], whom])
    whom, whose = whom[order], whose[order]
    fits = tuple(getattr(table, name)[whose, whom] for name in ("u", "v", "levels", "mandate"))
    own = reference.top(table.mandate, table.log - c.handicap, c.key, k)
    return whom, whose, its[whose, whom], fits, reference.lists_of(own, table, c.key)


def meet_startups(snapshot: Snapshot, rows: Array, k: int) -> tuple[Hits, Array]:
    """Score investors `rows` against all startups.

    Returns every eligible pair, and the values int64[e,k] of the investors' own lists, ascending.
    """
    only, theses = subset.only(snapshot, rows)
    table, s = reference.score_all(only), snapshot.startups
    mine = pack(table.log - only.investors.handicap, ordinals(snapshot.investors.key)[rows])
    its = pack(table.log - s.handicap[:, None], ordinals(s.key)[:, None])
    i, j = np.nonzero(table.mandate >= 0)
    mandate = theses[table.mandate[i, j]].astype(np.int32)
    hits = Hits(
        i, j, mine[i, j], its[i, j], table.u[i, j], table.v[i, j], table.levels[i, j], mandate,
        snapshot.mandates.key[mandate],
    )  # fmt: skip
    own = reference.top(table.mandate.T, (table.log - s.handicap[:, None]).T, s.key, k)
    return hits, own[:, ::-1]
