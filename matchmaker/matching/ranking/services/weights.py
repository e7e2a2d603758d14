"""The weights of the factors: new versions, going back, and learning from answers and outcomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.core.cache import caches
from django.db import transaction
from django.utils.translation import gettext, gettext_noop, override

from matchmaker.choices import WEIGHT_POINTS, Factor, Side
from matchmaker.matching.engine import learning
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.matching.ranking.kinds import WEIGHTS
from matchmaker.matching.ranking.selectors import desk
from matchmaker.matching.ranking.services import runs
from matchmaker.models.ranking import Weights
from profiles.guards import require_curator
from profiles.models import User
from profiles.platform.audit import services as audit

FIRST = 1  # the number of the first version


class BadWeightsError(Exception):
    """Weights are whole points from 0 up, one for each factor, 1000 in all."""


def current() -> Weights:
    """Return the weights that count, making the first version from the defaults."""
    newest = desk.current()
    if newest.pk is None:
        # Named by its number, so that of two workers that start at once both find the same first version.
        newest, _made = Weights.objects.get_or_create(
            pk=FIRST,
            defaults={
                "for_investor": newest.for_investor,
                "for_startup": newest.for_startup,
                "note": newest.note,
            },
        )
    return newest


@transaction.atomic
def apply(
    *,
    for_investor: Mapping[str, int],
    for_startup: Mapping[str, int],
    note: str,
    by: User,
    at: datetime,
    back_to: Weights | None = None,
    lessons: Sequence[Mapping[str, object]] = (),
) -> Weights:
    """Make a new version of the weights, ask for a whole re-ranking, and return the version."""
    require_curator(by)
    for side in (for_investor, for_startup):
        if set(side) != set(Factor.values) or min(side.values()) < 0 or sum(side.values()) != WEIGHT_POINTS:
            raise BadWeightsError
    before = _newest_locked()
    said: dict[str, Any] = {
        "for_investor": dict(for_investor),
        "for_startup": dict(for_startup),
        "note": note,
        "lessons": list(lessons),
    }
    made = Weights.objects.create(pk=before.pk + 1, back_to=back_to, by=by, at=at, **said)
    was, now = _labelled(before.for_investor, before.for_startup), _labelled(for_investor, for_startup)
    changed = [name for name in now if was.get(name) != now[name]]
    values = {
        "before": {name: was.get(name) for name in changed},
        "after": {name: now[name] for name in changed},
    }
    details = {**values, "back_to": back_to and back_to.pk, **said}
    audit.record(WEIGHTS, subject=f"weights:{made.pk}", by=by, at=at, details=details)
    runs.request(by=by, at=at, reason=note, weights=made)
    return made


def _labelled(for_investor: Mapping[str, int], for_startup: Mapping[str, int]) -> dict[str, int]:
    with override("en"):
        sides = ((Side.INVESTOR, for_investor), (Side.STARTUP, for_startup))
        return {
            f"{side.label}: {Factor(factor).label}": points
            for side, weights in sides
            for factor, points in weights.items()
        }


def _newest_locked() -> Weights:
    """Return the weights that count; who changes them meanwhile waits for the end of this transaction."""
    current()
    Weights.objects.select_for_update(no_key=True).get(pk=FIRST)
    return Weights.objects.all()[0]


def roll_back(to: Weights, *, by: User, at: datetime) -> Weights:
    return apply(
        for_investor=to.for_investor,
        for_startup=to.for_startup,
        note=to.note,
        back_to=to,
        lessons=to.lessons,
        by=by,
        at=at,
    )


TOO_FEW, NO_BETTER, ADOPT = learning.TOO_FEW, learning.NO_BETTER, learning.ADOPT
CALIBRATED_SECONDS = 600
LONGEST_ODDS = 100  # rarer than 1 in 100 says nothing to a person


class NothingLearnedError(Exception):
    """No side's decisions speak for other weights than those in force."""


@dataclass(frozen=True)
class Lesson:
    side: Side
    points: Mapping[str, int]  # those in force where nothing was learned
    before: Mapping[str, int]
    decisions: int
    accepted: int
    outcomes: int  # of the decisions: what came of introductions
    judged: int  # of the decisions: the last third, by which the weights of the others are judged
    missing: Sequence[int]  # decisions before anything can be learned; of them yes and no
    loss: float | None  # log-loss of the last third in nats; None where there are too few decisions
    loss_before: float | None
    margin: float | None  # by which it must fall at least
    reason: str  # ADOPT, TOO_FEW or NO_BETTER

    @property
    def adopt(self) -> bool:
        return self.reason == ADOPT

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        return [(str(f.label), self.before[f.value], self.points[f.value]) for f in Factor]

    @property
    def losses(self) -> list[tuple[str, float | None]]:
        """The error of the last third, for both weights."""
        return [(gettext("Weights in use"), self.loss_before), (gettext("Learned weights"), self.loss)]

    @property
    def facts(self) -> dict[str, object]:
        losses = {"before": round(self.loss_before or 0.0, 3), "after": round(self.loss or 0.0, 3)}
        return {"side": self.side.value, "decisions": self.decisions, **losses}


