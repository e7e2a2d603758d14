"""Which pairs of a list are recommended: what scores enough, and what comes near the best of its own list.

Where profiles leave fields out, every score is lower, so no fixed score can end each list. The numbers are
chosen on graded lists: `manage.py judge_ends` tries others (docs/decisions/0027).
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import FACTORS, TOP_LEVEL, Array

SECTOR, TICKET = FACTORS.index("sector"), FACTORS.index("ticket")
HALF_ALIKE = (TOP_LEVEL + 1) // 2  # level of the sector from which two are in related sectors
# Tenths of a score, what a page shows as 50 and 60, that are enough in any list (docs/decisions/0022): in
# related sectors with an amount that comes near, and for all others.
NEAR, FAR = 495, 595


class ListEnd(NamedTuple):
    always: int  # so many, the best of the list
    first: int  # and up to this place …
    share: int  # … those with so many hundredths of the best score


FOR_STARTUP, FOR_INVESTOR = ListEnd(1, 3, 85), ListEnd(3, 10, 70)  # whose list it is


def is_enough(score: Array, levels: Array) -> Array:
    """bool[…]: which scores, in tenths, of pairs with levels uint8[…,8] are enough in any list."""
    near = (levels[..., SECTOR] >= HALF_ALIKE) & (levels[..., TICKET] > 0)
    enough: Array = score >= np.where(near, NEAR, FAR)
    return enough


def recommended(score: Array, levels: Array, end: ListEnd) -> Array:
    """bool[k]: which pairs of one list are recommended, of scores in tenths int[k] and levels uint8[k,8].

    Places go by score alone, equal scores in the order given: no demand adjustment or curator moves a pair.
    """
    place = np.empty(len(score), np.int64)
    place[np.argsort(-score, kind="stable")] = np.arange(len(score))
    comes_near = (place < end.first) & (100 * score >= end.share * score.max(initial=0))
    is_listed: Array = is_enough(score, levels) | (place < end.always) | comes_near
    return is_listed
