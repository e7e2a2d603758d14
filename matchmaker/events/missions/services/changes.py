"""The organiser changes a published schedule on the day, by a proposal or by hand.

A proposal is shown first and checked again before it is applied.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker import models
from matchmaker.choices import RunState
from matchmaker.events.missions import kinds
from matchmaker.events.missions.selectors.changes import (
    Change,
    Placing,
    changes_of,
    may_move,
    placings_of,
    preview,
    soon_slots,
    today,
)
from matchmaker.events.missions.selectors.missions import with_people
from matchmaker.events.missions.selectors.plans import measured
from matchmaker.events.missions.services.day import NOT_ASKED, place
from matchmaker.events.missions.services.meetings import ONGOING, apply_meeting_transition
from matchmaker.events.missions.services.missions import lock_as_host, notify, record_audit
from matchmaker.events.missions.services.plans import NotValidError, forget_old, write_meetings
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.replan import anywhere, replan
from matchmaker.models.missions.mission import NOT_OVER
from matchmaker.models.missions.plan import LIVE, MeetingAct
from matchmaker.transitions import ChangedSinceReadError, WrongStateError
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

UNFIT = _(
    "The schedule has changed in the meantime, so these changes no longer fit. Ask for new suggestions."
)
SECONDS, WORKERS = 3.0, 1  # of the solver; the problem around it takes a second at most


def propose(mission: models.Mission, *, by: User, at: datetime, is_free: bool = False) -> models.MissionPlan:
    """Work out the fewest changes. `is_free`: meetings may move to another day, and may begin soon."""
    with transaction.atomic():
        limits.take_token(kinds.CHANGES_LIMIT, account=by, company=mission.programme.company, at=at)
        lock_as_host(mission, ONGOING, by=by)
    now = today(mission, at=at)
    problem = now.stated.problem
    rule = anywhere if is_free else partial(may_move, now, at=at)
    closed = frozenset[int]() if is_free else soon_slots(now, at=at)
    rules = partial(replan, seconds=SECONDS, workers=WORKERS, may_move=rule, closed=closed)
    result = rules(problem, now.plan, gone=now.gone)
    if faults(problem, result.plan):
        raise NotValidError(UNFIT)
    made = models.MissionPlan.objects.create(
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


def apply(plan: models.MissionPlan, *, by: User, at: datetime) -> int:
    """Apply a proposed schedule change, notify the delegations, and return the number of changed meetings.

    Raises:
        NotValidError: something has changed since, and it does not fit any more.
    """
    # Counted outside the transaction: what fails has cost as much.
    limits.take_token(kinds.CHANGES_LIMIT, account=by, company=plan.mission.programme.company, at=at)
    with transaction.atomic():
        locked = lock_as_host(plan.mission, ONGOING, by=by)
        if not models.MissionPlan.objects.filter(pk=plan.pk, mends=True, published_at=None).update(
            published_at=at
        ):
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
        people = with_people(models.Delegation.objects.filter(pk__in=concerned))
        notify(kinds.SCHEDULE_CHANGED, people, event=f"changes:{plan.pk}", at=at)
    return len(changes)


def _carry_out(mission: models.Mission, changes: list[Change], *, by: User, at: datetime) -> None:
    """Remove meetings first, so that two meetings can swap places."""
    moved = [(each, each.meeting) for each in changes if each.kind == "moved"]
    for change in changes:
        if change.meeting and change.kind == "dropped":
            apply_meeting_transition(change.meeting, MeetingAct.DROP, by=by, at=at, ended_at=at, **NOT_ASKED)
    models.MissionMeeting.objects.filter(pk__in=[meeting.pk for _change, meeting in moved if meeting]).update(
        slot=None, table=None, interpreter=None
    )
    interpreters: dict[int | None, models.Interpreter] = {**mission.interpreters.in_bulk()}
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
def record_schedule_download(mission: models.Mission, *, by: User, at: datetime) -> None:
    limits.take_token(kinds.PAPER_LIMIT, account=by, at=at)
    record_audit(mission, "papers", by=by, at=at)


def change_by_hand(
    mission: models.Mission, values: dict[str, Any], *, by: User, at: datetime, version_read: str
) -> None:
    """Add, move, swap or cancel one meeting as it was confirmed, and notify the delegations concerned.

    Raises:
        ChangedSinceReadError: a meeting is not as it was read. RefusedError: something is in the way.
    """
    # Counted outside the transaction: what fails has cost as much.
    limits.take_token(kinds.DAY_LIMIT, account=by, at=at)
    with transaction.atomic():
        locked = lock_as_host(mission, ONGOING, by=by)
        for name in ("meeting", "other"):
            if values.get(name):
                values[name].refresh_from_db()
        found = preview(locked, placings_of(values), at=at)
        if found.version != version_read:
            raise ChangedSinceReadError
        if found.conflicts:
            raise RefusedError(found.conflicts[0])
        moved = [each.meeting for each in found.placings if each.meeting and each.slot]
        models.MissionMeeting.objects.filter(pk__in=[each.pk for each in moved]).update(
            slot=None, table=None, interpreter=None
        )
        for placing in found.placings:
            _place_by_hand(locked, placing, by=by, at=at)
        record_audit(locked, "by_hand", by=by, at=at)
        keys = {each.pk for placing in found.placings for each in placing.people}
        people = with_people(models.Delegation.objects.filter(pk__in=keys))
        notify(kinds.SCHEDULE_CHANGED, people, event=f"by_hand:{at.timestamp()}", at=at)


def _place_by_hand(mission: models.Mission, placing: Placing, *, by: User, at: datetime) -> None:
    meeting, slot, table, interpreter = placing.meeting, placing.slot, placing.table, placing.interpreter
    said: dict[str, Any] = {"by": by, "at": at}
    if meeting is None:
        if slot and table:
            helper = interpreter.pk if interpreter else None
            row = (placing.startup.pk, placing.investor.pk, slot.pk, table.pk, helper)
            write_meetings(mission, [row], **said)
            pair = mission.meetings.filter(startup=placing.startup, investor=placing.investor)
            pair.filter(state__in=LIVE).update(pinned_at=at)
        return
    meeting.mission = mission
    if slot is None or table is None:
        apply_meeting_transition(meeting, MeetingAct.DROP, **said, ended_at=at, pinned_at=at, **NOT_ASKED)
        return
    place(
        meeting, MeetingAct.MOVE, slot, table, **said, accepted_at=None, interpreter=interpreter, pinned_at=at
    )


@transaction.atomic
def reserve_table(table: models.MissionTable, *, reserved_for: str, by: User, at: datetime) -> None:
    """Keep a table from the planner, or give it back. Meetings that are there stay."""
    limits.take_token(kinds.MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(table.mission, NOT_OVER, by=by)
    models.MissionTable.objects.filter(pk=table.pk).update(reserved_for=reserved_for)
    record_audit(locked, "reserved", by=by, at=at)
