"""Selections: a filter and its count, carried out by the worker, each company with its own record."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import ReviewOutcome, SelectedOutcome, SelectionAct, SelectionState, Status
from profiles.companies.claims import services as claims
from profiles.companies.claims.kinds import CLAIM_INVITATION
from profiles.companies.held_edits.selectors import last_edit
from profiles.companies.steps.selectors import completeness
from profiles.curation.reviews import services as reviews
from profiles.curation.reviews.selectors.queues import waiting_among
from profiles.curation.reviews.selectors.requests import held_back_by
from profiles.curation.selections.kinds import SELECTED, SELECTION_LIMIT
from profiles.curation.selections.selectors import Found, due, may_undo, open_rows
from profiles.guards import require_curator
from profiles.models import OutboxMail, SelectedCompany, Selection, User
from profiles.platform import leases
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.notifications.selectors import is_stopped
from profiles.platform.notifications.services import sent_by
from profiles.refusals import RefusedError

logger = logging.getLogger(__name__)

MOST = 20_000  # companies of one selection: as many as a file has rows
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
MOST_SECONDS = 60.0  # of one task; imports wait behind it
PAUSE = 0.01  # seconds between two companies, in which others get their turn on SQLite
UNDO_TIME = timedelta(hours=1)  # in which approvals can be undone, and their people are not told
GONE = (Status.SUSPENDED, Status.REJECTED)


class TooManyError(RefusedError):
    message = gettext_lazy("A selection can have at most 20,000 companies. Use a narrower filter.")


class TooLateError(RefusedError):
    message = gettext_lazy("Nothing of this selection can be undone now.")


class LeftOutError(RefusedError):
    """Nothing is done to this company, and the message says why."""


@transaction.atomic
def select(act: str, found: Found, *, seen_at: datetime, by: User, at: datetime) -> Selection:
    """Have the worker act on what a filter finds.

    Raises:
        TooManyError: if it finds too much.
        LimitReachedError: if the person makes too many selections.
    """
    require_curator(by)
    if len(found.keys) > MOST:
        raise TooManyError
    limits.take_token(SELECTION_LIMIT, account=by, at=at)
    made = Selection.objects.create(
        act=act,
        filters=found.filters,
        by=by,
        language=get_language() or "en",
        seen_at=seen_at,
        at=at,
        size=len(found.keys),
    )
    rows = [SelectedCompany(selection=made, **{f"{side}_id": pk}) for side, pk in found.keys]
    SelectedCompany.objects.bulk_create(rows, batch_size=500)
    details = {"act": act, "count": made.size, "filter": found.filters}
    audit.record(SELECTED, subject=f"selection:{made.pk}", by=by, at=at, details=details)
    return made


@transaction.atomic
def undo(selection: Selection, *, by: User, at: datetime) -> None:
    """Have the worker undo what can be undone.

    Raises:
        TooLateError: if nothing can.
    """
    require_curator(by)
    if not may_undo(selection, by, at=at):
        raise TooLateError
    rows = Selection.objects.filter(pk=selection.pk, state=SelectionState.DONE)
    if not rows.update(state=SelectionState.UNDOING, done=0, attempts=0, leased_until=None):
        raise TooLateError
    audit.record(SELECTED, subject=f"selection:{selection.pk}", by=by, at=at, details={"act": "undo"})


# --- What the worker does --------------------------------------------------------------------------------


def work_due(*, at: datetime) -> None:
    """Work on the oldest selection that no worker has, for a minute."""
    selection: Selection | None = leases.claim(due(at), until=at + LEASE)
    if selection is None:
        return
    begun = time.monotonic()
    with override(selection.language), sent_by(lambda: selection.by):
        try:
            if selection.attempts > MOST_ATTEMPTS:
                _leave_rest(selection)
            while row := open_rows(selection).first():
                _work_on(selection, row)
                time.sleep(PAUSE)
                if time.monotonic() - begun > MOST_SECONDS:
                    leases.finish(selection)  # the next task goes on
                    return
            undone = selection.state == SelectionState.UNDOING
            state = SelectionState.UNDONE if undone else SelectionState.DONE
            leases.finish(selection, state=state, finished_at=timezone.now(), attempts=0)
        except leases.LeaseLostError as error:
            logger.warning("%s", error)


def _leave_rest(selection: Selection) -> None:
    text = _("This was interrupted too often.")
    outcome = {} if selection.state == SelectionState.UNDOING else {"outcome": SelectedOutcome.LEFT}
    open_rows(selection).order_by().update(reason=text, **outcome)


@transaction.atomic
def _work_on(selection: Selection, row: SelectedCompany) -> None:
    """Carry out the act on one company and keep what came of it, together."""
    at = timezone.now()
    leases.renew(selection, until=at + LEASE, done=selection.done + 1, attempts=0)
    undoing = selection.state == SelectionState.UNDOING
    act = (UNDO if undoing else DO)[SelectionAct(selection.act)]
    try:
        with transaction.atomic():
            act(selection, row, at)
        row.outcome = SelectedOutcome.UNDONE if undoing else SelectedOutcome.DONE
    except (RefusedError, reviews.ChangedSinceError, reviews.StillAskedError) as refusal:
        row.reason = str(refusal)[:500] or _("The profile has changed since the summary.")
    except Exception:
        logger.exception("Selection %s failed for row %s", selection.pk, row.pk)
        row.reason = _("An error occurred. Open the profile to decide.")
    if row.reason and not undoing:
        row.outcome = SelectedOutcome.LEFT
    row.save(update_fields=["outcome", "reason", "review"])


def _approve(selection: Selection, row: SelectedCompany, at: datetime) -> None:
    company = row.company
    waiting = waiting_among([(str(company.side), company.public_id)])
    if not waiting:
        raise reviews.NotWaitingError
    since = last_edit(company)
    if since > selection.seen_at:
        raise reviews.ChangedSinceError
    if held_back := held_back_by(waiting[0], me=selection.by):
        raise LeftOutError(" ".join(map(str, held_back)))
    if missing := completeness(company).needed:
        raise LeftOutError(_("Missing: %(fields)s.") % {"fields": joined(each.label for each in missing)})
    row.review = reviews.decide(
        company, ReviewOutcome.APPROVED, by=selection.by, at=at, unchanged_since=since, undo_time=UNDO_TIME
    )


def _invite(selection: Selection, row: SelectedCompany, at: datetime) -> None:
    company = row.company
    claim = company.claims.first()
    email = company.contact_email
    reasons = (
        (not company.is_unclaimed, claims.ClaimedError.message),
        (company.status in GONE, _("Its profile is suspended or was not accepted.")),
        (claim and not claim.sent_at, _("Someone says it is theirs. Decide about this first.")),
        (claim and claim.expires_at and claim.expires_at > at, _("It is already invited.")),
        (not email, _("It has no contact email.")),
        (bool(email) and is_stopped(email), _("Emails to its address are stopped.")),
    )
    if reason := next((text for applies, text in reasons if applies), ""):
        raise LeftOutError(str(reason))
    made = claims.invite(company, email=email, by=selection.by, at=at)
    if not OutboxMail.objects.filter(key=f"{CLAIM_INVITATION}:{made.pk}").exists():
        raise LeftOutError(_("Its address has had too many emails from you. Try again later."))


def _undo_approval(selection: Selection, row: SelectedCompany, at: datetime) -> None:
    if row.review is None:
        raise reviews.TooLateError
    reviews.undo(row.review, by=selection.by, at=at)
    row.review = None


def _undo_invitation(selection: Selection, row: SelectedCompany, at: datetime) -> None:
    if not row.company.claims.filter(sent_at__gte=selection.at, asked_by=None).exists():
        raise claims.ClaimedError
    claims.refuse(row.company, by=selection.by, at=at)


Act = Callable[[Selection, SelectedCompany, datetime], None]
DO: dict[SelectionAct, Act] = {SelectionAct.APPROVE: _approve, SelectionAct.INVITE: _invite}
UNDO: dict[SelectionAct, Act] = {SelectionAct.APPROVE: _undo_approval, SelectionAct.INVITE: _undo_invitation}
