"""Meetings move along the lines of their table (matchmaker/models/meeting_table.py), and only so.

Every act holds both companies first, so that acts of both sides take their turns. The conditional update
stands all the same: whatever comes late finds another state and is refused by name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.integrations.calendar_files import Method
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
from matchmaker.models import Introduction, Meeting, MeetingSlot, MeetingStep
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import (
    AGREED_STATES,
    LIVE,
    MEETING_LINE,
    MeetingAct,
    MeetingMover,
    MeetingState,
)
from matchmaker.pairs.services import pairs
from profiles.models import Investor, Startup, User

REMINDERS = (timedelta(days=1), timedelta(hours=1))  # before it begins
# What a meeting that is over or cancelled forgets.
FORGOTTEN_AT_END: dict[str, Any] = {"remind_at": None, "call_address": ""}
OWN = [field.name for field in Meeting._meta.concrete_fields if not field.is_relation]


class NoSuchMoveError(Exception):
    """The meeting is in another state by now, or this side may not do that."""


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
        NoSuchMoveError: the two are not both interested (any more).
        PastTimeError: a time has passed.
    """
    pair = introduction.pair
    pairs.count(MEETING_LIMIT, *pair, side=side, by=by, at=at)
    hold_mutual(introduction)
    if any(time <= at for time in times):
        raise PastTimeError
    meeting = Meeting.objects.filter(introduction=introduction, state__in=LIVE).first()
    if meeting is None:
        meeting = Meeting.objects.create(
            introduction=introduction, state=MeetingState.PROPOSED, proposed_by=side, made_at=at
        )
        step = log_step(meeting, MeetingAct.PROPOSE, "", side=side, by=by, at=at)
    else:
        act = MeetingAct.MOVE if meeting.state in AGREED_STATES else MeetingAct.REPLACE
        step = take_line(meeting, act, side=side, by=by, at=at, proposed_by=side)
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
        NoSuchMoveError: it is offered no longer, or by this side itself.
        PastTimeError: it has passed.
    """
    _count(meeting, side=side, by=by, at=at)
    pair = hold_pair(meeting)
    chosen = meeting.slots.filter(pk=slot).first()
    if chosen is None:
        raise NoSuchMoveError
    if chosen.starts_at <= at:
        raise PastTimeError
    is_moved = meeting.state == MeetingState.MOVING
    step = take_line(
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
        NoSuchMoveError: no move is asked for.
    """
    pair = hold_pair(meeting)
    step = take_line(meeting, MeetingAct.KEEP, side=side, by=by, at=at)
    meeting.slots.all().delete()
    pairs.record(MET, *pair, side=side, by=by, at=at, done="kept")
    tell_team(MEETING_KEPT, meeting, side.other, event=str(step.pk), at=at)


@transaction.atomic
def cancel(meeting: Meeting, *, side: Side, by: User, at: datetime) -> None:
    """Call the meeting off: an agreed one leaves both calendars.

    Raises:
        NoSuchMoveError: it is over or cancelled already.
    """
    pair = hold_pair(meeting)
    call_off(meeting, MeetingAct.CANCEL, side=side, by=by, at=at)
    pairs.record(MET, *pair, side=side, by=by, at=at, done="cancelled")


@transaction.atomic
def set_call_address(meeting: Meeting, *, address: str, side: Side, by: User, at: datetime) -> None:
    """Say where the call takes place; the calendar entries of an agreed meeting follow.

    Raises:
        NoSuchMoveError: the meeting is over or cancelled.
    """
    _count(meeting, side=side, by=by, at=at)
    pair = hold_pair(meeting)
    if meeting.state not in LIVE:
        raise NoSuchMoveError
    if meeting.call_address == address:
        return
    _write_address(meeting, address, at=at)
    pairs.record(MET, *pair, side=side, by=by, at=at, done="address")


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
    step = take_line(
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
        NoSuchMoveError: the two are not both interested (any more).
    """
    pairs.lock_open_pair(*introduction.pair)
    introduction.refresh_from_db(fields=["state"])
    if introduction.state != IntroductionState.MUTUAL:
        raise NoSuchMoveError


def _count(meeting: Meeting, *, side: Side, by: User, at: datetime) -> None:
    """Count an act that can be repeated, before anything is held."""
    pairs.count(MEETING_LIMIT, *meeting.introduction.pair, side=side, by=by, at=at)


def hold_pair(meeting: Meeting) -> tuple[Startup, Investor]:
    """Hold the two companies, which are both interested still, read the meeting afresh; return the two."""
    hold_mutual(meeting.introduction)
    meeting.refresh_from_db(fields=OWN)
    return meeting.introduction.pair


def take_line(
    meeting: Meeting,
    act: MeetingAct,
    *,
    at: datetime,
    side: Side | None = None,
    by: User | None = None,
    **changes: Any,
) -> MeetingStep:
    """Take one line of the table: a conditional update and a row of the log, which is returned.

    Raises:
        NoSuchMoveError: the meeting is in no state from which the line leads, or it is not this side's.
    """
    line, source = MEETING_LINE[act], meeting.state
    may = {
        MeetingMover.OTHER: side is not None and side != meeting.proposed_by,
        MeetingMover.EITHER: side is not None,
        MeetingMover.TIME: side is None,
    }
    mine = Meeting.objects.filter(pk=meeting.pk, state=source, state__in=line.sources)
    if not may[line.mover] or not mine.update(state=line.target, **changes):
        raise NoSuchMoveError
    for name, value in {"state": line.target, **changes}.items():
        setattr(meeting, name, value)
    return log_step(meeting, act, source, side=side, by=by, at=at)


def log_step(
    meeting: Meeting, act: MeetingAct, source: str, *, side: Side | None, by: User | None, at: datetime
) -> MeetingStep:
    """Keep the step."""
    return MeetingStep.objects.create(
        meeting=meeting, act=act, source=source, target=meeting.state, side=side or "", by=by, at=at
    )


def next_reminder(starts_at: datetime, *, after: datetime) -> datetime | None:
    """Return the next moment to remind of a meeting; None where none is left."""
    return next((starts_at - lead for lead in REMINDERS if starts_at - lead > after), None)
