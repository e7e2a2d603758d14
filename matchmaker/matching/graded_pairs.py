"""Graded pairs, and how good lists are by them.

A grade is 3 both would want to meet, 2 worth a meeting, 1 weak, 0 should not be shown; of several readers the
mean. A ranking is float64[n,c], more is better, −inf where a pair is not listed. A pair without a grade does
not count.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matchmaker.matching import engine
from matchmaker.matching.engine import ListEnd
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import Lists
from matchmaker.matching.engine.definition.metrics import Interval
from matchmaker.matching.ranking.market.columns import Columns
from profiles.models import Investor, Startup
from profiles.models.profile import public_id_of

GOOD, WRONG = 2.0, 0.5  # worth a meeting from here on; should not be shown up to here


TOP, FIRST = 10, 5


NAMES = ("NDCG@10", "good within ten", "wrong of first five", "… a better left out")


RESAMPLES = 1000


GradesByName = dict[tuple[str, str], float]


class BadGradesError(Exception):
    """The file of grades is not there or not as described; says what is wrong."""


@dataclass(frozen=True)
class Grades:
    """Who was graded, and how: float64[n,c], nan where no one graded the pair."""

    startups: list[str]
    investors: list[str]
    grade: Array


@dataclass(frozen=True)
class Line:
    lists: int
    figures: list[Interval]


def read(path: Path) -> Grades:
    table = read_pairs(path, "startup", "investor")
    startups = sorted({startup for startup, _investor in table})
    investors = sorted({investor for _startup, investor in table})
    grade = np.full((len(startups), len(investors)), np.nan)
    for (startup, investor), value in table.items():
        grade[startups.index(startup), investors.index(investor)] = value
    return Grades(startups, investors, grade)


def read_pairs(path: Path, one: str, other: str) -> GradesByName:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {(row[one], row[other]): _mean(row) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as wrong:
        raise BadGradesError(f"{path}: {wrong}") from wrong


def _mean(row: dict[str, str]) -> float:
    grades = row["grade_1"], row.get("grade_2")
    return float(np.mean([float(grade) for grade in grades if grade]))


def judge(ranking: Array, grade: Array) -> Line:
    """How good the lists of the columns are: those of investors, or, both turned, those of startups."""
    judged = np.flatnonzero((grade >= GOOD).any(axis=0))
    parts = np.array([_parts(ranking[:, j], grade[:, j]) for j in judged]).reshape(-1, 7)
    stream = np.random.RandomState([0])  # the stream of random.Random(0): the same figures everywhere
    draws = (stream.random_sample((RESAMPLES, len(parts))) * len(parts)).astype(np.int64)
    low, high = np.quantile(_figures(parts[draws].sum(axis=1)), [0.025, 0.975], axis=0)
    figures = np.stack([_figures(parts.sum(axis=0)), low, high], axis=1)
    return Line(len(judged), [Interval(*figure) for figure in figures.tolist()])


def _parts(value: Array, grade: Array) -> list[float]:
    """Of one list.

    NDCG@10, good found and good in all, wrong ones of the first five, those of them with a better one left
    out, how many the five are, and one.
    """
    graded = np.flatnonzero(~np.isnan(grade))
    value, grade = value[graded], grade[graded]
    order = np.argsort(-value, kind="stable")
    shown = grade[order[np.isfinite(value[order])]]
    five, best = shown[:FIRST], np.sort(grade)[::-1]
    left_out = np.sort(np.concatenate([shown[FIRST:], grade[~np.isfinite(value)]]))[-1:]
    wrong = five[five <= WRONG]
    better = wrong[wrong < left_out.max(initial=0)] if left_out.max(initial=0) > WRONG else wrong[:0]
    ndcg = _gain(shown[:TOP]) / _gain(best[:TOP])
    good_shown = (shown[:TOP] >= GOOD).sum()
    return [ndcg, good_shown, (grade >= GOOD).sum(), len(wrong), len(better), len(five), 1]


def _gain(grade: Array) -> float:
    return float(((2**grade - 1) / np.log2(np.arange(len(grade)) + 2)).sum())


def _figures(total: Array) -> Array:
    """float64[…,4]: NAMES, of sums of _parts float64[…,7]."""
    ndcg, found, good, wrong, better, five, lists = np.moveaxis(total, -1, 0)
    five = np.maximum(five, 1)
    return np.stack([ndcg / lists, found / good, wrong / five, better / five], axis=-1)


def judge_shown(path: Path, market: Columns, found: engine.Rankings) -> tuple[Line, Line] | None:
    """Judge what pages recommend: partners' lists, then startups'; None where no graded profile is ranked."""
    grades = read(path)
    try:
        rows = rows_of(market, grades)
    except BadGradesError:
        return None
    ours, theirs = (among(own, rows) for own in as_tables(found, is_recommended))
    grade = np.where((rows[0] >= 0)[:, None] & (rows[1] >= 0), grades.grade, np.nan)
    return judge(theirs, grade), judge(ours.T, grade.T)


Ranking = tuple[Array, Array]  # float64[n,c] twice: by the startups' lists, by the partners'


def rows_of(market: Columns, grades: Grades) -> tuple[Array, Array]:
    """The rows of the graded startups and investors; -1 where a profile is not ranked."""
    found = []
    for side, model, pks, slugs in (
        ("startup", Startup, market.startup_pk, grades.startups),
        ("investor", Investor, market.investor_pk, grades.investors),
    ):
        known = dict(model._default_manager.filter(is_demo=True).values_list("public_id", "pk"))
        place = {int(pk): row for row, pk in enumerate(pks)}
        found.append(np.array([place.get(known.get(public_id_of(side, slug), -1), -1) for slug in slugs]))
    if not all((rows >= 0).any() for rows in found):
        raise BadGradesError("None of the graded profiles is ranked here: run `manage.py load_demo` first.")
    return found[0], found[1]


def among(ranking: Array, rows: tuple[Array, Array]) -> Array:
    startups, investors = rows
    out: Array = ranking[np.ix_(startups, investors)]
    return np.where((startups >= 0)[:, None] & (investors >= 0), out, -np.inf)


# bool[r,k]: which places of lists that end so are shown, beside the other side's best scores in tenths
Kept = Callable[[Lists, ListEnd, Array], Array]


def as_tables(found: engine.Rankings, kept: Kept | None = None) -> Ranking:
    startups, investors = found.startups, found.investors
    ours = _places(startups, investors, engine.FOR_STARTUP, kept)
    return ours, _places(investors, startups, engine.FOR_INVESTOR, kept).T


def _places(lists: Lists, others: Lists, end: ListEnd, kept: Kept | None) -> Array:
    """float64[r,others]: minus the place of each counterpart on each list; −inf where it is not on it."""
    out = np.full((len(lists.rows), len(others.rows)), -np.inf)
    row, place = np.nonzero(
        (lists.ids >= 0) & (kept(lists, end, engine.best_scores(others)) if kept else True)
    )
    out[row, lists.ids[row, place]] = -place.astype(np.float64)
    return out


def is_recommended(lists: Lists, end: ListEnd, theirs: Array) -> Array:
    score = engine.score_tenths(lists.u, lists.v)  # zero where a list has ended
    outshone = engine.is_outshone(score, np.append(theirs, 0)[lists.ids], end)
    kept = [
        engine.recommended(own, levels, end, theirs)
        for own, levels, theirs in zip(score, lists.levels, outshone, strict=True)
    ]
    return np.array(kept, np.bool_).reshape(lists.ids.shape)  # also where there is no list
