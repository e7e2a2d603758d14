"""The weights that a market's own past speaks for: rolling origins inside the known deals only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matchmaker.engine import learning
from matchmaker.engine.definition import metrics
from matchmaker.engine.definition.columns import POINTS, Array
from matchmaker.engine.definition.factors import apportion
from matchmaker.evaluation import deals
from matchmaker.evaluation.deals import Split
from matchmaker.evaluation.ranking import RECORD_WEIGHTS, affinities, rank
from matchmaker.evaluation.report import past

MOST = 2_000_000  # pairs of a look that weights are fitted to: of more startups, some evenly spread over it
STRENGTH = 3.0
NATS = 6 / 255  # of a level
FINE = 1_000_000


@dataclass(frozen=True)
class Fold:
    """One look from the past: metrics.NAMES under the weights in force and under the tuned ones."""

    name: str
    queries: int
    in_force: list[float]
    tuned: list[float]


@dataclass(frozen=True)
class Tuning:
    """What the past of one market says about the weights."""

    split: str
    in_force: Mapping[str, int]
    tuned: Mapping[str, int]
    folds: list[Fold]


def tune(directory: Path) -> Tuning:
    """Fit the weights on all looks but one and score that one, in turn; then fit them on all.

    Raises files.NoDealsError, files.BadDealsError. The split's own queries are never read.
    """
    rows = deals.read_files(directory)
    splits = past(rows)
    thin = [split.thinned(MOST) for split in splits]
    levels = [offered(split) for split in thin]
    folds = []
    for held_out, split in enumerate(splits):
        rest = [number for number in range(len(splits)) if number != held_out]
        points = _points([levels[n] for n in rest], [thin[n] for n in rest])
        folds.append(
            Fold(split.name, len(split.query_ids), _scores(split, RECORD_WEIGHTS), _scores(split, points))
        )
    return Tuning(rows.name, RECORD_WEIGHTS, _points(levels, thin), folds)


def offered(split: Split) -> Array:
    """float64[q,m,4]: the levels of every pair in nats, in the order of RECORD_WEIGHTS."""
    leaning = affinities(split)
    n, m = len(split.query_ids), len(split.investor_ids)
    sector = np.where(split.sectors[:, :1] >= 0, leaning.sector.T[split.sectors[:, 0]], 0)
    stage = np.where(split.stage[:, np.newaxis] >= 0, leaning.stage.T[split.stage], 0)
    place = np.where(split.place[:, np.newaxis] >= 0, leaning.place.T[split.place], 0)
    return NATS * np.stack([sector, stage, place, np.broadcast_to(leaning.activity, (n, m))], axis=-1)


def _points(levels: list[Array], splits: list[Split]) -> dict[str, int]:
    believed = np.array(list(RECORD_WEIGHTS.values())) / POINTS * len(RECORD_WEIGHTS)
    fitted = learning.choices(levels, [split.truth for split in splits], believed, STRENGTH)
    points = apportion(np.rint(fitted * FINE).astype(np.int64), POINTS)
    return dict(zip(RECORD_WEIGHTS, points.tolist(), strict=True))


def _scores(split: Split, weights: Mapping[str, int]) -> list[float]:
    means: list[float] = metrics.per_query(rank(split, weights).ids, split.truth).mean(axis=0).tolist()
    return means
