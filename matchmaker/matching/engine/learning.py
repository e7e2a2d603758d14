"""Weights and chances from what people decided.

Everything is a logistic fit held near what we believed before: penalty λ/2 · |β − β₀|². Few decisions
leave the beliefs as they are; many outvote them. No coefficient goes below zero, because no factor may
speak against a pair for fitting better.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.definition.columns import POINTS, TOP_LEVEL, Array
from matchmaker.matching.engine.definition.factors import apportion
from matchmaker.matching.engine.definition.metrics import log_loss

# value, gradient [k] and curvature [k,k] of what is to be maximised
Surface = Callable[[Array], tuple[float, Array, Array]]

STRENGTH = 3.0  # λ
FOLDS = 5
MIN_DECISIONS, MIN_EACH = 40, 8  # below that nothing is learned: every fold must hold both answers
MIN_CALIBRATION, MIN_CALIBRATION_EACH = 100, 20  # below that no chance is shown
# Of the last third, by which a change is judged; all in all three times as many are needed.
MIN_JUDGED, MIN_JUDGED_EACH = MIN_DECISIONS // 2, 4
SURE = 1.645  # standard errors: 19 of 20 changes without any worth stay below
STEPS, ENOUGH = 50, 1e-9


@dataclass(frozen=True)
class Calibration:
    slope: float
    intercept: float

    def chance(self, score: Array) -> Array:
        """float64[d] for scores float64[d]."""
        return _logistic(self.slope * score + self.intercept)


@dataclass(frozen=True)
class Learned:
    points: Array  # int64[k] adds up to 1000; those in force where nothing was learned
    decisions: int
    loss: float  # cross-validated log-loss of the learned weights, in nats
    loss_before: float  # of the weights in force
    reason: str  # ADOPT, TOO_FEW or NO_BETTER


@dataclass(frozen=True)
class Judged:
    """What the first two thirds of a record speak for. Losses are of the last third, in nats."""

    points: Array  # int64[k] adds up to 1000; those in force where nothing was learned
    judged: int  # decisions of the last third
    missing: tuple[int, int, int]  # decisions, of them yes, of them no, before anything can be learned
    loss: float
    loss_before: float
    margin: float  # by which the loss must fall at least to count as better
    reason: str  # ADOPT, TOO_FEW or NO_BETTER


ADOPT, TOO_FEW, NO_BETTER = "adopt", "too_few", "no_better"


def weights(
    levels: Array, accepted: Array, points: Array, prior: Array, strength: float = STRENGTH
) -> Learned:
    """What weights the decisions of one side speak for.

    levels uint8[d,k] of the decided pairs, accepted bool[d], points int[k] in force and prior int[k] that the
    fit is held near (of 1000): not those in force, or what was learned once would be learned again and again
    from the same decisions. The order of the decisions deals them into the folds, so pass them in the order
    of time.
    """
    factors, believed = levels / TOP_LEVEL, prior / POINTS
    if not _enough(accepted, MIN_DECISIONS, MIN_EACH):
        return Learned(points.astype(np.int64), len(accepted), np.nan, np.nan, TOO_FEW)

    def fit(levels: Array, answers: Array) -> Array:
        return _fit(levels, answers, believed, strength)

    after = _unseen_loss(factors, accepted, fit)
    before, plain = (_unseen_loss(factors @ (held / POINTS), accepted, _platt) for held in (points, prior))
    slopes = fit(factors, accepted)[1:]
    if after >= min(before, plain) or not slopes.any():
        return Learned(points.astype(np.int64), len(accepted), after, before, NO_BETTER)
    fine = np.rint(slopes / slopes.max() * 1e6).astype(np.int64)
    return Learned(apportion(fine, POINTS), len(accepted), after, before, ADOPT)


def judged(levels: Array, accepted: Array, points: Array, prior: Array) -> Judged:
    """Choose weights on the first two thirds of the decisions, and judge them on the last third.

    The arrays are those of `weights`, the oldest decision first. Weights are better if the later decisions
    surprise less with them than with those in force, by more than chance explains.
    """
    cut = len(accepted) * 2 // 3
    missing, now = _missing(accepted, cut), points.astype(np.int64)
    if any(missing):
        return Judged(now, len(accepted) - cut, missing, np.nan, np.nan, np.nan, TOO_FEW)
    chosen = weights(levels[:cut], accepted[:cut], points, prior)
    after, before = (_surprises(levels, accepted, held, cut) for held in (chosen.points, points))
    gain = before - after
    margin = SURE * float(gain.std(ddof=1)) / len(gain) ** 0.5
    is_better = chosen.reason == ADOPT and gain.mean() > max(margin, 1e-6)
    losses = (float(after.mean()), float(before.mean()), margin)
    reason = ADOPT if is_better else NO_BETTER
    return Judged(chosen.points, len(gain), missing, *losses, reason)


def _missing(accepted: Array, cut: int) -> tuple[int, int, int]:
    yes, no = 0, 0
    for part, least in ((accepted[:cut], MIN_EACH), (accepted[cut:], MIN_JUDGED_EACH)):
        yes_in_part = int(np.count_nonzero(part))
        no_in_part = len(part) - yes_in_part
        yes += max(0, least - yes_in_part)
        no += max(0, least - no_in_part)
    return max(0, MIN_DECISIONS + MIN_JUDGED - len(accepted), yes, no), yes, no


def _surprises(levels: Array, accepted: Array, points: Array, cut: int) -> Array:
    """float64[d] of the decisions after the cut, by chances that those before it give to the weighted sum."""
    score = levels / TOP_LEVEL @ (points / POINTS)
    chance = _logistic(_with_one(score[cut:]) @ _platt(score[:cut], accepted[:cut]))
    return -np.log(np.where(accepted[cut:], chance, 1 - chance))


def calibrate(score: Array, accepted: Array) -> Calibration | None:
    """The chance that goes with a score float64[d] in 0 … 1; None while there are too few decisions."""
    if not _enough(accepted, MIN_CALIBRATION, MIN_CALIBRATION_EACH):
        return None
    intercept, slope = _platt(score, accepted)
    return Calibration(float(slope), float(intercept))


def lacking(accepted: Array) -> int:
    """How many decisions are missing before a chance can be given."""
    yes = int(accepted.sum())
    each = sum(max(0, MIN_CALIBRATION_EACH - said) for said in (yes, len(accepted) - yes))
    return max(MIN_CALIBRATION - len(accepted), each, 0)


def choices(
    lifts: Sequence[Array], chosen: Sequence[Sequence[Array]], believed: Array, strength: float
) -> Array:
    """How much each kind of lift is worth when one counterpart is chosen among all, float64[k] ≥ 0.

    A conditional logit. lifts[g] float64[n,m,k] of n choosers and m counterparts of one moment, chosen[g] the
    counterparts that each chooser took (one or more, each an equal part of one choice).
    """

    parts = [(offered, _shares(took)) for offered, took in zip(lifts, chosen, strict=True)]

    def surface(worth: Array) -> tuple[float, Array, Array]:
        value, slope, bend = 0.0, np.zeros(len(worth)), np.zeros((len(worth), len(worth)))
        for offered, shares in parts:
            part = _choice_surface(offered, shares, worth)
            value, slope, bend = value + part[0], slope + part[1], bend + part[2]
        return _held(value, slope, bend, worth, believed, strength)

    return maximise(surface, believed, np.ones(len(believed), np.bool_))


def _shares(took: Sequence[Array]) -> tuple[Array, Array, Array]:
    """What was taken as chooser int64[t], counterpart int64[t], and the part float64[t] of a choice."""
    sizes = np.array([len(right) for right in took], np.int64)
    counterparts = np.concatenate([np.zeros(0, np.int64), *took])
    return np.repeat(np.arange(len(took)), sizes), counterparts, np.repeat(1 / sizes, sizes)


def _choice_surface(
    lifts: Array, shares: tuple[Array, Array, Array], worth: Array
) -> tuple[float, Array, Array]:
    chooser, counterpart, part = shares
    score = lifts @ worth
    score -= score.max(axis=1, keepdims=True)
    chance = np.exp(score)
    total = chance.sum(axis=1, keepdims=True)
    chance /= total
    weighted = lifts * chance[..., np.newaxis]
    mean = weighted.sum(axis=1)
    value = float(part @ score[chooser, counterpart] - np.log(total).sum())
    slope = part @ lifts[chooser, counterpart] - mean.sum(axis=0)
    k = len(worth)
    square = weighted.reshape(-1, k).T @ lifts.reshape(-1, k)
    return value, slope, mean.T @ mean - square


def maximise(surface: Surface, start: Array, bounded: Array) -> Array:
    """The top of a concave surface with the bounded coordinates (bool[k]) ≥ 0: Newton's steps on the free
    coordinates, halved until they climb."""
    at = np.where(bounded, np.maximum(start, 0), start).astype(np.float64)
    value, slope, bend = surface(at)
    for _ in range(STEPS):
        free = ~(bounded & (at <= 0) & (slope <= 0))
        step = np.zeros_like(at)
        step[free] = np.linalg.solve(-bend[np.ix_(free, free)], slope[free])
        reached = _climb(surface, at, step, value, bounded)
        if reached is None:
            break
        gained, (at, value, slope, bend) = reached[1] - value, reached
        if gained < ENOUGH * max(1.0, abs(value)):
            break
    return at


def _climb(
    surface: Surface, at: Array, step: Array, value: float, bounded: Array
) -> tuple[Array, float, Array, Array] | None:
    """The first point along the step, halving it, that is higher; None if there is none."""
    for half in range(30):
        new = at + step * 0.5**half
        new = np.where(bounded, np.maximum(new, 0), new)
        higher, slope, bend = surface(new)
        if higher > value:
            return new, higher, slope, bend
    return None


def _fit(factors: Array, accepted: Array, believed: Array, strength: float) -> Array:
    """Intercept and slopes float64[1+k]; the belief stands on the scale that fits best."""
    intercept, scale = _platt(factors @ believed, accepted)
    centre = np.concatenate([[intercept], max(scale, 0.0) * believed])
    held = np.concatenate([[0.0], np.full(len(believed), strength)])  # the intercept is free
    return _logit(_with_one(factors), accepted, centre, held)


def _platt(score: Array, accepted: Array) -> Array:
    """Intercept and slope ≥ 0, float64[2], barely held so that a perfect separation stays finite."""
    return _logit(_with_one(score), accepted, np.zeros(2), np.array([1e-3, 1e-3]))


def _logit(columns: Array, accepted: Array, centre: Array, held: Array) -> Array:
    def surface(beta: Array) -> tuple[float, Array, Array]:
        chance = _logistic(columns @ beta)
        value = -len(accepted) * log_loss(chance, accepted)
        slope = columns.T @ (accepted - chance)
        bend = -(columns.T * (chance * (1 - chance))) @ columns
        return _held(value, slope, bend, beta, centre, held)

    bounded = np.arange(len(centre)) > 0
    return maximise(surface, centre, bounded)


def _held(
    value: float, slope: Array, bend: Array, at: Array, centre: Array, strength: float | Array
) -> tuple[float, Array, Array]:
    pull = np.broadcast_to(np.maximum(strength, 1e-9), at.shape)
    away = at - centre
    return value - 0.5 * float(pull @ away**2), slope - pull * away, bend - np.diag(pull)


def _unseen_loss(columns: Array, accepted: Array, fit: Callable[[Array, Array], Array]) -> float:
    """Cross-validated log-loss: the chance of each decision by what was fitted to the other folds."""
    chance = np.empty(len(accepted))
    for rest, held_out in _folds(accepted):
        chance[held_out] = _logistic(_with_one(columns[held_out]) @ fit(columns[rest], accepted[rest]))
    return log_loss(chance, accepted)


def _folds(accepted: Array) -> Iterator[tuple[Array, Array]]:
    """Yield who is fitted to and who is held out, bool[d] each: every fold gets its part of either answer."""
    fold = np.empty(len(accepted), np.int64)
    for answer in (False, True):
        rows = np.flatnonzero(accepted == answer)
        fold[rows] = np.arange(len(rows)) % FOLDS
    for number in range(FOLDS):
        yield fold != number, fold == number


def _enough(accepted: Array, least: int, least_each: int) -> bool:
    yes = int(accepted.sum())
    return len(accepted) >= least and min(yes, len(accepted) - yes) >= least_each


def _with_one(columns: Array) -> Array:
    return np.column_stack([np.ones(len(columns)), columns])


def _logistic(x: Array) -> Array:
    chance: Array = 0.5 * (1 + np.tanh(0.5 * x))
    return chance
