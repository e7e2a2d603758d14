"""How good a ranking is, and how sure we may be of it.

A ranking is ids int64[q,k], best first, -1 where a list ends; the truth of each query is an array of ids.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import Array

NAMES = ("Recall@10", "Recall@50", "NDCG@10", "MRR")
SHORT, LONG = 10, 50


class Interval(NamedTuple):
    mean: float
    low: float
    high: float


def per_query(ids: Array, truth: Sequence[Array]) -> Array:
    """float64[q,4]: NAMES for every query; each truth holds at least one id."""
    return np.array([_one(row, right) for row, right in zip(ids, truth, strict=True)]).reshape(-1, len(NAMES))


def _one(row: Array, right: Array) -> tuple[float, float, float, float]:
    ranks = 1 + np.flatnonzero(np.isin(row, right))
    short, wanted = ranks[ranks <= SHORT], len(right)
    ideal = _gain(np.arange(1, min(SHORT, wanted) + 1))
    return (
        len(short) / wanted,
        int((ranks <= LONG).sum()) / wanted,
        _gain(short) / ideal,
        1 / int(ranks[0]) if len(ranks) else 0.0,
    )


def _gain(ranks: Array) -> float:
    return float((1 / np.log2(ranks + 1)).sum())


def bootstrap(rows: Array, resamples: int = 1000) -> list[Interval]:
    """The mean of every column of rows float64[q,c] with a 95 % percentile interval over resampled queries.

    The stream is that of Python's own random.Random(0), so the figures are the same on every machine.
    Of how much better one ranking is than another pass the differences: above zero throughout is a real gain.
    """
    count = len(rows)
    stream = np.random.RandomState([0])  # seeded by an array it is the stream of random.Random
    low, high = int(0.025 * resamples), int(0.975 * resamples) - 1
    intervals = []
    for column in rows.T:
        draws = (stream.random_sample((resamples, count)) * count).astype(np.int64)
        means = np.sort(column[draws].mean(axis=1))
        intervals.append(Interval(float(column.mean()), float(means[low]), float(means[high])))
    return intervals


def gini(amounts: Array) -> float:
    ordered = np.sort(amounts.astype(np.float64))
    total = ordered.sum()
    if not len(ordered) or total <= 0:
        return 0.0
    place = np.arange(1, len(ordered) + 1)
    return float(2 * (place * ordered).sum() / (len(ordered) * total) - (len(ordered) + 1) / len(ordered))


def exposure_each(ids: Array, profiles: int, top: int = 20) -> Array:
    """float64[profiles]: Σ 1/log₂(rank + 1) over the lists in whose top a profile stands."""
    shown = ids[:, :top]
    worth = np.broadcast_to(1 / np.log2(np.arange(shown.shape[1]) + 2), shown.shape)
    return np.bincount(shown[shown >= 0], worth[shown >= 0], minlength=profiles)


def log_loss(chance: Array, outcome: Array) -> float:
    """Mean surprise, in nats, of outcomes bool[d] given chances float64[d]."""
    chance = np.clip(chance, 1e-12, 1 - 1e-12)
    return float(-np.where(outcome, np.log(chance), np.log1p(-chance)).mean())


def brier(chance: Array, outcome: Array, counts: Array) -> Array:
    """float64[q]: mean squared distance of chances float64[q,k] from outcomes bool[q,k].

    counts bool[q,k] tells which pairs there are.
    """
    wide = np.where(counts, chance - outcome, 0.0) ** 2
    return wide.sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
