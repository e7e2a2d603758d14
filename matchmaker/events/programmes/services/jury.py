"""Reviewers say who they are connected with, and score; the organiser writes the criteria."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes.kinds import DECISION_LIMIT, EXPORT_LIMIT
from matchmaker.events.programmes.selectors.jury import connected_with, has_scores, reviews_of, visible_to
from matchmaker.events.programmes.services import invitations
from matchmaker.events.programmes.services.programmes import lock_as_organiser, lock_programme, record_audit
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeConflict,
    ProgrammeReviewer,
    ProgrammeScore,
)
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ONGOING
from matchmaker.transitions import WrongStateError
from profiles.models import User
from profiles.people.accounts.selectors import addresses_of
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError


@transaction.atomic
def remove_reviewer(programme: Programme, *, pk: int, by: User, at: datetime) -> None:
    locked = lock_as_organiser(programme, by=by)
    reviewer = locked.reviewers.filter(pk=pk).first()
    if reviewer is None:
        return
    for invitation in locked.invitations.filter(kind=REVIEWER, email=reviewer.email, ended_at=None):
        invitations.withdraw(invitation, at=at)
    reviewer.delete()
    record_audit(locked, "no_reviewer", by=by, at=at)


@transaction.atomic
def write_criteria(
    programme: Programme, *, criteria: Sequence[Mapping[str, Any]], by: User, at: datetime
) -> None:
    locked = lock_as_organiser(programme, by=by)
    if has_scores(locked):
        raise RefusedError(
            _("Someone has already scored by these criteria, so they can no longer be changed.")
        )
    if locked.state not in ONGOING:
        raise WrongStateError
    locked.criteria = [dict(criterion) for criterion in criteria]
    locked.save(update_fields=["criteria"])
    record_audit(locked, "criteria", by=by, at=at)


@transaction.atomic
def declare_conflicts(
    reviewer: ProgrammeReviewer, *, applications: Collection[int], by: User, at: datetime
) -> None:
    """Store a reviewer's connections.

    The applications of all who are behind them disappear for the reviewer, with scores given before.

    Raises:
        WrongStateError: one does not review, or not any more.
    """
    _lock_reviewed(reviewer, by)
    declared = visible_to(reviewer, by).filter(pk__in=list(applications)[:MOST_DECLARED])
    ProgrammeConflict.objects.bulk_create(
        (ProgrammeConflict(reviewer=reviewer, application=application, at=at) for application in declared),
        ignore_conflicts=True,
    )
    reviewer.scores.filter(application__in=connected_with(reviewer)).delete()
    rows = ProgrammeReviewer.objects.filter(pk=reviewer.pk)
    rows.filter(declared_at=None).update(declared_at=at)
    rows.filter(user=None).update(user=by)


MOST_DECLARED = 500


def _lock_reviewed(reviewer: ProgrammeReviewer, by: User) -> Programme:
    locked = lock_programme(reviewer.programme)
    if not reviews_of(by).filter(pk=reviewer.pk).exists():
        raise WrongStateError
    return locked


@transaction.atomic
def score(
    reviewer: ProgrammeReviewer,
    application: ProgrammeApplication,
    *,
    points: Sequence[int],
    words: str,
    by: User,
    at: datetime,
) -> None:
    """Keep the points of one reviewer for one application; they may be changed while it goes on.

    Raises:
        WrongStateError: the programme is over, the reviewer has declared no conflicts yet, or a conflict.
        RefusedError: there are none, or others than were answered.
    """
    limits.take_token(DECISION_LIMIT, account=by, at=at)
    locked = _lock_reviewed(reviewer, by)
    mine = visible_to(reviewer, by).filter(pk=application.pk)
    if reviewer.declared_at is None or not mine.exists():
        raise WrongStateError
    if not locked.criteria or len(points) != len(locked.criteria):
        raise RefusedError(_("The criteria have changed. Open the page again."))
    values = {"points": list(points), "note": words, "at": at}
    ProgrammeScore.objects.update_or_create(reviewer=reviewer, application=application, defaults=values)
    record_audit(locked, "score", by=by, at=at)


def remove_reviewers(user: User) -> None:
    asked = Q(user=user) | Q(user=None, to__in=addresses_of(user))
    ProgrammeReviewer.objects.alias(to=Lower("email")).filter(asked).delete()


@transaction.atomic
def record_export(programme: Programme, *, by: User, at: datetime) -> None:
    limits.take_token(EXPORT_LIMIT, account=by, at=at)
    record_audit(lock_as_organiser(programme, by=by), "export", by=by, at=at)
