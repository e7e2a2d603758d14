"""Ranking some rows in the lists in memory, and refilling the lists that ran short by it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side

Array = NDArray[Any]

SIDES = (Side.STARTUP, Side.INVESTOR)
NOBODY = np.zeros(0, np.int64)
REFILLS = 8  # rounds of refilling lists that ran short


def has_few_pairs(snapshot: engine.Snapshot) -> bool:
    """Whether the market is ranked by the definition instead of the kernel."""
    return engine.is_small(snapshot)


def union(*rows: Array) -> Array:
    """int64[·]: the rows of all, each once, ascending."""
    return np.unique(np.concatenate(rows)).astype(np.int64)


def rank_rows(
    prepared: engine.Prepared, rankings: engine.Rankings, rows: Mapping[Side, Array]
) -> tuple[dict[Side, Array], list[engine.Update]]:
    """Rank these rows in the rankings, then refill the lists that ran short.

    Return the rows whose lists changed, and what undoes it.
    """
    changed = {side: NOBODY for side in SIDES}
    undone = []
    for _round in range(REFILLS):
        short = {side: NOBODY for side in SIDES}
        for side, rank in zip(SIDES, (engine.rank_startups, engine.rank_investors), strict=True):
            if not len(rows[side]):
                continue
            update = rank(prepared, rankings, rows[side])
            undone.append(engine.apply_update(rankings, update))
            for other, patch, thin in (
                (Side.STARTUP, update.startups, update.startups_short),
                (Side.INVESTOR, update.investors, update.investors_short),
            ):
                changed[other] = union(changed[other], patch.rows)
                short[other] = union(short[other], thin)
        rows = short
        if not any(map(len, rows.values())):
            break
    return changed, undone
