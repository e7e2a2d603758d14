"""The organiser changes one meeting of a published schedule by hand; the planner leaves it as it is then."""

from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.events.missions.kinds import DAY_LIMIT, MISSION_LIMIT, SCHEDULE_CHANGED
from matchmaker.events.missions.selectors.by_hand import Placing, placings_of, preview
from matchmaker.events.missions.selectors.missions import with_people
from matchmaker.events.missions.services.day import NOT_ASKED, place
from matchmaker.events.missions.services.meetings import ONGOING, apply_meeting_transition
from matchmaker.events.missions.services.missions import lock_as_host, notify, record_audit
from matchmaker.events.missions.services.plans import write_meetings
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionTable
from matchmaker.models.missions.mission import NOT_OVER
from matchmaker.models.missions.plan import LIVE, MeetingAct
from matchmaker.transitions import ChangedSinceReadError
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError


def change_by_hand(
    mission: Mission, values: dict[str, Any], *, by: User, at: datetime, version_read: str
) -> None:
    """Add, move, swap or cancel one meeting as it was confirmed, and notify the delegations concerned.

    Raises:
        ChangedSinceReadError: a meeting is not as it was read. RefusedError: something is in the way.
    """
    # Counted outside the transaction: what fails has cost as much.
    limits.take_token(DAY_LIMIT, account=by, at=at)
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
        MissionMeeting.objects.filter(pk__in=[each.pk for each in moved]).update(
            slot=None, table=None, interpreter=None
        )
        for placing in found.placings:
            _carry_out(locked, placing, by=by, at=at)
        record_audit(locked, "by_hand", by=by, at=at)
        keys = {each.pk for placing in found.placings for each in placing.people}
        people = with_people(Delegation.objects.filter(pk__in=keys))
        notify(SCHEDULE_CHANGED, people, event=f"by_hand:{at.timestamp()}", at=at)


def _carry_out(mission: Mission, placing: Placing, *, by: User, at: datetime) -> None:
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
def reserve_table(table: MissionTable, *, reserved_for: str, by: User, at: datetime) -> None:
    """Keep a table from the planner, or give it back. Meetings that are there stay."""
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(table.mission, NOT_OVER, by=by)
    MissionTable.objects.filter(pk=table.pk).update(reserved_for=reserved_for)
    record_audit(locked, "reserved", by=by, at=at)
