"""How well the production engine foretells real deals, beside simpler ways."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from matchmaker.engine import learning
from matchmaker.engine.definition import metrics
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.metrics import LONG, Interval
from matchmaker.evaluation import deals
from matchmaker.evaluation.deals import DealRows, Split
from matchmaker.evaluation.ranking import BASELINES, RECORD_WEIGHTS, Ranked, rank

AHEAD, FOLDS = 150, 3  # days that a look into the past looks ahead, and how many there are
ENGINE, BAR = "engine", "log-linear blend"
NATS = 24.0  # in a score of 1: four factors of six nats each


@dataclass(frozen=True)
class ReportLine:
    """One way of ranking: metrics.NAMES, and how much the engine is better on the same queries."""

    name: str
    scores: list[Interval]
    engine_gain: list[Interval]


@dataclass(frozen=True)
class Chances:
    """Brier scores of the first fifty of every judged list: the mean squared distance from what came true."""

    pairs: int
    came_true: int
    brier: Interval  # of chances by Platt's scaling
    base_rate: Interval  # of giving every pair the share that came true in the past
    gain: Interval  # how much closer the chances are, on the same lists


@dataclass(frozen=True)
class Report:
    """Everything that evaluate tells of one split."""

    split: str
    judged: int  # queries with a right answer in the pool
    queries: int
    investors: int
    weights: Mapping[str, int]
    lines: list[ReportLine]
    ablation: list[ReportLine]  # the engine without one factor, its points left idle
    chances: Chances | None  # None: nothing judged, or too little past to fit to
    violations: int  # listed pairs that a gate refuses
    gini: float  # of exposure in the top 20
    never_shown: float  # share of the pool in nobody's top 20
    seconds: float  # reading not counted; the engine alone, compiled


@dataclass(frozen=True)
class ReportAnswer:
    """A split with the engine's ranking."""

    split: Split
    ids: Array


def evaluate(directory: Path, *, ablation: bool = False) -> tuple[Report, ReportAnswer]:
    """Rank the split in a directory and judge the ranking. Raises files.NoDealsError, files.BadDealsError."""
    rows = deals.read_files(directory)
    split = deals.split_of(rows)
    rank(split)  # compiles what is not compiled yet
    began = perf_counter()
    ranked = rank(split)
    seconds = perf_counter() - began
    judged = np.flatnonzero([len(right) > 0 for right in split.truth])
    looks = past(rows) if len(judged) else []
    own = _scores(split, ranked.ids, judged)
    others = {name: way(split, looks) for name, way in BASELINES.items()} if len(judged) else {}
    shown = metrics.exposure_each(ranked.ids, len(split.investor_ids))
    report = Report(
        split=split.name,
        judged=len(judged),
        queries=len(split.query_ids),
        investors=len(split.investor_ids),
        weights=RECORD_WEIGHTS,
        lines=[
            _line(ENGINE, own, own),
            *(_line(n, _scores(split, ids, judged), own) for n, ids in others.items()),
        ],
        ablation=_ablation(split, judged, own) if ablation else [],
        chances=chances(split, ranked, looks),
        violations=ranked.violations,
        gini=metrics.gini(shown),
        never_shown=float((shown == 0).mean()),
        seconds=seconds,
    )
    return report, ReportAnswer(split, ranked.ids)


def past(rows: DealRows) -> list[Split]:
    """The market at three days in its past, each with the startups first funded in the months after."""
    cuts = [rows.today + 1 - AHEAD * back for back in range(FOLDS, 0, -1)]
    folds = [deals.earlier(rows, cut, AHEAD) for cut in cuts]
    return [deals.split_of(fold) for fold in folds if fold.queries]


def write_rankings(answer: ReportAnswer, path: Path) -> int:
    """The ranking as query_id, investor_id, rank; the number of lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["query_id", "investor_id", "rank"])
        for query, row in zip(answer.split.query_ids, answer.ids, strict=True):
            found = row[row >= 0]
            table.writerows([query, answer.split.investor_ids[j], place + 1] for place, j in enumerate(found))
    return int((answer.ids >= 0).sum())


def _ablation(split: Split, judged: Array, own: Array) -> list[ReportLine]:
    lines = []
    for factor in RECORD_WEIGHTS:
        weights = {name: points for name, points in RECORD_WEIGHTS.items() if name != factor}
        lines.append(_line(f"without {factor}", _scores(split, rank(split, weights).ids, judged), own))
    return lines


def _scores(split: Split, ids: Array, judged: Array) -> Array:
    """float64[judged,4]."""
    return metrics.per_query(ids[judged], [split.truth[q] for q in judged])


def _line(name: str, scores: Array, own: Array) -> ReportLine:
    if not len(scores):
        return ReportLine(name, [], [])
    gain = [] if name == ENGINE else metrics.paired_bootstrap(own, scores)
    return ReportLine(name, metrics.bootstrap(scores), gain)


def chances(split: Split, ranked: Ranked, past: Sequence[Split]) -> Chances | None:
    """How true the chances of the scores are, fitted to the market's past alone.

    Platt's scaling is given the logarithm of a pair's share in its list, e^score over the sum of its list's:
    the same score is the best of one list and the thirtieth of another. Scores are sums of logarithms of how
    many times likelier. None where nothing is judged, or too few pairs of the past came true to fit to
    (learning.calibrate).
    """
    looks = [_first_fifty(look, rank(look)) for look in past]
    share, true = (np.concatenate([np.zeros(0), *(look[part][look[2]] for look in looks)]) for part in (0, 1))
    scaled = learning.calibrate(share, true > 0)
    asked, came_true, listed = _first_fifty(split, ranked)
    if scaled is None or not len(asked):
        return None
    told = metrics.brier(scaled.chance(asked), came_true, listed)
    flat = metrics.brier(np.full(asked.shape, true.mean()), came_true, listed)
    intervals = metrics.bootstrap(np.stack([told, flat, flat - told], axis=1))
    return Chances(int(listed.sum()), int(came_true[listed].sum()), *intervals)


def _first_fifty(split: Split, ranked: Ranked) -> tuple[Array, Array, Array]:
    """Of the first fifty of each judged query: log share float64[q,50], what came true and what is listed
    bool[q,50]."""
    judged = [q for q, right in enumerate(split.truth) if len(right)]
    ids, nats = ranked.ids[judged], NATS * ranked.score[judged]
    total = np.where(ids >= 0, np.exp(nats), 0.0).sum(axis=1, keepdims=True)
    share = np.where(ids >= 0, nats - np.log(total), 0.0)[:, :LONG]
    true = [np.isin(row, split.truth[q]) for row, q in zip(ids[:, :LONG], judged, strict=True)]
    return share, np.array(true, np.bool_).reshape(share.shape), ids[:, :LONG] >= 0
