"""Applications for a pilot, its results, and their transitions.

Accepted applicants get a slot number, which is unique. Callers lock the companies first and the pilot second.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from matchmaker import transitions
from matchmaker.choices import Side
from matchmaker.deals.introductions.selectors import open_between
from matchmaker.events.pilots import kinds
from matchmaker.events.pilots.selectors.pilot import as_pair, may_grow, pair_in
from matchmaker.matching.pairs.services import lock_open_pair, require_open
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.pilot import (
    ACTIVE_STATES,
    Pilot,
    PilotAct,
    PilotApplication,
    PilotApplicationAct,
    PilotApplicationState,
    PilotInvitation,
    PilotState,
    PilotStep,
)
from profiles.choices import Status
from profiles.models import Deal, Investor, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.merging import Merging
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError


def lock_pilot(pilot: Pilot) -> Pilot:
    """Lock the pilot row until the transaction ends; return it as stored."""
    rows = Pilot.objects.select_related("startup", "investor")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=pilot.pk)


def notify(
    kind: str, company: Startup | Investor, pilot: Pilot, *, event: object, at: datetime, path: str = ""
) -> None:
    """Notify a company, once an event; the notification leads to the pilot if no `path` is given."""
    path = path or reverse("pilot", args=[pilot.public_id])
    notify_team(company, Message(kind=kind, path=path, event=str(event), at=at))


def apply_pilot_transition(
    record: Pilot | PilotApplication,
    act: PilotAct | PilotApplicationAct,
    *,
    by: User,
    at: datetime,
    corrected: Sequence[str] = (),
    **changes: Any,
) -> PilotStep:
    """Apply a transition to a pilot or an application, and record it in the audit log."""
    kept = {"corrected": list(corrected)}
    step: PilotStep = transitions.apply_transition(record, act, by=by, at=at, step=kept, **changes)
    done = str(act) if isinstance(record, Pilot) else "application"
    record_pilot_audit(step.pilot, done, by=by, at=at, step=str(act))
    return step


def record_pilot_audit(pilot: Pilot, done: str, *, by: User, at: datetime, **details: Any) -> None:
    if done == PilotAct.SEND_BACK:
        details["message"] = pilot.note
    subject = f"pilot:{pilot.public_id}"
    audit.record(kinds.PILOT_CHANGED, subject=subject, by=by, at=at, details={"done": done, **details})


ONGOING = (PilotState.OPEN, PilotState.RUNNING)
OVER = (PilotState.FINISHED, PilotState.CANCELLED)


def require_not_suspended(pilot: Pilot) -> None:
    """Let a pilot rest while its host is suspended: it may be called off, and no more.

    Raises:
        NotPublishedError: it is. The caller holds the host, and has read it since.
    """
    if pilot.company.status == Status.SUSPENDED:
        raise transitions.NotPublishedError


QUIET = timedelta(days=7)  # for which applying again for the same pilot sends no second mail


@transaction.atomic
def apply_for_slot(
    pilot: Pilot,
    company: Startup | Investor,
    *,
    words: str,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> PilotApplication:
    """Apply for a slot. A second application has no effect while the first one is open.

    `version_read` is the version of the pilot that was read.

    Raises:
        TransitionRefusedError: the pilot is not open to this company, or a curator hides the pair.
        BlockedError: this company has blocked the host. PausedError: the host takes nothing new from it.
        WrongStateError: it takes no applications; it takes none any more.
        ChangedSinceReadError: it says something else by now.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(kinds.PILOT_LIMIT, account=by, company=company, at=at)
    if pilot.side == company.side:
        raise transitions.TransitionRefusedError
    locked = _lock_if_open(pilot, company, side=Side(company.side), at=at)
    owner: dict[str, Any] = {str(company.side): company}
    application = locked.applications.filter(**owner, state__in=ACTIVE_STATES).first()
    if application is not None:
        return application
    transitions.require_unchanged(locked, version_read)
    is_quiet = locked.applications.filter(**owner, at__gt=at - QUIET).exists()
    made = PilotApplication(pilot=locked, **owner, words=words, slots=locked.slots, by=by, at=at)
    apply_pilot_transition(made, PilotApplicationAct.APPLY, by=by, at=at)
    if not is_quiet:
        notify(kinds.PILOT_APPLIED, locked.company, locked, event=made.pk, at=at)
    return made


