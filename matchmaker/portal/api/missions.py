"""A company's own meetings in the API: deleted with the capability `missions`."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Field, Schema

from matchmaker.choices import Side
from matchmaker.events.missions.selectors.day import own_day, place_of
from matchmaker.events.missions.selectors.missions import part_in
from matchmaker.events.programmes.selectors.programmes import reader_of
from matchmaker.models.api import Scope
from matchmaker.models.missions.mission import HAS_SCHEDULE
from matchmaker.portal.api.api import PUBLIC_ID, get
from matchmaker.portal.api.guards import ApiRequest, Token
from matchmaker.portal.api.schemas import PublicId
from matchmaker.portal.api.selectors import url_of
from profiles.models import User


class Meeting(Schema):
    """A meeting of your company in the published schedule of a programme."""

    id: str
    state: str
    starts_at: datetime
    ends_at: datetime
    table: str
    online: Annotated[str, Field(description="The link of the online room; empty for a table")]
    delegation: Annotated[str, Field(description="Who comes for you")]
    other: Annotated[str, Field(description="The delegation that you meet")]
    interpreter: str
    url: str


class Schedule(Schema):
    """Your company's own meetings, in the order of time."""

    id: PublicId
    state: str
    meetings: list[Meeting]
    url: str


def schedule_of(user: User, public_id: str, *, at: datetime) -> Schedule | None:
    """Return the meetings of a member's own delegations; None where it has no delegation."""
    part = part_in(reader_of(user), public_id)
    if part is None or not part.own:
        return None
    mission = part.mission
    has_schedule = mission.state in HAS_SCHEDULE and mission.published_at is not None
    delegations = part.own if has_schedule else []
    rows: list[tuple[Any, Any]] = [
        (delegation, row) for delegation in delegations for row in own_day(delegation, at=at)
    ]
    rows.sort(key=lambda each: (each[1].meeting.slot.starts_at, each[1].meeting.pk))
    return Schedule(
        id=public_id,
        state=mission.state,
        meetings=[_meeting(delegation, row.meeting, public_id) for delegation, row in rows],
        url=url_of("mission", public_id),
    )


def _meeting(delegation: Any, meeting: Any, public_id: str) -> Meeting:
    other = getattr(meeting, str(Side(delegation.side).other))
    return Meeting(
        id=meeting.key,
        state=meeting.state,
        starts_at=meeting.slot.starts_at,
        ends_at=meeting.slot.ends_at,
        table=place_of(meeting.table),
        online=meeting.table.address if meeting.table else "",
        delegation=delegation.called,
        other=other.called,
        interpreter=meeting.interpreter.name if meeting.interpreter else "",
        url=url_of("mission_day_meeting", public_id, meeting.key),
    )


@get(
    "/programmes/{public_id}/meetings",
    auth=Token(Scope.PROGRAMMES),
    response=Schedule,
    url_name="programme_meetings",
)
def meetings(request: ApiRequest, public_id: str = PUBLIC_ID) -> Schedule:
    """Your company's own meetings, once the schedule is published."""
    found = schedule_of(request.auth.token.user, public_id, at=timezone.now())
    if found is None:
        raise Http404
    return found
