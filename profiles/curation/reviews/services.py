"""Decisions of curators about profiles, what they ask for and tell, and how they share the work."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.access import country_of
from profiles.choices import ReviewOutcome, Status
from profiles.companies.held_edits import services as held_edits
from profiles.companies.held_edits.selectors import edit_of, last_edit
from profiles.companies.steps.selectors import APPEALABLE, WAITING
from profiles.curation.reviews import kinds
from profiles.curation.reviews.selectors.queues import assignment_of
from profiles.curation.reviews.selectors.requests import (
    is_mended,
    offered_reasons,
    open_requests,
    request_about,
)
from profiles.curation.reviews.selectors.reviews import content_of, version_of
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Appeal, CannedReason, CuratorNote, Investor, Review, ReviewReason, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes import services as changes
from profiles.platform.limits import services as limits
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

NOTICES = {
    ReviewOutcome.APPROVED: kinds.PROFILE_APPROVED,
    ReviewOutcome.RETURNED: kinds.PROFILE_RETURNED,
    ReviewOutcome.REJECTED: kinds.PROFILE_REJECTED,
    ReviewOutcome.SUSPENDED: kinds.PROFILE_SUSPENDED,
    ReviewOutcome.RESTORED: kinds.PROFILE_RESTORED,
    ReviewOutcome.REOPENED: kinds.PROFILE_REOPENED,
    ReviewOutcome.UPHELD: kinds.DECISION_UPHELD,
}
EDIT_NOTICES = {ReviewOutcome.APPROVED: kinds.EDIT_APPROVED, ReviewOutcome.RETURNED: kinds.EDIT_RETURNED}
APPROVED_BEFORE = Q(status=Status.APPROVED) | Q(status=Status.SUBMITTED, reviewed_at__isnull=False)
UNDO_TIME = timedelta(minutes=1)  # in which a review can be undone, and its people are not told
FOR_UNDO = ("replaced", "typed")  # kept of a review until it can no longer be undone
BATCH = 100  # reviews of which one task tells
LANGUAGES = ("en", "ur", "zh")
NO_REASON_NEEDED = (ReviewOutcome.APPROVED, ReviewOutcome.RESTORED, ReviewOutcome.REOPENED)


class NotWaitingError(RefusedError):
    """The profile is not in the state that the decision expects."""

    message = _("A decision on this profile has already been made.")


class ChangedSinceError(Exception):
    """The profile is not as the reviewer was shown it."""


class StillAskedError(Exception):
    """Something that curators asked for is neither changed nor waived."""


class TooLateError(RefusedError):
    message = _("It is too late to undo this: one minute has passed, or the profile has changed.")


class NumberTakenError(RefusedError):
    message = _(
        "An approved company already has this registration number, and a number can belong to only one "
        "company. Open it under “Possible duplicates” on the dashboard, then merge, return or reject one of "
        "the two."
    )


class UnfitEditError(RefusedError):
    message = _(
        "This edit cannot be published: for example, two rows have the same name, or an amount is out of "
        "range. Nothing was decided. Return the edit and say what its owner should change."
    )


@transaction.atomic
def decide(
    profile: Startup | Investor,
    outcome: ReviewOutcome,
    *,
    by: User,
    at: datetime,
    message: str = "",
    reasons: Mapping[str, str] | None = None,
    canned: Collection[CannedReason] = (),
    waived: Collection[int] = (),
    version_read: str | None = None,
    unchanged_since: datetime | None = None,
    typed: Mapping[str, Any] | None = None,
    undo_time: timedelta = UNDO_TIME,
) -> Review:
    """Let the profile be matched, give it back or refuse it, and write down who decided what and why.

    Raises:
        ReasonMissingError: if the owner would be left without a reason.
        NotWaitingError, ChangedSinceError, NumberTakenError, UnfitEditError, StillAskedError: nothing is
            decided.
    """
    require_curator(by)
    (current,) = changes.lock_profiles(profile)
    is_applied = edit_of(current) is not None and outcome == ReviewOutcome.APPROVED
    before = _apply_outcome(current, outcome, at=at)
    profile.status, profile.reviewed_at = current.status, current.reviewed_at
    is_unread = is_applied if version_read is None else version_of(current) != version_read
    if is_unread or (unchanged_since is not None and last_edit(current) != unchanged_since):
        raise ChangedSinceError
    # A profile that was opened again keeps its old place in the queue, and waits since then.
    latest = current.reviews.order_by("-decided_at").values_list("decided_at", flat=True).first()
    since = max(filter(None, (current.submitted_at, latest)), default=None)
    if outcome != ReviewOutcome.REJECTED:
        _close_requests(current, outcome, waived=waived, at=at)
    if is_applied:
        before["replaced"] = held_edits.replaced_by_edit(current)
        _store_edit(current, held_edits.apply)
    if typed:
        before["typed"] = typed
    review = _record(
        profile,
        outcome,
        was=before["status"],
        message=message,
        reasons=reasons,
        canned=canned,
        by=by,
        at=at,
        before=before,
        tell_at=at + undo_time,
        waited_since=since,
    )
    _ask(review, current, reasons or {}, canned)
    return review


def _apply_outcome(current: Startup | Investor, outcome: ReviewOutcome, *, at: datetime) -> dict[str, Any]:
    """Change the state of a profile. Return how it was and became: what an undo and the notice need."""
    before: dict[str, Any] = {
        "status": current.status,
        "country": current.approved_country,
        "reviewed_at": current.reviewed_at and current.reviewed_at.isoformat(),
        "unread": current.unread_changes,
    }
    is_edit = current.status == Status.APPROVED and edit_of(current) is not None
    if is_edit and outcome == ReviewOutcome.RETURNED:
        _read(current, at=at)
    else:
        _move(current, WAITING, Status(outcome), at=at)
    notice = EDIT_NOTICES.get(outcome, "") if is_edit else ""
    return {**before, "became": current.status, "notice": notice}


def _close_requests(
    profile: Startup | Investor, outcome: ReviewOutcome, *, waived: Collection[int], at: datetime
) -> None:
    """Close what is mended or waived. Nothing else may be open where a profile is approved.

    Raises:
        StillAskedError: if something is.
    """
    asked = open_requests(profile)
    asked.filter(mended_at=None, pk__in=waived).update(closed_at=at, is_waived=True)
    asked.filter(mended_at__isnull=False).update(closed_at=at)
    if outcome == ReviewOutcome.APPROVED and asked.exists():
        raise StillAskedError


def _ask(
    review: Review, profile: Startup | Investor, reasons: Mapping[str, str], canned: Collection[CannedReason]
) -> None:
    """Keep what a decision asks for: a reason in the words of a ready-made one is read in any language."""
    rows = [ReviewReason(review=review, canned=one) for one in canned]
    if reasons:
        known = {getattr(one, f"text_{code}"): one for one in offered_reasons() for code in LANGUAGES}
        content = content_of(profile)
        for key, text in reasons.items():
            about = request_about(profile, key, content)
            values = {"canned": known[text]} if text in known else {"text": text}
            rows.append(ReviewReason(review=review, **about, **values))
    ReviewReason.objects.bulk_create(rows)


def check_requests(model: type[Startup] | type[Investor], pk: int, *, at: datetime) -> None:
    """Tick what curators asked of a company and is changed by now; untick what is as it was.

    Called inside the transaction of every change.
    """
    requests = ReviewReason.objects.filter(closed_at=None, **{f"review__{model.side}": pk})
    asked = list(requests.exclude(field=""))
    if not asked:
        return
    profile = model._default_manager.get(pk=pk)
    content = content_of(profile)
    for each in asked:
        is_done = is_mended(each, content, profile)
        if is_done != bool(each.mended_at):
            ReviewReason.objects.filter(pk=each.pk).update(mended_at=at if is_done else None)


@transaction.atomic
def undo(review: Review, *, by: User, at: datetime) -> None:
    """Undo one's own review before the notification: the profile waits again.

    Raises:
        TooLateError: if its people have been notified, or the profile has moved on.
        NumberTakenError, UnfitEditError: if another approved company has its number by now, say.
    """
    require_curator(by)
    (current,) = changes.lock_profiles(review.company)
    stored = Review.objects.filter(pk=review.pk, decided_by=by, tell_at__gt=at).first()
    if stored is None:
        raise TooLateError
    replaced = stored.before.get("replaced")
    if replaced and last_edit(current) != stored.decided_at:  # its people have built on the new words
        raise TooLateError
    reviewed_at = stored.before["reviewed_at"] and datetime.fromisoformat(stored.before["reviewed_at"])
    values = {"reviewed_at": reviewed_at, "approved_country": stored.before["country"]}
    values["unread_changes"] = stored.before.get("unread", {})
    as_decided = Q(status=stored.before["became"], reviewed_at=stored.decided_at)
    if not _moved(current, as_decided, Status(stored.before["status"]), **values):
        raise TooLateError
    if replaced:
        _store_edit(current, partial(held_edits.put_back, replaced=replaced))
    closed = ReviewReason.objects.filter(closed_at=stored.decided_at, **{f"review__{current.side}": current})
    closed.update(closed_at=None, is_waived=False)
    current.appeals.filter(answered_at=None).update(answered_at=at)  # there is nothing left to appeal
    stored.delete()
    details = {"outcome": stored.outcome}
    audit.record(kinds.UNDONE, subject=audit.subject_of(current), by=by, at=at, details=details)
    changes.notify_changed(current, at=at)


def notify_due(*, at: datetime) -> None:
    due = Review.objects.filter(tell_at__lte=at).order_by("tell_at", "pk")
    for review in list(due.select_related("startup", "investor")[:BATCH]):
        _notify_once(review, at=at)


@transaction.atomic
def _notify_once(review: Review, *, at: datetime) -> None:
    profile = review.company
    if not type(profile)._default_manager.select_for_update(no_key=True).filter(pk=profile.pk).exists():
        return
    kept = {name: value for name, value in review.before.items() if name not in FOR_UNDO}
    if Review.objects.filter(pk=review.pk, tell_at__isnull=False).update(tell_at=None, before=kept):
        _notify(review, at=at)


def _notify(review: Review, *, at: datetime) -> None:
    kind = review.before.get("notice") or NOTICES[ReviewOutcome(review.outcome)]
    path = reverse("matches" if kind == kinds.PROFILE_APPROVED else f"{review.side}_status")
    notify_team(review.company, Message(kind=kind, path=path, event=str(review.pk), at=at))


def _read(profile: Startup | Investor, *, at: datetime) -> None:
    read = {"reviewed_at": at, "unread_changes": {}}
    if not type(profile)._default_manager.filter(WAITING, pk=profile.pk).update(**read):
        raise NotWaitingError
    profile.reviewed_at, profile.unread_changes = at, {}


def _store_edit(profile: Startup | Investor, store: Callable[[Startup | Investor], None]) -> None:
    """Write the edit that waits into a locked profile, or take it out again.

    Raises:
        NumberTakenError: if its number is another company's by then.
        UnfitEditError: if the database refuses anything else of it.
    """
    try:
        with transaction.atomic():
            store(profile)
    except IntegrityError as error:
        name = "registration_number" if isinstance(profile, Startup) else "registry_id"
        same = {"status": Status.APPROVED, name: getattr(profile, name)}
        others = type(profile)._default_manager.filter(**same).exclude(**{name: ""}).exclude(pk=profile.pk)
        raise (NumberTakenError if others.exists() else UnfitEditError) from error


@transaction.atomic
def suspend(profile: Startup | Investor, *, message: str, by: User, at: datetime) -> Review:
    """Take a profile that was approved off all lists at once. What is open with others rests until later.

    Raises:
        ReasonMissingError: if its owner would be left without a reason.
        NotWaitingError: if it was never approved, or is suspended already.
    """
    require_curator(by)
    (current,) = changes.lock_profiles(profile)
    _move(profile, APPROVED_BEFORE, Status.SUSPENDED)
    return _record(profile, ReviewOutcome.SUSPENDED, was=current.status, message=message, by=by, at=at)


@transaction.atomic
def restore(profile: Startup | Investor, *, message: str = "", by: User, at: datetime) -> Review:
    """End a suspension. What was edited before or meanwhile and holds already is reviewed first.

    Raises:
        NotWaitingError: if it is not suspended.
        NumberTakenError: if another approved company has its number by now.
    """
    require_curator(by)
    (current,) = changes.lock_profiles(profile)
    edit = edit_of(current)
    submitted = edit.submitted_before if edit else current.submitted_at
    is_read = bool(current.reviewed_at and not (submitted and submitted > current.reviewed_at))
    if is_read or not _moved(profile, Q(status=Status.SUSPENDED), Status.SUBMITTED):
        _move(profile, Q(status=Status.SUSPENDED), Status.APPROVED)
    return _record(profile, ReviewOutcome.RESTORED, was=Status.SUSPENDED, message=message, by=by, at=at)


@transaction.atomic
def reopen(profile: Startup | Investor, *, message: str = "", by: User, at: datetime) -> Review:
    """Take a refusal back: the profile waits for review again, at its old place in the queue.

    Raises:
        NotWaitingError: if it is not refused.
    """
    require_curator(by)
    changes.lock_profiles(profile)
    _move(profile, Q(status=Status.REJECTED), Status.SUBMITTED)
    return _record(profile, ReviewOutcome.REOPENED, was=Status.REJECTED, message=message, by=by, at=at)


@transaction.atomic
def uphold(profile: Startup | Investor, *, message: str, by: User, at: datetime) -> Review:
    """Answer an appeal: the decision stays, and its owner reads why.

    Raises:
        ReasonMissingError: if its owner would be left without a reason.
        NotWaitingError: if no appeal is open.
    """
    require_curator(by)
    changes.lock_profiles(profile)
    if not profile.appeals.filter(answered_at=None).exists():
        raise NotWaitingError
    return _record(profile, ReviewOutcome.UPHELD, message=message, by=by, at=at)


@transaction.atomic
def appeal(profile: Startup | Investor, *, text: str, by: User, at: datetime) -> Appeal:
    """Ask for another look at a refusal or a suspension.

    Raises:
        RefusedError: if there is nothing to appeal, or an appeal is open.
        LimitReachedError: if the company has appealed too often.
    """
    (current,) = changes.lock_profiles(profile)
    is_open = current.appeals.filter(answered_at=None).exists()
    if current.status not in APPEALABLE or is_open:
        raise RefusedError(
            _("There is nothing to appeal against, or your appeal is already waiting for an answer.")
        )
    limits.take_token(kinds.APPEAL_LIMIT, company=current, at=at)
    audit.record(kinds.APPEALED, subject=audit.subject_of(current), by=by, at=at)
    made: Appeal = current.appeals.create(text=text, by=by, at=at)
    return made


def _record(
    profile: Startup | Investor,
    outcome: ReviewOutcome,
    *,
    message: str,
    by: User,
    at: datetime,
    was: str = "",
    reasons: Mapping[str, str] | None = None,
    canned: Collection[CannedReason] = (),
    before: Mapping[str, Any] | None = None,
    tell_at: datetime | None = None,
    waited_since: datetime | None = None,
) -> Review:
    """Write a decision down, answer an open appeal with it, and tell the team now or at `tell_at`."""
    if outcome not in NO_REASON_NEEDED and not (message.strip() or reasons or canned):
        raise ReasonMissingError
    for untold in profile.reviews.filter(tell_at__isnull=False):
        _notify_once(untold, at=at)  # in the order in which it was decided
    made = {"outcome": outcome, "decided_by": by, "decided_at": at, "message": message, "tell_at": tell_at}
    made["waited_since"] = waited_since
    review = Review.objects.create(**{profile.side: profile}, **made, before=before or {})
    profile.appeals.filter(answered_at=None).update(answered_at=at)
    words = " · ".join(filter(None, [message, *(one.text_en for one in canned)]))
    by_field: dict[str, str] = {}
    for key, text in (reasons or {}).items():
        name = key.partition("-")[0]
        by_field[name] = f"{by_field[name]} · {text}" if name in by_field else text
    details: dict[str, Any] = {"message": words, "reasons": by_field}
    if was and was != profile.status:
        details |= {"before": {"status": str(was)}, "after": {"status": str(profile.status)}}
    audit.record(str(outcome), subject=audit.subject_of(profile), by=by, at=at, details=details)
    changes.notify_changed(profile, at=at)
    if tell_at is None:
        _notify(review, at=at)
    return review


def _move(profile: Startup | Investor, where: Q, status: Status, *, at: datetime | None = None) -> None:
    """Set the status of a profile that is `where` the decision expects it.

    Raises:
        NotWaitingError, NumberTakenError: nothing is decided.
    """
    if not _moved(profile, where, status, at=at):
        raise NotWaitingError


def _moved(
    profile: Startup | Investor, where: Q, status: Status, *, at: datetime | None = None, **values: Any
) -> bool:
    """Set the status, and with `at` the moment of the review; return whether it applied.

    The update is conditional, so that one of two curators decides.
    """
    read = {"reviewed_at": at, "unread_changes": {}} if at else {}
    values = {"status": status, **read, **values}
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


@transaction.atomic
def assign(profile: Startup | Investor, to: User | None, *, was: int | None, by: User, at: datetime) -> None:
    """Give the reviews of a company to a curator, or to no one. `was`: who had them on the page, by number.

    Raises:
        RefusedError: if another curator has them by now.
    """
    for person in (by, to):
        if person is not None:
            require_curator(person)
    changes.lock_profiles(profile)
    current = assignment_of(profile)
    if (current.curator_id if current else None) != was:
        raise RefusedError(_("Someone else has changed this since you opened the page."))
    if (to.pk if to else None) == was:
        return
    profile.reviewassignments.all().delete()
    if to is not None:
        profile.reviewassignments.create(curator=to, at=at)
    act = "freed" if to is None else "taken" if to == by else "given"
    details = {"act": act, "curator": to.pk if to else None}
    audit.record(kinds.ASSIGNED, subject=audit.subject_of(profile), by=by, at=at, details=details)


@transaction.atomic
def write_note(profile: Startup | Investor, *, text: str, by: User, at: datetime) -> CuratorNote:
    require_curator(by)
    changes.lock_profiles(profile)
    audit.record(kinds.NOTED, subject=audit.subject_of(profile), by=by, at=at)
    note: CuratorNote = profile.curatornotes.create(text=text, by=by, at=at)
    return note


@transaction.atomic
def save_canned(old: CannedReason | None, texts: Mapping[str, str] | None, *, by: User, at: datetime) -> None:
    """Add a ready-made reason, replace `old` by one with these texts, or offer `old` no longer.

    A decision keeps the words with which it was made, so the old row stays.
    """
    require_curator(by)
    position = old.position if old else CannedReason.objects.count()
    if old:
        CannedReason.objects.filter(pk=old.pk, retired_at=None).update(retired_at=at)
    made = CannedReason.objects.create(**texts, position=position) if texts else None
    details = {"before": old.text_en if old else "", "after": made.text_en if made else ""}
    audit.record(kinds.CANNED, subject="reasons", by=by, at=at, details=details)
