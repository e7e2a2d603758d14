"""The organiser changes a published schedule on the day.

A proposal is shown first and checked again before it is applied.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from matchmaker.events.missions.kinds import CHANGES_LIMIT, PAPER_LIMIT, SCHEDULE_CHANGED
from matchmaker.events.missions.selectors.changes import Change, changes_of, may_move, soon_slots, today
from matchmaker.events.missions.selectors.missions import with_people
from matchmaker.events.missions.selectors.problem import measured
from matchmaker.events.missions.services.day import NOT_ASKED, place
from matchmaker.events.missions.services.meetings import ONGOING, apply_meeting_transition
from matchmaker.events.missions.services.missions import lock_as_host, notify, record_audit
from matchmaker.events.missions.services.plans import NotValidError, forget_old, write_meetings
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.replan import anywhere, replan
from matchmaker.models.missions import Delegation, Interpreter, Mission, MissionMeeting, MissionPlan
from matchmaker.models.missions.plan import MeetingAct
from matchmaker.transitions import WrongStateError
from profiles.models import User
from profiles.platform.limits import services as limits

UNFIT = _(
    "The schedule has changed in the meantime, so these changes no longer fit. Ask for new suggestions."
)
SECONDS, WORKERS = 3.0, 1  # of the solver; the problem around it takes a second at most


def propose(mission: Mission, *, by: User, at: datetime, is_free: bool = False) -> MissionPlan:
    """Work out the fewest changes. `is_free`: meetings may move to another day, and may begin soon."""
    with transaction.atomic():
        limits.take_token(CHANGES_LIMIT, account=by, company=mission.programme.company, at=at)
        lock_as_host(mission, ONGOING, by=by)
    now = today(mission, at=at)
    problem = now.stated.problem
    rule = anywhere if is_free else partial(may_move, now, at=at)
    closed = frozenset[int]() if is_free else soon_slots(now, at=at)
    rules = partial(replan, seconds=SECONDS, workers=WORKERS, may_move=rule, closed=closed)
    result = rules(problem, now.plan, gone=now.gone)
    if faults(problem, result.plan):
        raise NotValidError(UNFIT)
    made = MissionPlan.objects.create(
        mission=mission,
        mends=True,
        state=RunState.DONE,
        by=by,
        asked_at=at,
        finished_at=timezone.now(),
        compared={"is_free": is_free},
        participants=len(problem.participants),
        **measured(problem, result.plan),
        seconds=result.seconds,
        method=result.method,
        stopped=result.stopped,
        placed=now.stated.stored(result.plan),
        short=now.stated.too_few(result.short),
    )
    forget_old(mission, mends=True)
    return made


def apply(plan: MissionPlan, *, by: User, at: datetime) -> int:
    """Apply a proposed schedule change, notify the delegations, and return the number of changed meetings.

    Raises:
        NotValidError: something has changed since, and it does not fit any more.
    """
    # Counted outside the transaction: what fails has cost as much.
    limits.take_token(CHANGES_LIMIT, account=by, company=plan.mission.programme.company, at=at)
    with transaction.atomic():
        locked = lock_as_host(plan.mission, ONGOING, by=by)
        if not MissionPlan.objects.filter(pk=plan.pk, mends=True, published_at=None).update(published_at=at):
            raise WrongStateError
        now = today(locked, at=at)
        placed = now.stated.read(plan.placed)
        if placed is None or faults(now.stated.problem, placed):
            raise NotValidError(UNFIT)
        changes = changes_of(locked, plan.placed)
        is_free = plan.compared.get("is_free", False)
        if not is_free and any(change.is_far(locked, at=at) for change in changes):
            raise NotValidError(UNFIT)
        for change in changes:
            if change.meeting:
                change.meeting.mission = locked
        _carry_out(locked, changes, by=by, at=at)
        record_audit(locked, "changes", by=by, at=at)
        concerned = {delegation.pk for change in changes for delegation in (change.startup, change.investor)}
        people = with_people(Delegation.objects.filter(pk__in=concerned))
        notify(SCHEDULE_CHANGED, people, event=f"changes:{plan.pk}", at=at)
    return len(changes)


def _carry_out(mission: Mission, changes: list[Change], *, by: User, at: datetime) -> None:
    """Remove meetings first, so that two meetings can swap places."""
    moved = [(each, each.meeting) for each in changes if each.kind == "moved"]
    for change in changes:
        if change.meeting and change.kind == "dropped":
            apply_meeting_transition(change.meeting, MeetingAct.DROP, by=by, at=at, ended_at=at, **NOT_ASKED)
    MissionMeeting.objects.filter(pk__in=[meeting.pk for _change, meeting in moved if meeting]).update(
        slot=None, table=None, interpreter=None
    )
    interpreters: dict[int | None, Interpreter] = {**mission.interpreters.in_bulk()}
    for change, meeting in moved:
        if meeting and change.slot and change.table:
            also: dict[str, Any] = {"interpreter": interpreters.get(change.interpreter)}
            said: dict[str, Any] = {"by": by, "at": at, "accepted_at": None}
            place(meeting, MeetingAct.MOVE, change.slot, change.table, **said, **also)
    write_meetings(
        mission,
        [
            (each.startup.pk, each.investor.pk, each.slot.pk, each.table.pk, each.interpreter)
            for each in changes
            if each.kind == "new" and each.slot and each.table
        ],
        by=by,
        at=at,
    )


@transaction.atomic
def record_schedule_download(mission: Mission, *, by: User, at: datetime) -> None:
    limits.take_token(PAPER_LIMIT, account=by, at=at)
    record_audit(mission, "papers", by=by, at=at)
