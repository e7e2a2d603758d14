"""What the two sides do about a meeting, each time with both companies locked.

Besides what is named there, every act raises what matchmaker.transitions.transition raises.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.integrations.calendar_files import Method
from matchmaker.introductions.services import decisions
from matchmaker.meetings.kinds import (
    MEETING_ADDRESS,
    MEETING_AGREED,
    MEETING_CANCELLED,
    MEETING_KEPT,
    MEETING_LIMIT,
    MEETING_MOVED,
    MEETING_PROPOSED,
    MET,
)
from matchmaker.meetings.services.telling import tell_both_teams, tell_team
from matchmaker.models import Introduction, Meeting, MeetingReply, MeetingSlot
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting import MeetingAnswer
from matchmaker.models.meeting_table import AGREED_STATES, LIVE, MeetingAct, MeetingState
from matchmaker.pairs.services import pairs
from matchmaker.transitions import WrongStateError, transition
from profiles.models import Investor, Startup, User

REMINDERS = (timedelta(days=1), timedelta(hours=1))  # before it begins
# What a meeting that is over or cancelled forgets.
FORGOTTEN_AT_END: dict[str, Any] = {"remind_at": None, "call_address": ""}
OWN = [field.name for field in Meeting._meta.concrete_fields if not field.is_relation]


class PastTimeError(Exception):
    """The time has passed."""


@transaction.atomic
def propose(
    introduction: Introduction,
    *,
    times: Sequence[datetime],
    minutes: int,
    side: Side,
    by: User,
    at: datetime,
    call_address: str = "",
) -> Meeting:
    """Offer times. They replace an offer that stands; an agreed time stays until another one is agreed.

    Raises:
        WrongStateError: the two are not both interested (any more).
        PastTimeError: a time has passed.
    """
    pair = introduction.pair
    pairs.count(MEETING_LIMIT, *pair, side=side, by=by, at=at)
    hold_mutual(introduction)
    if any(time <= at for time in times):
        raise PastTimeError
    meeting = Meeting.objects.filter(introduction=introduction, state__in=LIVE).first()
    if meeting is None:
        meeting, act = Meeting(introduction=introduction, made_at=at), MeetingAct.PROPOSE
    else:
        act = MeetingAct.MOVE if meeting.state in AGREED_STATES else MeetingAct.REPLACE
    step = transition(meeting, act, side=side, by=by, at=at, proposed_by=side)
    meeting.slots.all().delete()
    for time in sorted(set(times)):
        MeetingSlot.objects.create(meeting=meeting, starts_at=time, minutes=minutes)
    if call_address != meeting.call_address:
        _write_address(meeting, call_address, at=at)
    pairs.record(MET, *pair, side=side, by=by, at=at, done="proposed")
    tell_team(MEETING_PROPOSED, meeting, side.other, event=str(step.pk), at=at)
    return meeting


@transaction.atomic
def take_time(meeting: Meeting, *, slot: int, side: Side, by: User, at: datetime) -> Meeting:
    """Accept one of the times that the other side offers, by its key: both get a calendar entry.

    Raises:
        WrongStateError: it is offered no longer, or by this side itself.
        PastTimeError: it has passed.
    """
    _count(meeting, side=side, by=by, at=at)
    pair = hold_pair(meeting)
    chosen = meeting.slots.filter(pk=slot).first()
    if chosen is None:
        raise WrongStateError
    if chosen.starts_at <= at:
        raise PastTimeError
    is_moved = meeting.state == MeetingState.MOVING
    step = transition(
        meeting,
        MeetingAct.TAKE,
        side=side,
        by=by,
        at=at,
        starts_at=chosen.starts_at,
        ends_at=chosen.ends_at,
        sequence=meeting.sequence + is_moved,
        remind_at=next_reminder(chosen.starts_at, after=at),
    )
    meeting.slots.all().delete()
    pairs.record(MET, *pair, side=side, by=by, at=at, done="agreed")
    kind = MEETING_MOVED if is_moved else MEETING_AGREED
    tell_both_teams(kind, meeting, event=str(step.pk), at=at, method=Method.REQUEST)
    return meeting


@transaction.atomic
def keep_time(meeting: Meeting, *, side: Side, by: User, at: datetime) -> None:
    """Let the agreed time stay although others were offered: said by either side.

    Raises:
        WrongStateError: no move is asked for.
    """
    pair = hold_pair(meeting)
    step = transition(meeting, MeetingAct.KEEP, side=side, by=by, at=at)
    meeting.slots.all().delete()
    pairs.record(MET, *pair, side=side, by=by, at=at, done="kept")
    tell_team(MEETING_KEPT, meeting, side.other, event=str(step.pk), at=at)


@transaction.atomic
def cancel(meeting: Meeting, *, side: Side, by: User, at: datetime) -> None:
    """Call the meeting off: an agreed one leaves both calendars.

    Raises:
        WrongStateError: it is over or cancelled already.
    """
    pair = hold_pair(meeting)
    call_off(meeting, MeetingAct.CANCEL, side=side, by=by, at=at)
    pairs.record(MET, *pair, side=side, by=by, at=at, done="cancelled")


@transaction.atomic
def set_call_address(meeting: Meeting, *, address: str, side: Side, by: User, at: datetime) -> None:
    """Say where the call takes place; the calendar entries of an agreed meeting follow.

    Raises:
        WrongStateError: the meeting is over or cancelled.
    """
    _count(meeting, side=side, by=by, at=at)
    pair = hold_pair(meeting)
    if meeting.state not in LIVE:
        raise WrongStateError
    if meeting.call_address == address:
        return
    _write_address(meeting, address, at=at)
    pairs.record(MET, *pair, side=side, by=by, at=at, done="address")


@transaction.atomic
def reply(meeting: Meeting, *, answer: MeetingAnswer, side: Side, by: User, at: datetime) -> None:
    """Keep one side's answer; the first one counts. "Close" closes the introduction as its own page does.

    The trail says that somebody answered, not what: curators read the answers in sums.

    Raises:
        WrongStateError: the meeting is not over, or the introduction is closed.
    """
    pair = hold_pair(meeting)
    if meeting.state != MeetingState.OVER:
        raise WrongStateError
    _reply, is_new = MeetingReply.objects.get_or_create(
        meeting=meeting, side=side, defaults={"answer": answer, "by": by, "at": at}
    )
    if not is_new:
        return
    pairs.record(MET, *pair, side=side, by=by, at=at, done="answered")
    if answer is MeetingAnswer.CLOSE:
        decisions.withdraw_interest(*pair, side=side, by=by, at=at)


def _write_address(meeting: Meeting, address: str, *, at: datetime) -> None:
    """Keep the address; the entries that stand in both calendars get it."""
    is_agreed = meeting.state in AGREED_STATES
    meeting.call_address, meeting.sequence = address, meeting.sequence + is_agreed
    meeting.save(update_fields=["call_address", "sequence"])
    if is_agreed:
        event = f"address:{meeting.sequence}"
        tell_both_teams(MEETING_ADDRESS, meeting, event=event, at=at, method=Method.REQUEST)


def call_off(
    meeting: Meeting, act: MeetingAct, *, at: datetime, side: Side | None = None, by: User | None = None
) -> None:
    """End a meeting before its time; tell who has it in the calendar, of a mere offer the other side."""
    is_agreed = meeting.state in AGREED_STATES
    step = transition(
        meeting,
        act,
        side=side,
        by=by,
        at=at,
        ended_at=at,
        sequence=meeting.sequence + is_agreed,
        **FORGOTTEN_AT_END,
    )
    meeting.slots.all().delete()
    kind = MEETING_CANCELLED
    if is_agreed:
        tell_both_teams(kind, meeting, event=str(step.pk), at=at, method=Method.CANCEL)
    elif side:
        tell_team(kind, meeting, side.other, event=str(step.pk), at=at)


def hold_mutual(introduction: Introduction) -> None:
    """Hold both companies of an introduction and read it afresh.

    Raises:
        NotOpenError: one of the two is not there any more (pairs/services/pairs.py).
        WrongStateError: the two are not both interested (any more).
    """
    pairs.lock_open_pair(*introduction.pair)
    introduction.refresh_from_db(fields=["state"])
    if introduction.state != IntroductionState.MUTUAL:
        raise WrongStateError


def _count(meeting: Meeting, *, side: Side, by: User, at: datetime) -> None:
    """Count an act that can be repeated, before anything is held."""
    pairs.count(MEETING_LIMIT, *meeting.introduction.pair, side=side, by=by, at=at)


def hold_pair(meeting: Meeting) -> tuple[Startup, Investor]:
    """Hold the two companies, which are both interested still, read the meeting afresh; return the two."""
    hold_mutual(meeting.introduction)
    meeting.refresh_from_db(fields=OWN)
    return meeting.introduction.pair


def next_reminder(starts_at: datetime, *, after: datetime) -> datetime | None:
    """Return the next moment to remind of a meeting; None where none is left."""
    return next((starts_at - lead for lead in REMINDERS if starts_at - lead > after), None)
