"""Decisions of curators about profiles that wait for review."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from profiles.accounts.services.accounts import notify_team
from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.choices import ReviewOutcome, Status
from profiles.companies.selectors import WAITING
from profiles.curation.kinds import PROFILE_APPROVED, PROFILE_REJECTED, PROFILE_RETURNED
from profiles.curation.selectors.reviews import version_of
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Review, Startup, User
from profiles.notifications.services import Message
from profiles.visibility.access import country_of

DECIDED = {
    ReviewOutcome.APPROVED: PROFILE_APPROVED,
    ReviewOutcome.RETURNED: PROFILE_RETURNED,
    ReviewOutcome.REJECTED: PROFILE_REJECTED,
}


class NotWaitingError(Exception):
    """The profile does not wait for review: somebody else decided first, or its owner took it back."""


class ChangedSinceError(Exception):
    """The profile is not as the reviewer was shown it."""


class NumberTakenError(Exception):
    """An approved company has the same registration or registry number; only one may."""


@transaction.atomic
def decide(
    profile: Startup | Investor,
    outcome: ReviewOutcome,
    *,
    by: User,
    at: datetime,
    message: str = "",
    reasons: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> Review:
    """Let the profile be matched, give it back or refuse it, and write down who decided what and why.

    What has to change, the owner reads by field in `reasons`, in general in `message`. `seen` is the version
    that the reviewer read (selectors/reviews.py); None where the decision was not made from a page.

    Raises:
        ReasonMissingError: if the owner would be left without a reason.
        NotWaitingError, ChangedSinceError, NumberTakenError: nothing is decided.
    """
    told = dict(reasons or {})
    if outcome != ReviewOutcome.APPROVED and not (message or told):
        raise ReasonMissingError
    require_curator(by)
    (current,) = changes.lock_profiles(profile)
    # The condition is part of the update, so of two curators who click at once exactly one decides.
    if not _move_on(current, outcome, at=at):
        raise NotWaitingError
    if seen is not None and version_of(current) != seen:
        raise ChangedSinceError
    profile.status, profile.reviewed_at = Status(outcome), at
    details = {"message": message, "reasons": told}
    review = Review.objects.create(
        **{profile.side: profile}, **details, outcome=outcome, decided_by=by, decided_at=at
    )
    audit.record(str(outcome), subject=audit.subject_of(profile), by=by, at=at, details=details)
    changes.notify_changed(profile, at=at)
    path = reverse(f"{profile.side}_status")  # the reasons stay behind the sign-in
    notify_team(profile, Message(kind=DECIDED[outcome], path=path, event=str(review.pk), at=at))
    return review


def _move_on(profile: Startup | Investor, outcome: ReviewOutcome, *, at: datetime) -> int:
    """Set the outcome if the profile waits; return how many rows changed, 0 or 1.

    Who approves has read its country too. The database keeps a second approved company from the number of
    the first, whoever clicks first.
    """
    waiting = type(profile)._default_manager.filter(WAITING, pk=profile.pk)
    is_approved = outcome == ReviewOutcome.APPROVED
    country = country_of(profile) if is_approved else profile.approved_country
    try:
        with transaction.atomic():
            return waiting.update(status=outcome, reviewed_at=at, approved_country=country)
    except IntegrityError as error:
        raise NumberTakenError from error
