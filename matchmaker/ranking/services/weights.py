"""The weights of the factors: applied in new versions, rolled back by applying an old one again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from matchmaker.choices import WEIGHT_POINTS, Factor
from matchmaker.models import Weights
from matchmaker.ranking.kinds import WEIGHTS
from matchmaker.ranking.selectors import weights as selector
from matchmaker.ranking.services import runs
from profiles.audit import services as audit
from profiles.guards import require_curator
from profiles.models import User

FIRST = 1  # the number of the first version


class BadWeightsError(Exception):
    """Weights are whole points from 0 up, one for each factor, 1000 in all."""


def current() -> Weights:
    """Return the weights that count, making the first version from the defaults."""
    found = selector.current()
    if found.pk is None:
        # Named by its number, so that of two workers that start at once both find the same first version.
        found, _made = Weights.objects.get_or_create(
            pk=FIRST,
            defaults={
                "for_investor": found.for_investor,
                "for_startup": found.for_startup,
                "note": found.note,
            },
        )
    return found


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
    """Make a new version of the weights, ask for a whole re-ranking, and return the version.

    `back_to` and `lessons` are the facts of a version that nobody wrote by hand (models/ranking.py).
    """
    require_curator(by)
    for side in (for_investor, for_startup):
        if set(side) != set(Factor.values) or min(side.values()) < 0 or sum(side.values()) != WEIGHT_POINTS:
            raise BadWeightsError
    before = _newest_locked()
    made = Weights.objects.create(
        pk=before.pk + 1,
        for_investor=dict(for_investor),
        for_startup=dict(for_startup),
        note=note,
        back_to=back_to,
        lessons=list(lessons),
        by=by,
        at=at,
    )
    audit.record(
        WEIGHTS,
        subject=f"weights:{made.pk}",
        by=by,
        at=at,
        details={
            "before": before.pk,
            "for_investor": dict(for_investor),
            "for_startup": dict(for_startup),
            "note": note,
            "back_to": back_to and back_to.pk,
            "lessons": list(lessons),
        },
    )
    runs.request(by=by, at=at, reason=note, weights=made)
    return made


def _newest_locked() -> Weights:
    """Return the weights that count; who changes them meanwhile waits for the end of this transaction."""
    current()
    Weights.objects.select_for_update(no_key=True).get(pk=FIRST)
    return Weights.objects.all()[0]


def roll_back(to: Weights, *, by: User, at: datetime) -> Weights:
    """Apply an older version again, as a new one."""
    return apply(
        for_investor=to.for_investor,
        for_startup=to.for_startup,
        note=to.note,
        back_to=to,
        lessons=to.lessons,
        by=by,
        at=at,
    )