def _lock_if_open(pilot: Pilot, company: Startup | Investor, *, side: Side, at: datetime) -> Pilot:
    """Lock a pilot for which a company may apply; raise the errors of `apply_for_slot` and `invite`."""
    both = as_pair(pilot.company, company)
    try:
        lock_open_pair(*both)
    except transitions.NotOpenError as error:
        raise transitions.TransitionRefusedError from error
    locked = lock_pilot(pilot)
    if locked.state != PilotState.OPEN:
        raise transitions.WrongStateError
    if locked.is_past_deadline(localdate(at)):
        raise RefusedError(_("The last day to apply has passed."))
    require_open(*both, side=side, at=at)
    return locked


@transaction.atomic
def invite(pilot: Pilot, company: Startup | Investor, *, side: Side, by: User, at: datetime) -> None:
    """Tell a company that the host would like it to apply, once.

    Raises:
        WrongStateError: the pilot takes no applications; it takes none any more.
        TransitionRefusedError: one of the two is not published, or a curator hides the pair.
        BlockedError, PausedError: the two may begin nothing new.
        WrongSideError: who invites is not the host. LimitReachedError: too often in a short time.
    """
    if side != pilot.side or side == company.side:
        raise transitions.WrongSideError
    limits.take_token(kinds.INVITATION_LIMIT, account=by, company=pilot.company, at=at)
    locked = _lock_if_open(pilot, company, side=side, at=at)
    owner: dict[str, Any] = {str(company.side): company}
    if locked.applications.filter(**owner, state__in=ACTIVE_STATES).exists():
        return
    made, is_new = PilotInvitation.objects.get_or_create(pilot=locked, **owner, defaults={"by": by, "at": at})
    if is_new:
        record_pilot_audit(locked, "invite", by=by, at=at)
        notify(kinds.PILOT_INVITED, company, locked, event=made.pk, at=at)


def still_invites(key: str, **_at: Any) -> bool:
    rows = PilotInvitation.objects.filter(pk=key, pilot__state=PilotState.OPEN)
    invitation = rows.select_related("pilot__startup", "pilot__investor").first()
    return invitation is not None and invitation.pilot.company.is_published


