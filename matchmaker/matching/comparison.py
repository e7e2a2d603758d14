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
    sides = {}
    pairs: set[tuple[int, int]] = set()  # startup, investor
    for side in Side:
        differences, gone_or_new = _side(_places(before, side), _places(after, side))
        sides[side.value] = differences | {"lists": int(after.market.here(side).sum())}
        for reader, other in gone_or_new:
            if side == Side.STARTUP:
                pairs.add((reader, other))
            else:
                pairs.add((other, reader))
    return {**sides, "pairs": len(pairs), "judged": _judged(before, after)}


Places = Mapping[tuple[int, int], int]


def _places(ranked: Ranked, side: Side) -> Places:
    lists, others = ranked.rankings.startups, ranked.rankings.investors
    if side == Side.INVESTOR:
        lists, others = others, lists
    listed = is_recommended(lists, LIST_ENDS[side], engine.best_scores(others)) & (lists.ids >= 0)
    listed &= ranked.market.here(side)[lists.rows][:, None]
    row, at = np.nonzero(listed)
    place: Array = np.cumsum(listed, axis=1)[row, at]
    readers = ranked.market.pks(side)[lists.rows[row]].tolist()
    others_listed = ranked.market.pks(side.other)[lists.ids[row, at]].tolist()
    pairs = zip(readers, others_listed, strict=True)
    return dict(zip(pairs, place.tolist(), strict=True))


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
    lines_before = judge_shown(GRADES, before.market, before.rankings)
    lines_after = judge_shown(GRADES, after.market, after.rankings)
    if lines_before is None or lines_after is None:
        return None
    sides = (Side.INVESTOR, Side.STARTUP)
    judged: dict[str, Any] = {}
    for side, line_before, line_after in zip(sides, lines_before, lines_after, strict=True):
        means = {}
        for number, name in enumerate(FIGURES):
            means[name] = [line_before.figures[number].mean, line_after.figures[number].mean]
        judged[side.value] = means
    return judged
