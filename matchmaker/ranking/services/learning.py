"""Weights from decisions: what each side's answers speak for, adopted only where it foretells them better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.core.cache import cache
from django.utils.translation import gettext_noop

from matchmaker.choices import Factor, Side
from matchmaker.engine import learning
from matchmaker.models import Weights
from matchmaker.ranking.definitions import DEFAULTS
from matchmaker.ranking.selectors import training_data
from matchmaker.ranking.services import weights
from profiles.models import User

TOO_FEW, NO_BETTER, ADOPT = learning.TOO_FEW, learning.NO_BETTER, learning.ADOPT
CALIBRATED_SECONDS = 600
LONGEST_ODDS = 100  # rarer than 1 in 100 says nothing to a person


class NothingLearnedError(Exception):
    """No side's decisions speak for other weights."""


@dataclass(frozen=True)
class Lesson:
    """What the decisions of one side say."""

    side: Side
    points: Mapping[str, int]  # those in force where nothing was learned
    before: Mapping[str, int]
    decisions: int
    accepted: int
    loss: float | None  # cross-validated log-loss in nats; None where there are too few decisions
    loss_before: float | None
    reason: str  # ADOPT, TOO_FEW or NO_BETTER

    @property
    def adopt(self) -> bool:
        """Whether the learned points foretell the decisions better than those in force."""
        return self.reason == ADOPT

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """Factor in words, points in force, points learned."""
        return [(str(f.label), self.before[f.value], self.points[f.value]) for f in Factor]

    @property
    def facts(self) -> dict[str, object]:
        """What is kept with the weights of why they were learned."""
        losses = {"before": round(self.loss_before or 0.0, 3), "after": round(self.loss or 0.0, 3)}
        return {"side": self.side.value, "decisions": self.decisions, **losses}


def study() -> list[Lesson]:
    """Look at both sides' decisions. Changes nothing."""
    now = weights.current()
    return [_lesson(Side.INVESTOR, now.for_investor), _lesson(Side.STARTUP, now.for_startup)]


def apply(lessons: Sequence[Lesson], *, by: User, at: datetime) -> Weights:
    """Put the learned points of those sides that learned something in force; everything is ranked again."""
    learned = [lesson for lesson in lessons if lesson.adopt]
    if not learned:
        raise NothingLearnedError
    points = {lesson.side: lesson.points for lesson in lessons}
    return weights.apply(
        for_investor=points[Side.INVESTOR],
        for_startup=points[Side.STARTUP],
        note=gettext_noop("Learned from decisions"),
        lessons=[lesson.facts for lesson in learned],
        by=by,
        at=at,
    )


def chance(side: Side, score: float) -> float | None:
    """How often this side accepted pairs of that score (0 … 1); None while there are too few decisions.

    The calibration is made anew every ten minutes, not for every page.
    """
    key = f"calibration:{side.value}"
    kept = cache.get(key)
    if kept is None:  # kept in a tuple, so that "too few" is remembered too
        kept = (_calibration(side),)
        cache.set(key, kept, CALIBRATED_SECONDS)
    return None if kept[0] is None else float(kept[0].chance(np.array([score]))[0])


def one_in(side: Side, score: float) -> int | None:
    """The chance as "1 in n"; None while there are too few decisions, or none was accepted."""
    found = chance(side, score)
    return max(1, round(1 / found)) if found and found >= 1 / LONGEST_ODDS else None


def _calibration(side: Side) -> learning.Calibration | None:
    rows = training_data.by_side(side)
    return learning.calibrate(rows.score, rows.accepted)


def _lesson(side: Side, in_force: Mapping[str, int]) -> Lesson:
    rows = training_data.by_side(side)
    before = {factor: int(in_force[factor]) for factor in Factor.values}
    points, prior = (
        np.array([held[factor] for factor in Factor.values]) for held in (before, DEFAULTS[side])
    )
    found = learning.weights(rows.levels, rows.accepted, points, prior)
    counted = found.reason != TOO_FEW
    return Lesson(
        side=side,
        points=dict(zip(Factor.values, found.points.tolist(), strict=True)),
        before=before,
        decisions=found.decisions,
        accepted=int(rows.accepted.sum()),
        loss=found.loss if counted else None,
        loss_before=found.loss_before if counted else None,
        reason=found.reason,
    )
