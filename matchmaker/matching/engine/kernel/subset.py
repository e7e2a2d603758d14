"""A few profiles against the other side: after an edit, and where a list ended lower than expected."""

from dataclasses import replace

import numpy as np

from matchmaker.matching.engine.definition.columns import Array, Pairs, Snapshot, take
from matchmaker.matching.engine.kernel.layout import (
    Prepared,
    by_lane,
    lay_out_startups,
    lay_out_theses,
    less_among,
    single_pairs,
)


def investors_alone(prepared: Prepared, rows: Array) -> Prepared:
    """The market as if these investors (now 0, 1, …) were the only ones; theses keep their rows."""
    full = prepared.snapshot
    alone, theses = only(full, rows)
    lanes = lay_out_theses(alone)
    row = np.where(lanes.row >= 0, np.append(theses, -1)[lanes.row], -1).astype(np.int32)
    out = Prepared(alone)
    out.lanes = lanes._replace(row=row, less=by_lane(less_among(full.investors, rows), lanes.owner))
    out.asks = prepared.asks._replace(**single_pairs(alone))
    return out


def only(full: Snapshot, rows: Array) -> tuple[Snapshot, Array]:
    """The market as if these investors, now 0, 1, …, were the only ones, but for ties.

    And the rows that their thesis_rows have in the whole. Rows ascend.
    """
    thesis_rows = np.flatnonzero(marks(rows, len(full.investors))[full.theses.owner])
    theses = take(full.theses, thesis_rows)
    theses = replace(theses, owner=np.searchsorted(rows, theses.owner).astype(np.int32))
    excluded = _of_investors(full.pairs.excluded, rows)
    boosted = _of_investors(full.pairs.boosted, rows)
    investors, pairs = take(full.investors, rows), Pairs(excluded, boosted)
    return replace(full, investors=investors, theses=theses, pairs=pairs), thesis_rows


def _of_investors(pairs: Array, rows: Array) -> Array:
    """int32[k,2]: the pairs of these investors, by their new rows."""
    own = pairs[np.isin(pairs[:, 1], rows)]
    return np.stack([own[:, 0], np.searchsorted(rows, own[:, 1])], axis=1).astype(np.int32)


def startups_alone(prepared: Prepared, rows: Array) -> Prepared:
    full, out = prepared.snapshot, Prepared(alone(prepared.snapshot, rows))
    out.lanes = prepared.lanes
    out.asks = lay_out_startups(out.snapshot)._replace(less=less_among(full.startups, rows))
    return out


def alone(full: Snapshot, rows: Array) -> Snapshot:
    excluded = _of_startups(full.pairs.excluded, rows)
    boosted = _of_startups(full.pairs.boosted, rows)
    return replace(full, startups=take(full.startups, rows), pairs=Pairs(excluded, boosted))


def _of_startups(pairs: Array, rows: Array) -> Array:
    """int32[k,2]: the pairs of these startups, by their new rows."""
    own = pairs[np.isin(pairs[:, 0], rows)]
    return np.stack([np.searchsorted(rows, own[:, 0]), own[:, 1]], axis=1).astype(np.int32)


def marks(rows: Array, size: int) -> Array:
    """bool[size]: true in these rows."""
    chosen = np.zeros(size, np.bool_)
    chosen[rows] = True
    return chosen
