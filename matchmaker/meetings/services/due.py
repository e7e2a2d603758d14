"""What time does to meetings: a reminder, the question afterwards, an end where the introduction has ended.

Called by the sweep, safe in any number of workers at once: each step is a conditional update of its own
transaction, so what another worker or a person did first stays done.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from matchmaker.meetings.kinds import MEETING_OVER, MEETING_REMINDER, MET
from matchmaker.meetings.services import moves
from matchmaker.meetings.services.telling import tell_both_teams
from matchmaker.models import Meeting
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import AGREED_STATES, LIVE, MeetingAct
from matchmaker.pairs.services import pairs
from matchmaker.transitions import NotOpenError, TransitionRefusedError, transition
from profiles.changes.services import lock_profiles

BATCH = 200  # meetings that one sweep looks at for each of the three


def advance(*, at: datetime) -> None:
    """Do what is due: first end what has ended, so that nobody is reminded of it."""
    drop_closed(at=at)
    end_past(at=at)
    remind_of_near(at=at)


def drop_closed(*, at: datetime) -> int:
    """Call off the meetings of introductions that were closed; return how many."""
    closed = Meeting.objects.filter(state__in=LIVE).exclude(introduction__state=IntroductionState.MUTUAL)
    return sum(_drop(pk, at=at) for pk in _batch(closed.order_by("pk")))


@transaction.atomic
def _drop(pk: int, *, at: datetime) -> bool:
    """Call one meeting off; False where somebody was faster."""
    meeting = _locked(pk)
    if meeting.introduction.state == IntroductionState.MUTUAL:
        return False
    try:
        moves.call_off(meeting, MeetingAct.DROP, at=at)
    except TransitionRefusedError:
        return False
    _record(meeting, "cancelled", at=at)
    return True


def end_past(*, at: datetime) -> int:
    """End the meetings whose time is over and ask both sides how it went; return how many."""
    past = Meeting.objects.filter(state__in=AGREED_STATES, ends_at__lte=at)
    return sum(_end(pk, at=at) for pk in _batch(past.order_by("ends_at", "pk")))


@transaction.atomic
def _end(pk: int, *, at: datetime) -> bool:
    """End one meeting; False where somebody was faster, or it was moved meanwhile."""
    meeting = _locked(pk)
    if meeting.ends_at is None or meeting.ends_at > at:
        return False
    said = {"ended_at": at, **moves.FORGOTTEN_AT_END}
    try:
        transition(meeting, MeetingAct.END, side=None, by=None, at=at, **said)
    except TransitionRefusedError:
        return False
    meeting.slots.all().delete()
    _record(meeting, "over", at=at)
    if _is_open(meeting):
        tell_both_teams(MEETING_OVER, meeting, event="over", at=at)
    return True


def remind_of_near(*, at: datetime) -> int:
    """Remind both sides, a day and an hour before; return of how many meetings."""
    near = Meeting.objects.filter(remind_at__lte=at)
    return sum(_remind(pk, at=at) for pk in _batch(near.order_by("remind_at", "pk")))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    """Remind of one meeting and note the next time; False where somebody was faster.

    Of two reminders that are due at once, after a long standstill, one is sent.
    """
    meeting = _locked(pk)
    now, starts_at = meeting.remind_at, meeting.starts_at
    if now is None or starts_at is None or now > at:
        return False
    mine = Meeting.objects.filter(pk=pk, remind_at=now, state__in=AGREED_STATES)
    is_first = mine.update(remind_at=moves.next_reminder(starts_at, after=at))
    if not is_first or starts_at <= at or not _is_open(meeting):
        return False
    event = f"{starts_at:%Y%m%d%H%M}:{(starts_at - now) // timedelta(hours=1)}"
    tell_both_teams(MEETING_REMINDER, meeting, event=event, at=at)
    return True


def _batch(due: "QuerySet[Meeting]") -> list[int]:
    return list(due.values_list("pk", flat=True)[:BATCH])


def _locked(pk: int) -> Meeting:
    """Return the meeting as it is, with both companies locked until the transaction ends."""
    meeting = Meeting.objects.select_related("introduction__startup", "introduction__investor").get(pk=pk)
    lock_profiles(*meeting.introduction.pair)
    meeting.refresh_from_db(fields=moves.OWN)
    meeting.introduction.refresh_from_db(fields=["state"])
    return meeting


def _is_open(meeting: Meeting) -> bool:
    """Return whether both sides can open the meeting's page now."""
    try:
        moves.hold_mutual(meeting.introduction)
    except (TransitionRefusedError, NotOpenError):
        return False
    return True


def _record(meeting: Meeting, done: str, *, at: datetime) -> None:
    """Write what time has done into the trail."""
    said: dict[str, Any] = {"side": meeting.introduction.asked_side, "done": done}
    pairs.record(MET, *meeting.introduction.pair, by=None, at=at, **said)
