"""Decisions of curators about profiles: reviews, suspensions, and answers to appeals."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from profiles.accounts.services.accounts import notify_team
from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.choices import ReviewOutcome, Status
from profiles.companies.selectors import APPEALABLE, WAITING
from profiles.curation.kinds import (
    APPEAL_LIMIT,
    APPEALED,
    DECISION_UPHELD,
    EDIT_APPROVED,
    EDIT_RETURNED,
    PROFILE_APPROVED,
    PROFILE_REJECTED,
    PROFILE_REOPENED,
    PROFILE_RESTORED,
    PROFILE_RETURNED,
    PROFILE_SUSPENDED,
)
from profiles.curation.selectors.reviews import version_of
from profiles.guards import ReasonMissingError, require_curator
from profiles.held_edits import services as held_edits
from profiles.held_edits.selectors import edit_of
from profiles.limits import services as limits
from profiles.models import Appeal, Investor, Review, Startup, User
from profiles.notifications.services import Message
from profiles.visibility.access import country_of

NOTICES = {
    ReviewOutcome.APPROVED: PROFILE_APPROVED,
    ReviewOutcome.RETURNED: PROFILE_RETURNED,
    ReviewOutcome.REJECTED: PROFILE_REJECTED,
    ReviewOutcome.SUSPENDED: PROFILE_SUSPENDED,
    ReviewOutcome.RESTORED: PROFILE_RESTORED,
    ReviewOutcome.REOPENED: PROFILE_REOPENED,
    ReviewOutcome.UPHELD: DECISION_UPHELD,
}
EDIT_NOTICES = {ReviewOutcome.APPROVED: EDIT_APPROVED, ReviewOutcome.RETURNED: EDIT_RETURNED}
APPROVED_BEFORE = Q(status=Status.APPROVED) | Q(status=Status.SUBMITTED, reviewed_at__isnull=False)
NO_REASON_NEEDED = (ReviewOutcome.APPROVED, ReviewOutcome.RESTORED, ReviewOutcome.REOPENED)


class NotWaitingError(Exception):
    """The profile does not stand as the decision expects: somebody else decided first, or its owner did."""


class ChangedSinceError(Exception):
    """The profile is not as the reviewer was shown it."""


class NumberTakenError(Exception):
    """An approved company has the same registration or registry number; only one may."""


class NotAppealableError(Exception):
    """Only a refused or suspended company appeals, and only once until it is answered."""


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
    Approving writes an edit that waits into the profile. Giving back an edit of an approved profile leaves
    both as they are: others go on seeing the approved version.

    Raises:
        ReasonMissingError: if the owner would be left without a reason.
        NotWaitingError, ChangedSinceError, NumberTakenError: nothing is decided.
    """
    (current,) = changes.lock_profiles(profile)
    is_edit = current.status == Status.APPROVED and edit_of(current) is not None
    if is_edit and outcome == ReviewOutcome.RETURNED:
        _read(current, at=at)
    else:
        _move(current, WAITING, Status(outcome), at=at)
    profile.status, profile.reviewed_at = current.status, current.reviewed_at
    if seen is not None and version_of(current) != seen:
        raise ChangedSinceError
    if outcome == ReviewOutcome.APPROVED:
        _apply_edit(current)
    notice = EDIT_NOTICES.get(outcome, "") if is_edit else ""
    return _record(
        profile, outcome, message=message, reasons=dict(reasons or {}), by=by, at=at, notice=notice
    )


def _read(profile: Startup | Investor, *, at: datetime) -> None:
    """Note that a curator has read a profile that stays as it is."""
    if not type(profile)._default_manager.filter(WAITING, pk=profile.pk).update(reviewed_at=at):
        raise NotWaitingError
    profile.reviewed_at = at


def _apply_edit(profile: Startup | Investor) -> None:
    """Write the edit that waits into a locked profile, unless its new number is another company's."""
    try:
        with transaction.atomic():
            held_edits.apply(profile)
    except IntegrityError as error:
        raise NumberTakenError from error


@transaction.atomic
def suspend(profile: Startup | Investor, *, message: str, by: User, at: datetime) -> Review:
    """Take a profile that was approved off all lists at once. What is open with others rests until later.

    Raises:
        ReasonMissingError: if its owner would be left without a reason.
        NotWaitingError: if it was never approved, or is suspended already.
    """
    changes.lock_profiles(profile)
    _move(profile, APPROVED_BEFORE, Status.SUSPENDED)
    return _record(profile, ReviewOutcome.SUSPENDED, message=message, by=by, at=at)


