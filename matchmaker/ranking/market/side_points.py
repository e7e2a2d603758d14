"""How many points each factor has for a startup, and for a thesis."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.engine.definition.columns import POINTS
from matchmaker.engine.definition.factors import apportion
from matchmaker.ranking.definitions import Points

Array = NDArray[Any]

SECTOR, TEXT = engine.FACTORS.index("sector"), engine.FACTORS.index("text")
LENT = 3  # of the field's points a third


def of_startups(market: Array, broad: Array) -> Array:
    """uint16[n,8]: the points of startups, by their description more where one names no field, bool[n].

    A whole sector says little of what somebody does, and the text says it (docs/decisions/0024).
    """
    points = np.tile(market, (len(broad), 1))
    lent = np.where(broad, market[SECTOR] // LENT, 0).astype(np.uint16)
    points[:, SECTOR] -= lent
    points[:, TEXT] += lent
    return points


def of_theses(stated: Sequence[Mapping[str, Any]], weights: Points) -> Array:
    """uint16[m,8]: an investor's own weights brought to 1000 points, the market's where it states none."""
    out = np.tile(weights.for_investor, (len(stated), 1))
    for row, own in enumerate(stated):
        shares = np.array([max(int(own.get(factor, 0)), 0) for factor in engine.FACTORS])
        if shares.any():
            out[row] = apportion(shares, POINTS)
    return out
