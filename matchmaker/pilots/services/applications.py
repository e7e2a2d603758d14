"""Applying for a seat, answering, taking back. Who is accepted holds a numbered seat: two never hold one."""

from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.models.pilot import Pilot, PilotApplication
from matchmaker.models.pilot_table import AT_WORK, ApplicationAct, PilotState
from matchmaker.pairs.services import lock_open_pair
from matchmaker.pilots.kinds import PILOT_ANSWERED, PILOT_APPLIED, PILOT_LIMIT
from matchmaker.pilots.selectors.pilot import as_pair
from matchmaker.pilots.services.moves import lock_pilot, move, note_pilot, page_of
from matchmaker.transitions import NotOpenError, WrongSideError, WrongStateError
from profiles.accounts.services.accounts import notify_team
from profiles.changes.services import lock_profiles
from profiles.limits import services as limits
from profiles.models import Investor, Startup, User
from profiles.notifications.services import Message

GOES_ON = (PilotState.OPEN, PilotState.RUNNING)


class NotForYouError(Exception):
    """The pilot is not open to this company: its own, of its own side, or one of the two is not published."""


class NoSlotError(Exception):
    """All seats of the pilot are taken."""


@transaction.atomic
def apply_for_slot(
    pilot: Pilot, company: Startup | Investor, *, words: str, by: User, at: datetime
) -> PilotApplication:
    """Ask for a seat, once; applying again while the first one stands changes nothing.

    Raises:
        NotForYouError: the pilot is not open to this company, or a curator hides the pair.
        WrongStateError: it takes no applications.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(PILOT_LIMIT, account=by, company=company, at=at)
    if pilot.side == company.side:
        raise NotForYouError
    try:
        lock_open_pair(*as_pair(pilot.company, company))
    except NotOpenError as error:
        raise NotForYouError from error
    held, applicant = lock_pilot(pilot), company
    if held.state != PilotState.OPEN:
        raise WrongStateError
    own: dict[str, Any] = {str(applicant.side): applicant}
    known = held.applications.filter(**own, state__in=AT_WORK).first()
    if known is not None:
        return known
    made = PilotApplication(pilot=held, **own, words=words, slots=held.slots, by=by, at=at)
    move(made, ApplicationAct.APPLY, side=applicant.side, by=by, at=at)
    notify_team(held.company, Message(kind=PILOT_APPLIED, path=page_of(held), event=str(made.pk), at=at))
    return made


@transaction.atomic
def give_slot(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Give the lowest free seat.

    Raises:
        NoSeatError: all are taken. WrongStateError: the pilot or the application moved on.
    """
    held = _both(application)
    if held.state != PilotState.OPEN:
        raise WrongStateError
    taken = set(held.applications.filter(slot__isnull=False).values_list("slot", flat=True))
    free = [slot for slot in range(1, held.slots + 1) if slot not in taken]
    if not free:
        raise NoSlotError
    move(
        application,
        ApplicationAct.ACCEPT,
        side=side,
        by=by,
        at=at,
        slot=free[0],
        slots=held.slots,
        answered_by=by,
        answered_at=at,
    )
    _tell_applicant(application, at=at)


@transaction.atomic
def refuse_slot(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Say no, kindly: who applied is told so, never why.

    Raises:
        WrongStateError: it is answered.
    """
    _both(application)
    turn_down(application, side=side, by=by, at=at)


def turn_down(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Say no; the caller holds the companies and the pilot."""
    answered: dict[str, Any] = {"answered_by": by, "answered_at": at, "ended_at": at}
    move(application, ApplicationAct.DECLINE, side=side, by=by, at=at, **answered)
    _tell_applicant(application, at=at)


@transaction.atomic
def withdraw_application(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Take an application back while the pilot goes on; a seat is free again.

    Raises:
        WrongStateError: it is over.
    """
    held = _both(application)
    if held.state not in GOES_ON:
        raise WrongStateError
    move(application, ApplicationAct.WITHDRAW, side=side, by=by, at=at, slot=None, ended_at=at)


@transaction.atomic
def set_named(application: PilotApplication, *, is_named: bool, side: Side, by: User, at: datetime) -> None:
    """Let everybody read that the own company takes part, or not any more; only the first is counted.

    Raises:
        WrongSideError: it is another company's. LimitReachedError: too often in a short time.
    """
    if side != application.side:
        raise WrongSideError
    if is_named:
        limits.take_token(PILOT_LIMIT, account=by, company=application.company, at=at)
    held = _both(application)
    if application.is_named == is_named:
        return
    application.is_named = is_named
    application.save(update_fields=["is_named"])
    note_pilot(held, "open", by=by, at=at)


def _both(application: PilotApplication) -> Pilot:
    """Hold host, applicant and pilot, in the one order; return the pilot as stored."""
    lock_profiles(application.pilot.company, application.company)
    return lock_pilot(application.pilot)


def _tell_applicant(application: PilotApplication, *, at: datetime) -> None:
    path, event = page_of(application.pilot), str(application.pk)
    notify_team(application.company, Message(kind=PILOT_ANSWERED, path=path, event=event, at=at))
