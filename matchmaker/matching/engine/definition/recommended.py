"""Which pairs of a list are recommended: what scores enough, and what comes near the best of its own list.

Where profiles leave fields out, every score is lower, so no fixed score can end each list. A startup is not
recommended to ask partners that have much better matches. The numbers are chosen on graded lists:
`manage.py judge_ends` tries others (docs/decisions/0027 and 0036).
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import FACTORS, TOP_LEVEL, Array
from matchmaker.matching.engine.definition.explain import score_tenths
from matchmaker.matching.engine.definition.factors import NEXT_BUCKET
from matchmaker.matching.engine.definition.lists import Lists

SECTOR, TICKET, NEEDS = (FACTORS.index(factor) for factor in ("sector", "ticket", "needs"))
HALF_ALIKE = (TOP_LEVEL + 1) // 2  # level of the sector from which two are in related sectors
# Tenths of a score, what a page shows as 50 and 60, that are enough in any list (docs/decisions/0022): in
# related sectors with an amount that comes near, and for all others.
NEAR, FAR = 495, 595


class ListEnd(NamedTuple):
    always: int  # so many, the best of the list
    first: int  # and up to this place …
    share: int  # … those with so many hundredths of the best score
    # Of all these but the best, only those …
    theirs: int = 0  # with so many hundredths of the best score of the counterpart's list,
    meets_need: bool = False  # and, where needs are stated, with one that is met


FOR_STARTUP = ListEnd(1, 3, 85, theirs=65)  # whose list it is
FOR_INVESTOR = ListEnd(3, 10, 70, meets_need=True)


def is_enough(score: Array, levels: Array) -> Array:
    """bool[…]: which scores, in tenths, of pairs with levels uint8[…,8] are enough in any list."""
    near = (levels[..., SECTOR] >= HALF_ALIKE) & (levels[..., TICKET] >= NEXT_BUCKET)
    enough: Array = score >= np.where(near, NEAR, FAR)
    return enough


def out_of_reach(levels: Array) -> Array:
    """bool[…]: whose amounts are so far apart that not even a talk is worth it."""
    far: Array = levels[..., TICKET] == 0
    return far


def best_scores(lists: Lists) -> Array:
    """int64[r]: the best score of each list, in tenths; zero where it is empty."""
    return score_tenths((lists.u.astype(np.int64) * lists.v).max(axis=1, initial=0), np.array(1))


def is_outshone(score: Array, best: Array, end: ListEnd) -> Array:
    """bool[…]: whose counterparts, with their best scores, have much better matches."""
    outshone: Array = 100 * score < end.theirs * best
    return outshone


def recommended(score: Array, levels: Array, end: ListEnd, outshone: Array | bool = False) -> Array:
    """bool[k]: which pairs of one list are recommended, of scores in tenths int[k] and levels uint8[k,8].

    outshone: see is_outshone. Places go by score alone, equal scores in the order given: no demand adjustment
    or curator moves a pair.
    """
    place = np.empty(len(score), np.int64)
    place[np.argsort(-score, kind="stable")] = np.arange(len(score))
    comes_near = (place < end.first) & (100 * score >= end.share * score.max(initial=0))
    is_listed: Array = is_enough(score, levels) | (place < end.always) | comes_near
    kept = ~np.asarray(outshone) & ((levels[:, NEEDS] > 0) | (not end.meets_need)) & ~out_of_reach(levels)
    return is_listed & (kept | (place == 0))
