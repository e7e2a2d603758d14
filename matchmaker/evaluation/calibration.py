"""How true the chances are that go with the engine's scores, when fitted to the market's past alone.

A score says how well two fit, not against how many others: the same 70 is the best of one list and the
thirtieth of another, and a market grows. So Platt's scaling is given the logarithm of a pair's share in its
list, e^score over the sum of its list's; scores are sums of logarithms of how many times likelier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.engine import learning
from matchmaker.engine.definition import metrics
from matchmaker.engine.definition.columns import Array
from matchmaker.engine.definition.metrics import LONG, Interval
from matchmaker.evaluation.deals import Split
from matchmaker.evaluation.ranking import Ranked, rank

NATS = 24.0  # in a score of 1: four factors of six nats each


@dataclass(frozen=True)
class Chances:
    """Brier scores of the first fifty of every judged list: the mean squared distance from what came true."""

    pairs: int
    came_true: int
    brier: Interval  # of chances by Platt's scaling
    base_rate: Interval  # of giving every pair the share that came true in the past
    gain: Interval  # how much closer the chances are, on the same lists


def chances(split: Split, ranked: Ranked, past: Sequence[Split]) -> Chances | None:
    """None where nothing is judged, or too few pairs of the past came true to fit to (learning.calibrate)."""
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