@transaction.atomic
def restore(profile: Startup | Investor, *, message: str = "", by: User, at: datetime) -> Review:
    """End a suspension. What was edited before or meanwhile and holds already is reviewed first.

    An edit that waits aside goes on waiting; others see the approved version.

    Raises:
        NotWaitingError: if it is not suspended.
        NumberTakenError: if another approved company has its number by now.
    """
    (current,) = changes.lock_profiles(profile)
    edit = edit_of(current)
    submitted = edit.submitted_before if edit else current.submitted_at
    is_read = bool(current.reviewed_at and not (submitted and submitted > current.reviewed_at))
    if is_read or not _moved(profile, Q(status=Status.SUSPENDED), Status.SUBMITTED):
        _move(profile, Q(status=Status.SUSPENDED), Status.APPROVED)
    return _record(profile, ReviewOutcome.RESTORED, message=message, by=by, at=at)


@transaction.atomic
def reopen(profile: Startup | Investor, *, message: str = "", by: User, at: datetime) -> Review:
    """Take a refusal back: the profile waits for review again, at its old place in the queue.

    Raises:
        NotWaitingError: if it is not refused.
    """
    changes.lock_profiles(profile)
    _move(profile, Q(status=Status.REJECTED), Status.SUBMITTED)
    return _record(profile, ReviewOutcome.REOPENED, message=message, by=by, at=at)


@transaction.atomic
def uphold(profile: Startup | Investor, *, message: str, by: User, at: datetime) -> Review:
    """Answer an appeal: the decision stays, and its owner reads why.

    Raises:
        ReasonMissingError: if its owner would be left without a reason.
        NotWaitingError: if no appeal is open.
    """
    changes.lock_profiles(profile)
    if not profile.appeals.filter(answered_at=None).exists():
        raise NotWaitingError
    return _record(profile, ReviewOutcome.UPHELD, message=message, by=by, at=at)


@transaction.atomic
def appeal(profile: Startup | Investor, *, text: str, by: User, at: datetime) -> Appeal:
    """Ask for another look at a refusal or a suspension.

    Raises:
        NotAppealableError: if there is nothing to appeal, or an appeal is open.
        LimitReachedError: if the company has appealed too often.
    """
    (current,) = changes.lock_profiles(profile)
    is_open = current.appeals.filter(answered_at=None).exists()
    if current.status not in APPEALABLE or is_open:
        raise NotAppealableError
    limits.take_token(APPEAL_LIMIT, company=current, at=at)
    audit.record(APPEALED, subject=audit.subject_of(current), by=by, at=at)
    made: Appeal = current.appeals.create(text=text, by=by, at=at)
    return made


def _record(
    profile: Startup | Investor,
    outcome: ReviewOutcome,
    *,
    message: str,
    by: User,
    at: datetime,
    reasons: dict[str, str] | None = None,
    notice: str = "",
) -> Review:
    """Write a decision down, answer an open appeal with it, and tell the team."""
    require_curator(by)
    if outcome not in NO_REASON_NEEDED and not (message.strip() or reasons):
        raise ReasonMissingError
    details = {"message": message, "reasons": reasons or {}}
    review = Review.objects.create(
        **{profile.side: profile}, **details, outcome=outcome, decided_by=by, decided_at=at
    )
    profile.appeals.filter(answered_at=None).update(answered_at=at)
    audit.record(str(outcome), subject=audit.subject_of(profile), by=by, at=at, details=details)
    changes.notify_changed(profile, at=at)
    path = reverse(f"{profile.side}_status")  # the reasons stay behind the sign-in
    notify_team(profile, Message(kind=notice or NOTICES[outcome], path=path, event=str(review.pk), at=at))
    return review


def _move(profile: Startup | Investor, where: Q, status: Status, *, at: datetime | None = None) -> None:
    """Set the status of a profile that is `where` the decision expects it.

    Raises:
        NotWaitingError, NumberTakenError: nothing is decided.
    """
    if not _moved(profile, where, status, at=at):
        raise NotWaitingError


def _moved(profile: Startup | Investor, where: Q, status: Status, *, at: datetime | None = None) -> bool:
    """Set the status, and with `at` the moment of the review; return whether the profile was there.

    The condition is part of the update, so of two curators who click at once exactly one decides. The
    database keeps a second approved company from the number of the first, whoever clicks first.
    """
    values: dict[str, object] = {"status": status} | ({"reviewed_at": at} if at else {})
    if at and status == Status.APPROVED:  # who approves has read its country too
        values["approved_country"] = country_of(profile)
    try:
        with transaction.atomic():
            if not type(profile)._default_manager.filter(where, pk=profile.pk).update(**values):
                return False
    except IntegrityError as error:
        raise NumberTakenError from error
    for name, value in values.items():
        setattr(profile, name, value)
    return True
