"""Lists against pairs that careful readers graded without having seen any list.

A grade is 3 both would want to meet, 2 worth a meeting, 1 weak, 0 should not be shown; of several readers the
mean. A ranking is float64[n,c], more is better, −inf where a pair is not listed; who was not graded is passed
over.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.metrics import Interval

GOOD, WRONG = 2.0, 0.5  # worth a meeting from here on; should not be shown up to here
TOP, FIRST = 10, 5
NAMES = ("NDCG@10", "good within ten", "wrong of first five", "… a better left out")
RESAMPLES = 1000


class BadGradesError(Exception):
    """The file of grades is not there or not as described; says what is wrong."""


@dataclass(frozen=True)
class Grades:
    """Who was graded, and how: float64[n,c], nan where nobody graded the pair."""

    startups: list[str]
    investors: list[str]
    grade: Array


@dataclass(frozen=True)
class Line:
    """How good one side's lists are: NAMES, each with a 95 % bootstrap interval over the lists."""

    lists: int
    figures: list[Interval]


def read(path: Path) -> Grades:
    """The grades in a file with the columns investor, startup, grade_1 and maybe grade_2. BadGradesError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            found = {(row["startup"], row["investor"]): _mean(row) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as wrong:
        raise BadGradesError(f"{path}: {wrong}") from wrong
    startups, investors = (sorted({pair[side] for pair in found}) for side in (0, 1))
    grade = np.array([[found.get((s, i), np.nan) for i in investors] for s in startups])
    return Grades(startups, investors, grade.reshape(len(startups), len(investors)))


def _mean(row: dict[str, str]) -> float:
    return float(np.mean([float(row[name]) for name in ("grade_1", "grade_2") if row.get(name)]))


def judge(ranking: Array, grade: Array) -> Line:
    """How good the lists of the columns are: those of investors, or, both turned, those of startups.

    A list without a good pair is not judged.
    """
    judged = np.flatnonzero((grade >= GOOD).any(axis=0))
    parts = np.array([_parts(ranking[:, j], grade[:, j]) for j in judged]).reshape(-1, 7)
    return Line(len(judged), [_interval(parts, figure) for figure in FIGURES])


def _parts(value: Array, grade: Array) -> list[float]:
    """Of one list: NDCG@10, good found and good in all, wrong ones of the first five, those of them with a
    better one left out, how many the five are, and one."""
    graded = np.flatnonzero(~np.isnan(grade))
    value, grade = value[graded], grade[graded]
    order = np.argsort(-value, kind="stable")
    shown = grade[order[np.isfinite(value[order])]]
    five, best = shown[:FIRST], np.sort(grade)[::-1]
    left_out = np.sort(np.concatenate([shown[FIRST:], grade[~np.isfinite(value)]]))[-1:]
    wrong = five[five <= WRONG]
    better = wrong[wrong < left_out.max(initial=0)] if left_out.max(initial=0) > WRONG else wrong[:0]
    ndcg = _gain(shown[:TOP]) / _gain(best[:TOP])
    found = (shown[:TOP] >= GOOD).sum()
    return [ndcg, found, (grade >= GOOD).sum(), len(wrong), len(better), len(five), 1]


def _gain(grade: Array) -> float:
    return float(((2**grade - 1) / np.log2(np.arange(len(grade)) + 2)).sum())


Figure = Callable[[Array], Array]  # of sums of _parts float64[…,7]

FIGURES: tuple[Figure, ...] = (
    lambda total: total[..., 0] / total[..., 6],
    lambda total: total[..., 1] / total[..., 2],
    lambda total: total[..., 3] / np.maximum(total[..., 5], 1),
    lambda total: total[..., 4] / np.maximum(total[..., 5], 1),
)


def _interval(parts: Array, figure: Figure) -> Interval:
    stream = np.random.RandomState([0])  # the stream of random.Random(0): the same figures everywhere
    draws = (stream.random_sample((RESAMPLES, len(parts))) * len(parts)).astype(np.int64)
    low, high = np.quantile(figure(parts[draws].sum(axis=1)), [0.025, 0.975])
    return Interval(float(figure(parts.sum(axis=0))), float(low), float(high))
