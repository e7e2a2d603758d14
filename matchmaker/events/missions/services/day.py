"""The day itself: presence, delays, moved meetings and answers after a meeting.

Every act can raise what apply_transition raises.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker import transitions
from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services.decisions import RequestWords
from matchmaker.events.missions import kinds
from matchmaker.events.missions.selectors.day import EARLY, HAS_BEEN, free_slots
from matchmaker.events.missions.selectors.missions import with_people
from matchmaker.events.missions.services import missions
from matchmaker.events.missions.services.meetings import ONGOING, apply_meeting_transition, lock_meeting
from matchmaker.events.programmes.selectors.people import blocking
from matchmaker.events.programmes.services.programmes import require_open_organiser
from matchmaker.models.introduction import WAITING, Introduction
from matchmaker.models.missions import Delegation, MissionMeeting, MissionNote, MissionSlot, MissionTable
from matchmaker.models.missions.mission import COMPANIES_OF_BOTH, MissionState
from matchmaker.models.missions.plan import LIVE, MOST_LATE, AfterMeeting, MeetingAct, MeetingState
from matchmaker.models.transitions import Mover
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.platform.limits.services import LimitReachedError
from profiles.platform.notifications import services as notifications
from profiles.refusals import RefusedError

NOT_ASKED: dict[str, Any] = {"asked_slot": None, "asked_by": ""}
AFTER = (*ONGOING, MissionState.OVER)
# Why the site cannot take a yes now. What was said of the meeting stays.
NO_YES = (RefusedError, transitions.NotOpenError, LimitReachedError)


class NotYetError(RefusedError):
    message = gettext_lazy("You can say this only around the time of the meeting.")


# --- Who has come ---


@transaction.atomic
def set_presence(delegation: Delegation, *, is_here: bool | None, by: User, at: datetime) -> None:
    limits.take_token(kinds.DAY_LIMIT, account=by, at=at)
    locked = missions.lock_as_delegate(delegation, ONGOING, by=by)
    changes = {"checked_in_at": at if is_here else None, "missing_at": at if is_here is False else None}
    Delegation.objects.filter(pk=delegation.pk).update(**changes)
    missions.record_audit(locked, "presence", by=by, at=at)


@transaction.atomic
def set_arrival(delegation: Delegation, *, arrives_at: datetime | None, by: User, at: datetime) -> None:
    """Write down from when a delegation that is late can meet.

    Raises:
        NotYetError: it leaves before.
    """
    limits.take_token(kinds.DAY_LIMIT, account=by, at=at)
    locked = missions.lock_as_host(delegation.mission, ONGOING, by=by)
    stored = Delegation.objects.get(pk=delegation.pk)
    if arrives_at and stored.leaves_at and stored.leaves_at <= arrives_at:
        raise NotYetError
    Delegation.objects.filter(pk=delegation.pk).update(arrives_at=arrives_at)
    missions.record_audit(locked, "presence", by=by, at=at)


@transaction.atomic
def set_closed(table: MissionTable, *, is_closed: bool, by: User, at: datetime) -> None:
    limits.take_token(kinds.DAY_LIMIT, account=by, at=at)
    locked = missions.lock_as_host(table.mission, ONGOING, by=by)
    MissionTable.objects.filter(pk=table.pk).update(closed_at=at if is_closed else None)
    missions.record_audit(locked, "rooms", by=by, at=at)


# --- Before a meeting ---


def notify_other(kind: str, meeting: MissionMeeting, side: Side, *, event: str, at: datetime) -> None:
    delegations = with_people(Delegation.objects.filter(pk=getattr(meeting, f"{side}_id")))
    (delegation,) = delegations
    path = reverse("mission_day", args=[meeting.mission.programme.public_id, delegation.public_id])
    missions.notify(kind, delegations, event=f"{meeting.pk}:{event}", at=at, path=path)


def still_meets(key: str, **_at: Any) -> bool:
    meeting = MissionMeeting.objects.filter(pk=key, state__in=LIVE).select_related(*COMPANIES_OF_BOTH).first()
    sides = (meeting.startup, meeting.investor) if meeting else ()
    return bool(sides) and not blocking(*(each.application.company for each in sides))


@transaction.atomic
def run_late(meeting: MissionMeeting, *, side: Side, minutes: int, by: User, at: datetime) -> None:
    """Report a delay in minutes, 0 for none, and notify the other side only.

    Raises:
        NotYetError: it is hours away, or over.
    """
    limits.take_token(kinds.MEETING_LIMIT, account=by, at=at)
    locked = lock_meeting(meeting)
    transitions.acting_side(locked, Mover.EITHER, by=by, side=side)
    if locked.state not in LIVE or locked.slot is None:
        raise transitions.WrongStateError
    if not locked.slot.starts_at - EARLY <= at < locked.slot.ends_at:
        raise NotYetError
    late = f"{side}_late"
    if getattr(locked, late) != minutes:
        MissionMeeting.objects.filter(pk=locked.pk).update(**{late: min(minutes, MOST_LATE)})
        missions.record_audit(locked.mission, "meeting_late", by=by, at=at)
        if minutes:
            notify_other(kinds.RUNNING_LATE, locked, side.other, event=f"{side}:{at.timestamp()}", at=at)
        else:
            notifications.take_back(kinds.RUNNING_LATE, event=f"{locked.pk}:{side}")


@transaction.atomic
def ask_move(
    meeting: MissionMeeting, *, side: Side, slot: int, by: User, at: datetime, version_read: str | None
) -> None:
    """Propose another time; the meeting moves when the other side agrees.

    Raises:
        TakenError: someone or something has another meeting then. WrongStateError: it has begun, is over,
        or the other side has proposed a time already.
    """
    limits.take_token(kinds.MEETING_LIMIT, account=by, at=at)
    locked = lock_meeting(meeting)
    transitions.acting_side(locked, Mover.EITHER, by=by, side=side)
    require_before(locked, at, version_read)
    if locked.asked_by == side.other:
        raise transitions.WrongStateError
    asked = next((free for free, _table in free_slots(locked, at=at) if free.pk == slot), None)
    if asked is None:
        raise transitions.TakenError
    MissionMeeting.objects.filter(pk=locked.pk).update(asked_slot=asked, asked_by=side)
    missions.record_audit(locked.mission, "meeting_ask", by=by, at=at)
    notify_other(kinds.MOVE_ASKED, locked, side.other, event=f"{at.timestamp()}", at=at)


@transaction.atomic
def answer_move(
    meeting: MissionMeeting, *, side: Side, agrees: bool, by: User, at: datetime, version_read: str | None
) -> None:
    """Accept or refuse the proposed time. The side that proposed it may withdraw it.

    Raises:
        TakenError: the time has been taken since.
    """
    limits.take_token(kinds.MEETING_LIMIT, account=by, at=at)
    locked = lock_meeting(meeting)
    transitions.acting_side(locked, Mover.EITHER, by=by, side=side)
    require_before(locked, at, version_read)
    is_own = locked.asked_by == side
    if not locked.asked_by or (is_own and agrees):
        raise transitions.WrongStateError
    notifications.take_back(kinds.MOVE_ASKED, event=str(locked.pk))
    if not agrees:
        MissionMeeting.objects.filter(pk=locked.pk).update(**NOT_ASKED)
        missions.record_audit(locked.mission, "meeting_ask", by=by, at=at)
        if not is_own:
            notify_other(kinds.MOVE_REFUSED, locked, side.other, event=f"{at.timestamp()}", at=at)
        return
    places = {free.pk: (free, table) for free, table in free_slots(locked, at=at)}
    if locked.asked_slot_id not in places:
        raise transitions.TakenError
    slot, table = places[locked.asked_slot_id]
    step = place(locked, MeetingAct.SWAP, slot, table, side=side, by=by, at=at, accepted_at=at)
    notify_other(kinds.MEETING_MOVED, locked, side.other, event=f"{step.pk}", at=at)


def require_before(meeting: MissionMeeting, at: datetime, version_read: str | None) -> None:
    if meeting.state not in LIVE or meeting.slot is None or meeting.slot.starts_at <= at:
        raise transitions.WrongStateError
    transitions.require_unchanged(meeting, version_read)


def place(
    meeting: MissionMeeting,
    act: MeetingAct,
    slot: MissionSlot,
    table: MissionTable,
    *,
    by: User,
    at: datetime,
    accepted_at: datetime | None,
    **also: Any,
) -> Any:
    """Move a meeting to another slot. The caller must hold the lock of the mission and have checked the slot.

    Raises:
        TakenError: the database knows better.
    """
    both = {"startup_accepted_at": accepted_at, "investor_accepted_at": accepted_at}
    new: dict[str, Any] = {"slot": slot, "table": table, "sequence": meeting.sequence + 1, **both, **also}
    try:
        with transaction.atomic():
            return apply_meeting_transition(
                meeting, act, by=by, at=at, startup_late=0, investor_late=0, **NOT_ASKED, **new
            )
    except IntegrityError as error:
        raise transitions.TakenError from error


# --- After a meeting ---


def say_after(
    meeting: MissionMeeting, *, own: Delegation, answer: AfterMeeting, by: User, at: datetime
) -> Introduction | None:
    """Record how a meeting went. "Continue" counts as interest in the other company.

    Raises:
        NotYetError: it has not begun. TakenError: another meeting is in its place by now.
        One of NO_YES: the meeting is written down, the yes is not.
    """
    _write_after(meeting, own=own, answer=answer, by=by, at=at)
    startup, investor = (
        getattr(meeting, str(each)).application.company for each in (Side.STARTUP, Side.INVESTOR)
    )
    if answer != AfterMeeting.GO_ON or startup is None or investor is None:
        return None
    side = Side(own.side)
    met = _("We met at: %(programme)s") % {"programme": meeting.mission.programme.title}
    kwargs: dict[str, Any] = {"words": RequestWords(why=met), "at": at}
    introduction = decisions.express_interest(startup, investor, side=side, by=by, **kwargs)
    notes = MissionNote.objects.filter(meeting=meeting, answer=AfterMeeting.GO_ON).exclude(delegation=own)
    theirs = notes.select_related("by").first()
    # Their yes was taken once: if they have withdrawn it since, it is not said again for them.
    is_new = MissionMeeting.objects.filter(pk=meeting.pk, introduction=None).exists()
    if theirs and is_new and introduction.asked_by == side and introduction.state in WAITING:
        with suppress(*NO_YES):  # they have said so, but could not ask then
            introduction = decisions.express_interest(
                startup, investor, side=side.other, by=theirs.by, **kwargs
            )
    MissionMeeting.objects.filter(pk=meeting.pk).update(introduction=introduction)
    return introduction


@transaction.atomic
def _write_after(
    meeting: MissionMeeting, *, own: Delegation, answer: AfterMeeting, by: User, at: datetime
) -> None:
    limits.take_token(kinds.MEETING_LIMIT, account=by, at=at)
    locked = _lock_begun(meeting, at)
    _require_own(own, locked, by=by)
    MissionNote.objects.update_or_create(
        meeting=locked, delegation=own, defaults={"answer": answer, "by": by, "at": at}
    )
    others = locked.notes.exclude(delegation=own).exclude(answer__in=("", AfterMeeting.ABSENT))
    took_place = answer != AfterMeeting.ABSENT or others.exists()
    _settle(locked, took_place=took_place, side=own.side, by=by, at=at)


def _require_own(delegation: Delegation, meeting: MissionMeeting, *, by: User) -> None:
    transitions.acting_side(delegation, Mover.EITHER, by=by)
    if delegation.pk not in (meeting.startup_id, meeting.investor_id):
        raise transitions.WrongSideError


def _lock_begun(meeting: MissionMeeting, at: datetime) -> MissionMeeting:
    """Lock a meeting that has begun and was not cancelled.

    Raises:
        NotYetError: it has not.
    """
    mission = missions.lock_mission(meeting.mission)
    held = mission.meetings.select_related("slot").get(pk=meeting.pk)
    held.mission = mission
    if mission.state not in AFTER or held.state not in HAS_BEEN or held.slot is None:
        raise transitions.WrongStateError
    if held.slot.starts_at > at:
        raise NotYetError
    return held


def _settle(meeting: MissionMeeting, *, took_place: bool, side: str, by: User, at: datetime) -> None:
    state = MeetingState.HELD if took_place else MeetingState.MISSED
    if meeting.state == state:
        return
    act = MeetingAct.HOLD if took_place else MeetingAct.MISS
    try:
        with transaction.atomic():
            apply_meeting_transition(meeting, act, side=side, by=by, at=at, ended_at=at, **NOT_ASKED)
    except IntegrityError as error:
        raise transitions.TakenError from error


@transaction.atomic
def set_took_place(meeting: MissionMeeting, *, took_place: bool, by: User, at: datetime) -> None:
    """Record for the organiser whether a meeting took place.

    Raises:
        NotYetError: it has not begun. TakenError: another meeting is in its place by now.
    """
    limits.take_token(kinds.DAY_LIMIT, account=by, at=at)
    held = _lock_begun(meeting, at)
    transitions.acting_side(held.mission, missions.HOST, by=by)
    require_open_organiser(held.mission.programme)
    _settle(held, took_place=took_place, side=missions.HOST, by=by, at=at)


@transaction.atomic
def write_note(meeting: MissionMeeting, *, own: Delegation, text: str, by: User, at: datetime) -> None:
    limits.take_token(kinds.MEETING_LIMIT, account=by, at=at)
    _require_own(own, meeting, by=by)
    values = {"text": text, "by": by, "at": at}
    MissionNote.objects.update_or_create(meeting=meeting, delegation=own, defaults=values)
