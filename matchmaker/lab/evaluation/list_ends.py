"""Where lists should end.

Rules tried on half of the graded lists of all markets, and judged on the others.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np

from matchmaker.choices import Side
from matchmaker.lab.evaluation import judged
from matchmaker.matching import engine, graded_pairs
from matchmaker.matching.engine import ListEnd
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import Lists
from matchmaker.matching.graded_pairs import FIRST, GOOD, WRONG, Grades
from matchmaker.matching.ranking.definitions import LIST_ENDS

MARKETS = {"demo": "", "messy": "messy"}  # the file of grades in profiles/data begins so: its market
SPLITS = 40
FLOOR = ListEnd(0, 0, 0)  # only what is enough in any list
TRIED = [
    ListEnd(always, first, share)
    for always, first, share in product((1, 2, 3), (0, 3, 5, 10, 15), range(60, 100, 5))
    if first > always or (first == 0 and share == 95)
]
BY_BOTH = list(product((0, *range(55, 95, 5)), (False, True)))  # of the rule in use: theirs, meets_need
NAMES = ("good shown", "wrong of first five", "empty lists")


@dataclass(frozen=True)
class GradedList:
    """One list, best first, and how its pairs were graded. `missed`: good pairs that it does not have."""

    score: Array
    levels: Array
    grade: Array
    theirs: Array  # the best scores of the counterparts
    missed: int


@dataclass(frozen=True)
class Choice:
    rules: Mapping[ListEnd, Mapping[str, Array]]  # on all lists: the floor, the rule in use, the best ones
    chosen: Sequence[tuple[ListEnd, int]]  # on half of the lists, and in how many splits
    held_out: Mapping[str, Mapping[str, Array]]  # on the other halves: the chosen rules, the floor


def choose(folder: Path, *, on: date) -> dict[Side, Choice]:
    markets = {name: _lists(folder / f"{name}_grades.csv", market, on) for name, market in MARKETS.items()}
    return {side: _choose({name: own[side] for name, own in markets.items()}, side) for side in Side}


def _lists(path: Path, market: str, on: date) -> dict[Side, list[GradedList]]:
    grades = graded_pairs.read(path)
    with judged.graded_market(grades, market, on=on) as (found, (startups, investors)):
        ranked = engine.rank_all(found.snapshot)
        turned = Grades(grades.investors, grades.startups, grades.grade.T)
        return {
            Side.STARTUP: _of_one_side(ranked.startups, ranked.investors, grades, startups, investors),
            Side.INVESTOR: _of_one_side(ranked.investors, ranked.startups, turned, investors, startups),
        }


def _of_one_side(
    lists: Lists, other_lists: Lists, grades: Grades, rows: Array, others: Array
) -> list[GradedList]:
    """Return the lists of these rows; those without a good pair are not judged."""
    found, best = [], engine.best_scores(other_lists)
    for row, grade in zip(rows, grades.grade, strict=True):
        of_row = dict(zip(others.tolist(), grade.tolist(), strict=True))
        of_row.pop(-1, None)
        if row < 0 or max(of_row.values(), default=0) < GOOD:
            continue
        at = np.array(
            [k for k, other in enumerate(lists.ids[row].tolist()) if of_row.get(other, -1) >= 0], int
        )
        listed = np.array([of_row[other] for other in lists.ids[row, at].tolist()])
        good = sum(each >= GOOD for each in of_row.values())
        score = engine.score_tenths(lists.u[row, at], lists.v[row, at])
        missed = good - int((listed >= GOOD).sum())
        theirs = best[lists.ids[row, at]]
        found.append(GradedList(score, lists.levels[row, at], listed, theirs, missed))
    return found


def _choose(markets: Mapping[str, list[GradedList]], side: Side) -> Choice:
    in_use = LIST_ENDS[side]
    by_both = [in_use._replace(theirs=theirs, meets_need=need) for theirs, need in BY_BOTH]
    rules = list(dict.fromkeys([FLOOR, in_use, *by_both, *TRIED]))
    parts = {
        name: np.array([[parts_of(own, rule) for own in lists] for rule in rules])
        for name, lists in markets.items()
    }
    everything = {name: part.sum(axis=1) for name, part in parts.items()}
    best = [int(at) for at in np.argsort(-_worth(everything), kind="stable") if rules[at] != FLOOR][:5]
    chosen, held_out = Counter[ListEnd](), {name: np.zeros((2, 5)) for name in parts}
    for seed in range(SPLITS):
        stream = np.random.RandomState([seed])
        halves = {name: stream.permutation(part.shape[1]) % 2 == 0 for name, part in parts.items()}
        ours = {name: part[:, halves[name]].sum(axis=1) for name, part in parts.items()}
        at = 1 + int(np.argmax(_worth(ours)[1:]))
        chosen[rules[at]] += 1
        for name, part in parts.items():
            held_out[name] += part[[at, 0]][:, ~halves[name]].sum(axis=1)
    return Choice(
        {
            rules[at]: {name: figures_of(part[at]) for name, part in everything.items()}
            for at in (0, 1, *best)
        },
        chosen.most_common(5),
        {
            title: {name: figures_of(part[row]) / (1, 1, SPLITS) for name, part in held_out.items()}
            for row, title in enumerate(("chosen", "floor"))
        },
    )


def parts_of(own: GradedList, rule: ListEnd) -> list[int]:
    """Good pairs shown, good in all, wrong of the first five shown, how many these are, 1 if it is empty."""
    outshone = engine.is_outshone(own.score, own.theirs, rule)
    upper = engine.recommended(own.score, own.levels, rule, outshone)
    good, five = own.grade >= GOOD, own.grade[upper][:FIRST]
    is_empty = len(own.score) > 0 and not upper.any()
    return [(good & upper).sum(), good.sum() + own.missed, (five <= WRONG).sum(), len(five), is_empty]


def figures_of(parts: Array) -> Array:
    """float64[…,3]: NAMES, of sums of parts_of int64[…,5]."""
    good, all_good, wrong, five, empty = np.moveaxis(parts, -1, 0)
    return np.stack([good / np.maximum(all_good, 1), wrong / np.maximum(five, 1), empty], axis=-1)


def _worth(parts: Mapping[str, Array]) -> Array:
    """float64[r]: the share of good pairs shown less that of wrong ones, in the mean of the markets."""
    figures = np.array([figures_of(part) for part in parts.values()])
    worth: Array = (figures[..., 0] - figures[..., 1]).mean(axis=0)
    return worth
