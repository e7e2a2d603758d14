"""Missions, delegations, wishes and meetings in any state, for tests."""

from datetime import timedelta

from django.utils import timezone

from matchmaker import models
from matchmaker.events.missions.services import plans
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

S = MissionState


def make_mission(host, *, by, state=S.WISHES, at=None, slots=8, tables=2, programme=None, **fields):
    """Return a mission of a programme that starts in ten days, with slots and tables."""
    at = at or timezone.now()
    begins = (at + timedelta(days=10)).replace(hour=5, minute=0, second=0, microsecond=0)
    programme = programme or make_programme(
        host,
        by=by,
        at=at,
        kind=ProgrammeKind.MISSION,
        title_en="Lahore mission",
        state=ProgrammeState.CLOSED,
        apply_by=at + timedelta(days=2),
        starts_at=begins,
        ends_at=begins + timedelta(days=2),
        place_count=50,
    )
    is_open = state in (S.SETTING_UP, S.WISHES)
    said = {"slot_minutes": 20, "wishes_until": at + timedelta(days=5) if is_open else at, **fields}
    has_schedule = state in (S.PUBLISHED, S.RUNNING, S.OVER)
    mission = models.Mission.objects.create(
        programme=programme,
        state=state,
        by=by,
        at=at,
        published_at=at if has_schedule else None,
        ended_at=at if state == S.OVER else None,
        **said,
    )
    make_slots(mission, begins, slots)
    for number in range(1, tables + 1):
        models.MissionTable.objects.create(mission=mission, name=f"Table {number}", hall="Hall A")
    return mission


def make_slots(mission, begins, count):
    """Add slots of 20 minutes, half an hour apart."""
    for number in range(count):
        starts = begins + timedelta(minutes=30 * number)
        models.MissionSlot.objects.create(
            mission=mission, starts_at=starts, ends_at=starts + timedelta(minutes=20)
        )


def make_delegation(mission, company, *, by, name="", **fields):
    """Return the delegation of a company whose application was accepted."""
    rows = mission.programme.applications
    own = {str(company.side): company}
    application = rows.filter(**own, state=ProgrammeApplicationState.ACCEPTED).first() or make_application(
        mission.programme, company, by=by, state=ProgrammeApplicationState.ACCEPTED
    )
    is_open = mission.state in (S.SETTING_UP, S.WISHES)
    said = {"languages": list(company.languages), "at": timezone.now() if is_open else mission.at, **fields}
    return models.Delegation.objects.create(
        mission=mission, application=application, side=company.side, name=name or company.name_en, **said
    )


def make_interpreter(mission, name="Zhao Min", languages=("en", "ur", "zh"), **fields):
    """Return an interpreter, by default between all languages and all the time."""
    return models.Interpreter.objects.create(mission=mission, name=name, languages=list(languages), **fields)


def make_wish(giver, receiver, wish="want", *, by=None):
    """Return what one delegation says of another; without a person, prefilled."""
    return models.MissionWish.objects.create(
        giver=giver, receiver=receiver, wish=wish, by=by, is_prefilled=by is None
    )


def make_meeting(mission, startup, investor, *, slot=0, table=0, state=MeetingState.PLANNED, **fields):
    """Return a meeting of two delegations in the slot and at the table of these numbers."""
    now = timezone.now()
    said = {"slot": mission.slots.all()[slot], "table": mission.tables.all()[table], **fields}
    if state == MeetingState.CONFIRMED:
        said = {"startup_accepted_at": now, "investor_accepted_at": now, **said}
    if state not in (MeetingState.PLANNED, MeetingState.CONFIRMED):
        said = {"ended_at": now, **said}
    return models.MissionMeeting.objects.create(
        mission=mission, startup=startup, investor=investor, state=state, **said
    )


def company(user):
    return user.membership.company


def seated(mission, guests, by):
    """Return a delegation for each guest."""
    return [make_delegation(mission, company(each), by=by) for each in guests]


def planned(mission, by):
    """Run the planner to its end and return the run."""
    plan = plans.start(mission, by=by, at=timezone.now())
    assert plans.work(at=timezone.now())
    plan.refresh_from_db()
    assert plan.error == ""
    return plan