def study(report: Callable[[int], None] = lambda done: None) -> list[Lesson]:
    """Return what the record of each side speaks for. `report` gets how much of a hundred is done."""
    now = current()
    report(5)
    investors = _lesson(Side.INVESTOR, now.for_investor)
    report(50)
    return [investors, _lesson(Side.STARTUP, now.for_startup)]


@transaction.atomic
def apply_lessons(lessons: Sequence[Lesson], *, by: User, at: datetime) -> Weights:
    """Put in force what was learned.

    Raises:
        NothingLearnedError: no side learned anything, or other weights are in force since.
    """
    require_curator(by)
    now = _newest_locked()
    in_force = {Side.INVESTOR: now.for_investor, Side.STARTUP: now.for_startup}
    if any(dict(lesson.before) != in_force[lesson.side] for lesson in lessons):
        raise NothingLearnedError
    learned = [lesson for lesson in lessons if lesson.adopt]
    if not learned:
        raise NothingLearnedError
    points = {lesson.side: lesson.points for lesson in lessons}
    return apply(
        for_investor=points[Side.INVESTOR],
        for_startup=points[Side.STARTUP],
        note=gettext_noop("Learned from decisions"),
        lessons=[lesson.facts for lesson in learned],
        by=by,
        at=at,
    )


def chance(side: Side, score: float) -> float | None:
    """How often this side accepted pairs of that score (0 … 1); None with too few decisions.

    Recalibrated every ten minutes in each process.
    """
    cache, key = caches["memory"], f"calibration:{side.value}"
    cached = cache.get(key)
    if cached is None:  # kept in a tuple, so that "too few" is remembered too
        rows = desk.by_side(side, with_outcomes=False)
        cached = (learning.calibrate(rows.score, rows.accepted),)
        cache.set(key, cached, CALIBRATED_SECONDS)
    return None if cached[0] is None else float(cached[0].chance(np.array([score]))[0])


def odds_of_acceptance(side: Side, score: float) -> int | None:
    """The chance as "1 in n"; None while there are too few decisions, or none was accepted."""
    found = chance(side, score)
    return max(1, round(1 / found)) if found and found >= 1 / LONGEST_ODDS else None


def _lesson(side: Side, in_force: Mapping[str, int]) -> Lesson:
    rows = desk.by_side(side)
    before = {factor: int(in_force[factor]) for factor in Factor.values}
    points = np.array([before[factor] for factor in Factor.values])
    prior = np.array([DEFAULTS[side][factor] for factor in Factor.values])
    learned = learning.judged(rows.levels, rows.accepted, points, prior)
    counted = learned.reason != TOO_FEW
    return Lesson(
        side=side,
        points=dict(zip(Factor.values, learned.points.tolist(), strict=True)),
        before=before,
        decisions=len(rows.accepted),
        accepted=int(rows.accepted.sum()),
        outcomes=int((~rows.is_answer).sum()),
        judged=learned.judged,
        missing=learned.missing,
        loss=learned.loss if counted else None,
        loss_before=learned.loss_before if counted else None,
        margin=learned.margin if counted else None,
        reason=learned.reason,
    )


BANDS = 5


@dataclass(frozen=True)
class Calibrated:
    """How often pairs of a score led to a yes, or both sides' yes to an outcome."""

    side: str  # "" for outcomes, which are of both
    missing: int  # before a chance can be given
    bands: Sequence[Sequence[Any]]  # from and to of 100, how many, of them yes, chance in between or None


def calibrations() -> list[Calibrated]:
    rows = {side: desk.by_side(side) for side in (Side.INVESTOR, Side.STARTUP)}
    found = [_calibrated(side, each, each.is_answer) for side, each in rows.items()]
    either = rows[Side.INVESTOR]
    return [*found, _calibrated("", either, ~either.is_answer)]


def _calibrated(side: str, rows: desk.Decided, counts: Array) -> Calibrated:
    score, accepted = rows.score[counts], rows.accepted[counts]
    fitted = learning.calibrate(score, accepted)
    band = np.minimum((score * BANDS).astype(np.int64), BANDS - 1)
    bands = []
    for number in range(BANDS):
        inside = band == number
        middle = (number + 0.5) / BANDS
        chance = None if fitted is None else float(fitted.chance(np.array([middle]))[0])
        edges = (number * 100 // BANDS, (number + 1) * 100 // BANDS)
        bands.append((*edges, int(inside.sum()), int(accepted[inside].sum()), chance))
    return Calibrated(side, learning.lacking(accepted), bands)
