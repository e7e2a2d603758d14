"""Both sides accept or decline meetings of a published schedule.

Every act can raise what apply_transition raises.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.events.missions.kinds import MEETING_LIMIT, MEETING_OFF
from matchmaker.events.missions.selectors.missions import with_people
from matchmaker.events.missions.selectors.pairs import impossible
from matchmaker.events.missions.services.missions import lock_in, notify, record_audit
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionStep
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import LIVE, MeetingAct
from matchmaker.transitions import WrongStateError, apply_transition
from profiles.models import User
from profiles.platform.limits import services as limits

ONGOING = (MissionState.PUBLISHED, MissionState.RUNNING)


def lock_meeting(meeting: MissionMeeting) -> MissionMeeting:
    held = lock_in(meeting.mission, ONGOING)
    related = ("slot", "startup__application", "investor__application")
    stored = MissionMeeting.objects.select_related(*related).get(pk=meeting.pk)
    stored.mission = held
    return stored


def apply_meeting_transition(
    meeting: MissionMeeting, act: MeetingAct, *, by: User | None, at: datetime, **said: Any
) -> MissionStep:
    step: MissionStep = apply_transition(meeting, act, by=by, at=at, **said)
    record_audit(meeting.mission, f"meeting_{act}", by=by, at=at)
    return step


@transaction.atomic
def accept(
    meeting: MissionMeeting, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Accept a meeting for one side; it is confirmed once both have.

    Raises:
        WrongStateError: it has begun, is over, or this side has accepted already.
    """
    limits.take_token(MEETING_LIMIT, account=by, at=at)
    locked = lock_meeting(meeting)
    if getattr(locked, f"{side}_accepted_at") or locked.slot is None or locked.slot.starts_at <= at:
        raise WrongStateError
    is_second = getattr(locked, f"{side.other}_accepted_at") is not None
    act = MeetingAct.CONFIRM if is_second else MeetingAct.ACCEPT
    apply_meeting_transition(
        locked, act, side=side, by=by, at=at, version_read=version_read, **{f"{side}_accepted_at": at}
    )


@transaction.atomic
def decline(
    meeting: MissionMeeting, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    limits.take_token(MEETING_LIMIT, account=by, at=at)
    locked = lock_meeting(meeting)
    is_agreed = locked.startup_accepted_at and locked.investor_accepted_at
    act = MeetingAct.CANCEL if is_agreed else MeetingAct.DECLINE
    step = apply_meeting_transition(
        locked, act, side=side, by=by, at=at, version_read=version_read, ended_at=at
    )
    _notify_cancelled(locked, [getattr(locked, f"{side.other}_id")], step, at=at)


def _notify_cancelled(meeting: MissionMeeting, keys: list[int], step: MissionStep, *, at: datetime) -> None:
    people = with_people(Delegation.objects.filter(pk__in=keys))
    notify(MEETING_OFF, people, event=str(step.pk), at=at)


def drop_impossible(mission: Mission, *, at: datetime) -> None:
    """Cancel meetings that can no longer take place. The caller must hold the lock of the mission."""
    rows = mission.meetings.filter(state__in=LIVE).exclude(slot__ends_at__lte=at)  # those have been
    related = ("startup__application", "investor__application")
    for meeting in impossible(mission, rows.select_related(*related)):
        meeting.mission = mission
        step = apply_meeting_transition(meeting, MeetingAct.LEAVE, by=None, at=at, ended_at=at)
        _notify_cancelled(meeting, [meeting.startup_id, meeting.investor_id], step, at=at)


@transaction.atomic
def leave(delegations: Any, *, at: datetime) -> None:
    keys = set(delegations.values_list("pk", flat=True))
    rows = MissionMeeting.objects.filter(state__in=LIVE).exclude(slot__ends_at__lte=at)
    rows = rows.select_related("mission__programme")
    for side in Side:
        for meeting in rows.filter(**{f"{side}__in": keys}):
            step = apply_meeting_transition(meeting, MeetingAct.LEAVE, by=None, at=at, ended_at=at)
            _notify_cancelled(meeting, [getattr(meeting, f"{side.other}_id")], step, at=at)
