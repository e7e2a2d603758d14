"""How true the chances are that go with the engine's scores, when fitted to the market's past alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.engine import learn, metrics
from matchmaker.engine.columns import Array
from matchmaker.engine.metrics import LONG, Interval
from matchmaker.services.evaluation.deals import Split
from matchmaker.services.evaluation.ranking import Ranked, rank


@dataclass(frozen=True)
class Chances:
    """Brier scores of the first fifty of every judged list: the mean squared distance from what came true."""

    pairs: int
    came_true: int
    brier: Interval  # of chances by Platt's scaling of the scores
    base_rate: Interval  # of giving every pair the share that came true in the past
    gain: Interval  # how much closer the chances are, on the same lists


def chances(split: Split, ranked: Ranked, past: Sequence[Split]) -> Chances | None:
    """None where nothing is judged, or too few pairs of the past came true to fit to (learn.calibrate)."""
    looks = [_first_fifty(look, rank(look)) for look in past]
    score, true = (
        np.concatenate([np.zeros(0), *(look[part][look[0] >= 0] for look in looks)]) for part in (0, 1)
    )
    scaled = learn.calibrate(score, true > 0)
    asked, came_true = _first_fifty(split, ranked)
    if scaled is None or not len(asked):
        return None
    listed = asked >= 0
    told = metrics.brier(scaled.chance(asked), came_true, listed)
    flat = metrics.brier(np.full(asked.shape, true.mean()), came_true, listed)
    intervals = metrics.bootstrap(np.stack([told, flat, flat - told], axis=1))
    return Chances(int(listed.sum()), int(came_true[listed].sum()), *intervals)


def _first_fifty(split: Split, ranked: Ranked) -> tuple[Array, Array]:
    """Scores float64[q,50] of the judged queries, 0 … 1, -1 where a list ends; and bool[q,50], what came
    true."""
    judged = [q for q, right in enumerate(split.truth) if len(right)]
    ids, score = ranked.ids[judged, :LONG], ranked.score[judged, :LONG]
    true = [np.isin(row, split.truth[q]) for row, q in zip(ids, judged, strict=True)]
    return np.where(ids >= 0, score, -1.0), np.array(true, np.bool_).reshape(ids.shape)
