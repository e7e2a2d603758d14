"""From which score on a pair is worth a look: where lists end (docs/decisions/0022)."""

from __future__ import annotations

import numpy as np

from matchmaker.engine.definition.columns import FACTORS, TOP_LEVEL, Array

SECTOR, TICKET = FACTORS.index("sector"), FACTORS.index("ticket")
HALF_ALIKE = (TOP_LEVEL + 1) // 2  # level of the field from which two are in related fields
# Tenths of a score, what a page shows as 50 and 60: in related fields with an amount that comes near, and for
# all others.
NEAR, FAR = 495, 595


def least_score(levels: Array) -> Array:
    """int64[…]: tenths of a score from which pairs with levels uint8[…,8] are worth a look."""
    return np.where((levels[..., SECTOR] >= HALF_ALIKE) & (levels[..., TICKET] > 0), NEAR, FAR)