@transaction.atomic
def give_slot(
    application: PilotApplication, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Give the lowest free seat.

    Raises:
        NotPublishedError: the host is suspended. RefusedError: all slots are taken.
        WrongStateError, ChangedSinceReadError: pilot or application moved on.
    """
    locked = _both(application)
    require_not_suspended(locked)
    if locked.state != PilotState.OPEN:
        raise transitions.WrongStateError
    taken = set(locked.applications.filter(slot__isnull=False).values_list("slot", flat=True))
    free = [slot for slot in range(1, locked.slots + 1) if slot not in taken]
    if not free:
        raise RefusedError(_("All slots are taken."))
    apply_pilot_transition(
        application,
        PilotApplicationAct.ACCEPT,
        side=side,
        by=by,
        at=at,
        version_read=version_read,
        slot=free[0],
        slots=locked.slots,
        answered_by=by,
        answered_at=at,
    )
    _notify_applicant(application, at=at)


@transaction.atomic
def refuse_slot(
    application: PilotApplication, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Decline an application. The reason is not disclosed.

    Raises:
        WrongStateError: it is answered.
    """
    _both(application)
    decline(application, side=side, by=by, at=at, version_read=version_read)


def decline(
    application: PilotApplication, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Decline an application. The caller must hold the locks of the companies and the pilot."""
    answered: dict[str, Any] = {"answered_by": by, "answered_at": at, "ended_at": at}
    apply_pilot_transition(
        application,
        PilotApplicationAct.DECLINE,
        side=side,
        by=by,
        at=at,
        version_read=version_read,
        **answered,
    )
    _notify_applicant(application, at=at)


@transaction.atomic
def withdraw_application(
    application: PilotApplication, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Withdraw an application; its slot becomes free.

    Raises:
        WrongStateError: it is over.
    """
    locked = _both(application)
    if locked.state not in ONGOING:
        raise transitions.WrongStateError
    _withdraw(application, side=side, by=by, at=at, version_read=version_read)


def _withdraw(
    application: PilotApplication, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Withdraw an application and notify the host.

    The caller must hold the locks of the companies and the pilot.
    """
    owner: dict[str, Any] = {str(application.side): application.company}
    lately = application.pilot.applications.filter(**owner, pk__lt=application.pk)
    is_quiet = not application.slot and lately.filter(at__gt=application.at - QUIET).exists()
    ended: dict[str, Any] = {"slot": None, "ended_at": at}
    apply_pilot_transition(
        application, PilotApplicationAct.WITHDRAW, side=side, by=by, at=at, version_read=version_read, **ended
    )
    if not is_quiet:
        pilot = application.pilot
        notify(kinds.PILOT_WITHDRAWN, pilot.company, pilot, event=application.pk, at=at)


def end_between(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """End the applications between two companies after a block.

    The caller must hold the locks of both companies.
    """
    between = Q(startup=startup, pilot__investor=investor) | Q(investor=investor, pilot__startup=startup)
    for company, host in ((startup, investor), (investor, startup)):
        hosted = Pilot.objects.filter(**{str(host.side): host}).values_list("public_id", flat=True)
        notifications.take_back_about(hosted, to=company)
    rows = PilotApplication.objects.filter(between, state__in=ACTIVE_STATES).exclude(pilot__state__in=OVER)
    for application in rows.select_related("pilot", "startup", "investor").order_by("pilot", "pk"):
        application.pilot = lock_pilot(application.pilot)
        notifications.take_back(kinds.PILOT_APPLIED, event=str(application.pk))
        if side == application.side:
            _withdraw(application, side=side, by=by, at=at)
            continue
        ended: dict[str, Any] = {"slot": None, "ended_at": at}
        answered: dict[str, Any] = {
            "answered_by": application.answered_by or by,
            "answered_at": application.answered_at or at,
        }
        had_slot = application.state == PilotApplicationState.ACCEPTED
        apply_pilot_transition(
            application, PilotApplicationAct.END, side=side, by=by, at=at, **ended, **answered
        )
        _notify_applicant(application, kinds.PILOT_SLOT_ENDED if had_slot else kinds.PILOT_ANSWERED, at=at)


def withdraw_duplicate(_stays: PilotApplication, other: PilotApplication, merging: Merging) -> bool:
    said: dict[str, Any] = {"in_place_of": other.side, "by": merging.by, "at": merging.at}
    apply_pilot_transition(other, PilotApplicationAct.WITHDRAW, **said, slot=None, ended_at=merging.at)
    return True


@transaction.atomic
def set_named(application: PilotApplication, *, is_named: bool, side: Side, by: User, at: datetime) -> None:
    """Let everyone read that the company takes part, or not any more.

    Raises:
        WrongSideError: it is another company's. LimitReachedError: too often in a short time.
    """
    if side != application.side:
        raise transitions.WrongSideError
    if is_named:
        limits.take_token(kinds.PILOT_LIMIT, account=by, company=application.company, at=at)
    locked = _both(application)
    if application.is_named == is_named:
        return
    application.is_named = is_named
    application.save(update_fields=["is_named"])
    record_pilot_audit(locked, "open", by=by, at=at)


def _both(application: PilotApplication) -> Pilot:
    """Lock host, applicant and pilot in the one lock order; return the pilot as stored."""
    lock_profiles(application.pilot.company, application.company)
    return lock_pilot(application.pilot)


def _notify_applicant(
    application: PilotApplication, kind: str = kinds.PILOT_ANSWERED, *, at: datetime
) -> None:
    notify(kind, application.company, application.pilot, event=application.pk, at=at)


@transaction.atomic
def finish_pilot(
    pilot: Pilot, *, reached: Mapping[int, bool], outcome: str, side: Side, by: User, at: datetime
) -> None:
    """End a pilot with its results: `reached` of every aim by its position, and a sentence.

    Raises:
        NotPublishedError: the host is suspended. WrongStateError: it does not run.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(kinds.PILOT_LIMIT, account=by, company=pilot.company, at=at)
    seated = list(_with_slot(pilot))
    lock_profiles(pilot.company, *(each.company for each in seated))
    locked = lock_pilot(pilot)
    require_not_suspended(locked)
    apply_pilot_transition(locked, PilotAct.FINISH, side=side, by=by, at=at, ended_at=at, outcome=outcome)
    for aim in locked.aims.all():
        aim.is_reached = reached[aim.position]
        aim.save(update_fields=["is_reached"])
    for application in seated:
        _notify_applicant(application, kinds.PILOT_RESULTS, at=at)


@transaction.atomic
def confirm_results(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Confirm the results as the host wrote them.

    Raises:
        WrongSideError: it is another company's. WrongStateError: no results yet, or no seat.
    """
    if side != application.side:
        raise transitions.WrongSideError
    lock_profiles(application.pilot.company, application.company)
    locked = lock_pilot(application.pilot)
    mine = PilotApplication.objects.filter(pk=application.pk, state=PilotApplicationState.ACCEPTED)
    if locked.state != PilotState.FINISHED or not mine.exists():
        raise transitions.WrongStateError
    if mine.filter(confirmed_at__isnull=True).update(confirmed_at=at):
        record_pilot_audit(locked, "confirm", by=by, at=at)
        notify(kinds.PILOT_CONFIRMED, locked.company, locked, event=application.pk, at=at)


@transaction.atomic
def name_origin(application: PilotApplication, *, by: User, at: datetime) -> None:
    """Say that the introduction of host and participant, open and mutual, grew out of this pilot.

    Raises:
        RefusedError: there is none. WrongStateError: this company has no seat.
    """
    startup, investor = pair_in(application)
    lock_profiles(startup, investor)
    locked = lock_pilot(application.pilot)
    application.refresh_from_db()
    if application.state != PilotApplicationState.ACCEPTED:
        raise transitions.WrongStateError
    introduction = open_between(startup, investor)
    if introduction is None or introduction.state != IntroductionState.MUTUAL:
        raise RefusedError(_("There is no introduction between you that both sides agreed to."))
    if application.introduction_id == introduction.pk:
        return
    PilotApplication.objects.filter(introduction=introduction).update(introduction=None)
    application.introduction = introduction
    application.save(update_fields=["introduction"])
    record_pilot_audit(locked, "origin", by=by, at=at)


@transaction.atomic
def name_deal(application: PilotApplication, *, deal: Deal, by: User, at: datetime) -> None:
    """Record that a deal came from this pilot.

    Raises:
        WrongStateError: this company has no seat, or the deal is another pair's or older than the pilot.
    """
    startup, investor = pair_in(application)
    lock_profiles(startup, investor)
    locked = lock_pilot(application.pilot)
    mine = PilotApplication.objects.filter(pk=application.pk, state=PilotApplicationState.ACCEPTED)
    stored = mine.select_related("pilot").first()
    if stored is None or deal.investor_id != investor.pk or not may_grow(deal, stored, startup):
        raise transitions.WrongStateError
    if stored.deal_id != deal.pk:
        mine.update(deal=deal)
        record_pilot_audit(locked, "deal", by=by, at=at)


def _with_slot(pilot: Pilot) -> list[PilotApplication]:
    rows = pilot.applications.filter(state=PilotApplicationState.ACCEPTED)
    return list(rows.select_related("startup", "investor"))
