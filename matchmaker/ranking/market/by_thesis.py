"""The market as if every thesis of an investor with several were an investor of its own.

Its investors' lists are the lists of the theses: the engine makes them as it makes all others, so that a
loose thesis takes no place of a strict one. Row r is the thesis of row r in engine.Mandates.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.market.term_index import EXISTS

Array = NDArray[Any]

REFUSES_ALL = np.uint64(1 << EXISTS)  # a thesis that refuses this bit meets nobody


def columns_by_thesis(columns: Columns) -> Columns:
    """Return that market; `here` on the investors' side are the theses of investors with several."""
    mandates, several = columns.snapshot.mandates, _several(columns)
    refuses = mandates.refuses.copy()
    refuses[~several, 0] |= REFUSES_ALL
    size = len(mandates)
    theses = replace(mandates, owner=np.arange(size, dtype=np.int32), refuses=refuses)
    owners = engine.Investors(mandates.key, np.ones(size, np.int32), np.zeros(size, np.int32))
    pairs = columns.snapshot.pairs
    about = engine.Pairs(*(spread(x, mandates.owner) for x in (pairs.excluded, pairs.boosted)))
    snapshot = replace(columns.snapshot, investors=owners, mandates=theses, pairs=about)
    return replace(columns, snapshot=snapshot, investor_pk=mandates.key, investor_here=several)


def rows_by_thesis(columns: Columns, investors: Array) -> Array:
    """int64[·]: the rows of all theses, also those that are gone, of the investors in these rows."""
    return np.flatnonzero(np.isin(columns.snapshot.mandates.owner, investors))


def _several(columns: Columns) -> Array:
    """bool[m]: which theses are matched and not the only one of their investor that is."""
    mandates = columns.snapshot.mandates
    here = columns.here(Side.INVESTOR)[mandates.owner] & (mandates.refuses[:, 0] & REFUSES_ALL == 0)
    count = np.bincount(mandates.owner[here], minlength=len(columns.investor_pk))
    several: Array = here & (count[mandates.owner] > 1)
    return several


def spread(pairs: Array, owner: Array) -> Array:
    """int32[·,2]: pairs (startup, investor) as pairs (startup, thesis) of all of the investor's theses."""
    order = np.argsort(owner, kind="stable")
    first, end = (np.searchsorted(owner[order], pairs[:, 1], side) for side in ("left", "right"))
    count = end - first
    at = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
    return np.stack([np.repeat(pairs[:, 0], count), order[at]], axis=1).astype(np.int32)
