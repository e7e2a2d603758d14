"""How well the production engine foretells real deals, beside simpler ways."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from matchmaker.engine.definition import metrics
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.metrics import Interval
from matchmaker.evaluation import deals, files
from matchmaker.evaluation.baselines import BASELINES
from matchmaker.evaluation.calibration import Chances, chances
from matchmaker.evaluation.deals import Split
from matchmaker.evaluation.files import DealRows
from matchmaker.evaluation.ranking import RECORD_WEIGHTS, rank

AHEAD, FOLDS = 150, 3  # days that a look into the past looks ahead, and how many there are
ENGINE, BAR = "engine", "log-linear blend"


@dataclass(frozen=True)
class ReportLine:
    """One way of ranking: metrics.NAMES, and how much the engine is better on the same queries."""

    name: str
    scores: list[Interval]
    engine_gain: list[Interval]


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
    gini: float  # of attention in the top 20
    never_shown: float  # share of the pool in nobody's top 20
    seconds: float  # reading not counted; the engine alone, compiled


@dataclass(frozen=True)
class ReportAnswer:
    """A split with the engine's ranking."""

    split: Split
    ids: Array


def evaluate(directory: Path, *, ablation: bool = False) -> tuple[Report, ReportAnswer]:
    """Rank the split in a directory and judge the ranking. Raises files.NoDealsError, files.BadDealsError."""
    rows = files.read_files(directory)
    split = deals.split_of(rows)
    rank(split)  # compiles what is not compiled yet
    began = perf_counter()
    ranked = rank(split)
    seconds = perf_counter() - began
    judged = np.flatnonzero([len(right) > 0 for right in split.truth])
    looks = past(rows) if len(judged) else []
    own = _scores(split, ranked.ids, judged)
    others = {name: way(split, looks) for name, way in BASELINES.items()} if len(judged) else {}
    shown = metrics.attention_each(ranked.ids, len(split.investor_ids))
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
    folds = [files.earlier(rows, cut, AHEAD) for cut in cuts]
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
