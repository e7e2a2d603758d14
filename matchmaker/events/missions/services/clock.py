"""Periodic steps of a mission.

They are safe with any number of workers: each mission is locked while it changes state.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from matchmaker.events.missions.kinds import REMINDED, WISHES_OPEN
from matchmaker.events.missions.selectors import missions
from matchmaker.events.missions.services.meetings import drop_impossible
from matchmaker.events.missions.services.missions import (
    add_delegations,
    apply_mission_transition,
    lock_mission,
    notify,
    prefill,
)
from matchmaker.models.missions import Delegation, Mission
from matchmaker.models.missions.mission import NOT_OVER, MissionAct, MissionState
from matchmaker.models.programmes.programme import ONGOING

M = MissionState


def advance(*, at: datetime) -> None:
    for mission in Mission.objects.filter(state__in=NOT_OVER).order_by("pk"):
        with transaction.atomic():
            locked = lock_mission(mission)
            is_open = locked.state in NOT_OVER and not _ended(locked, at=at)
            if is_open and locked.programme.state in ONGOING:
                _take_in(locked, at=at)
                _on_time(locked, at=at)
                drop_impossible(locked, at=at)


def _ended(mission: Mission, *, at: datetime) -> bool:
    """End a mission whose programme or last slot is over. The caller must hold its lock."""
    last = mission.slots.order_by("-ends_at").first()
    is_past = mission.state in (M.PUBLISHED, M.RUNNING) and last is not None and last.ends_at <= at
    goes_on = mission.programme.state in ONGOING or mission.programme.may_resume(at)
    if goes_on and not is_past:
        return False
    apply_mission_transition(mission, MissionAct.END, by=None, at=at, ended_at=at)
    return True


def _take_in(mission: Mission, *, at: datetime) -> None:
    add_delegations(mission, at=at)
    if mission.state == M.SETTING_UP:
        return
    new = missions.with_people(missions.present_delegations(mission).filter(prefilled_at=None))
    prefill(mission, at=at)
    since = missions.late_since(mission)
    notify(WISHES_OPEN, [each for each in new if since is None or each.at > since], event="late", at=at)


def _on_time(mission: Mission, *, at: datetime) -> None:
    """Remind undecided delegations, close the wishes at the deadline, and start with the first slot."""
    reminded = missions.to_remind(mission, at)
    Delegation.objects.filter(pk__in=[delegation.pk for delegation in reminded]).update(
        reminders=F("reminders") + 1
    )
    notify(REMINDED, reminded, event=f"{mission.pk}:{at:%Y%m%d}", at=at)
    if mission.state == M.WISHES and mission.wishes_until and mission.wishes_until <= at:
        apply_mission_transition(mission, MissionAct.DEADLINE, by=None, at=at)
    first = mission.slots.order_by("starts_at").first()
    if mission.state == M.PUBLISHED and first and first.starts_at <= at:
        apply_mission_transition(mission, MissionAct.BEGIN, by=None, at=at)
