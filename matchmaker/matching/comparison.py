"""Two rankings of the market beside each other: who enters and who leaves lists, and the judged figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.choices import Side
from matchmaker.matching import engine
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.graded_pairs import is_recommended, judge_shown
from matchmaker.matching.ranking.definitions import LIST_ENDS
from matchmaker.matching.ranking.market.columns import Columns
from profiles.catalogue.taxonomy.selectors.tables import DATA

GRADES = DATA / "demo_grades.csv"
FIRST = 20  # named one by one
FIGURES = ("ndcg", "good", "wrong")  # the first of graded_pairs.NAMES


@dataclass(frozen=True)
class Ranked:
    market: Columns
    rankings: engine.Rankings


def compare(before: Ranked, after: Ranked) -> dict[str, Any]:
    """Return what differs, as plain values."""
    sides, pairs = {}, set[tuple[int, int]]()
    for side in Side:
        places = _places(before, side), _places(after, side)
        differences, gone_or_new = _side(*places)
        sides[side.value] = differences | {"lists": int(after.market.here(side).sum())}
        pairs |= {pair if side == Side.STARTUP else pair[::-1] for pair in gone_or_new}
    return {**sides, "pairs": len(pairs), "judged": _judged(before, after)}


Places = Mapping[tuple[int, int], int]


def _places(ranked: Ranked, side: Side) -> Places:
    both = ranked.rankings.startups, ranked.rankings.investors
    lists, others = both if side == Side.STARTUP else both[::-1]
    listed = is_recommended(lists, LIST_ENDS[side], engine.best_scores(others)) & (lists.ids >= 0)
    listed &= ranked.market.here(side)[lists.rows][:, None]
    row, at = np.nonzero(listed)
    place: Array = np.cumsum(listed, axis=1)[row, at]
    reader, other = (
        ranked.market.pks(side)[lists.rows[row]],
        ranked.market.pks(side.other)[lists.ids[row, at]],
    )
    return dict(zip(zip(reader.tolist(), other.tolist(), strict=True), place.tolist(), strict=True))


def _side(before: Places, after: Places) -> tuple[dict[str, Any], Sequence[tuple[int, int]]]:
    entered, left = after.keys() - before.keys(), before.keys() - after.keys()
    moved = sum(before[pair] != after[pair] for pair in before.keys() & after.keys())
    different = sorted(
        entered | left, key=lambda pair: (after.get(pair, before.get(pair, 0)), pair in left, pair)
    )
    figures = {
        "entered": len(entered),
        "left": len(left),
        "moved": moved,
        "changed": len({pair[0] for pair in different}),
        "first": [[*pair, before.get(pair), after.get(pair)] for pair in different[:FIRST]],
    }
    return figures, different


def _judged(before: Ranked, after: Ranked) -> dict[str, Any] | None:
    """Return the judged figures by side, before and after; None where the graded profiles are not here."""
    was_judged, will_be = (judge_shown(GRADES, each.market, each.rankings) for each in (before, after))
    if was_judged is None or will_be is None:
        return None
    both = zip((Side.INVESTOR, Side.STARTUP), was_judged, will_be, strict=True)
    return {
        side.value: {name: [was.figures[at].mean, will.figures[at].mean] for at, name in enumerate(FIGURES)}
        for side, was, will in both
    }
