"""The company of an organiser takes part itself: with a place, a delegation, wishes and meetings."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.programmes.selectors.outcomes import other_sides, own_sides
from matchmaker.events.programmes.selectors.programmes import reader_of
from matchmaker.events.programmes.services import outcomes
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.programmes.programme import RESUME_TIME, ProgrammeApplicationState, ProgrammeState
from profiles.choices import Status
from profiles.models import Investor, Notice
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState


def at(name, programme, *more):
    return reverse(name, args=[programme.public_id, *more])


def body(client, address):
    return client.get(address).content.decode()


def test_an_organiser_takes_a_place_and_gives_it_up(as_user, li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1)
    waits = make_application(programme, startup, by=ayesha, state=A.WAITLISTED)
    host = as_user(li_wei)
    assert "Take part with your company" in body(host, at("programme", programme))
    host.post(at("programme_take_part", programme))
    row = programme.applications.get(investor=programme.investor)
    assert (row.state, row.place_number) == (A.ACCEPTED, 1)
    assert "Take part with your company" not in body(host, at("programme", programme))
    host.post(at("programme_take_part", programme))
    assert programme.applications.filter(investor=programme.investor).count() == 1
    assert not Notice.objects.filter(user=li_wei, kind__startswith="programme_a").exists(), (
        "not told of itself"
    )
    row.refresh_from_db()
    host.post(at("programme_withdraw", programme, "investor"), {"seen": row.version})
    waits.refresh_from_db()
    assert waits.state == A.ACCEPTED, "the place goes to the waitlist"


def test_a_co_organiser_takes_part_and_nobody_without_room_or_profile_does(as_user, li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1)
    assert as_user(ayesha).post(at("programme_take_part", programme)).status_code == 404
    programme.hosts.create(email=ayesha.email, user=ayesha, startup=startup, accepted_at=timezone.now())
    as_user(ayesha).post(at("programme_take_part", programme))
    assert programme.applications.get().startup == startup
    text = as_user(li_wei).post(at("programme_take_part", programme), follow=True).content.decode()
    assert "All places are taken." in text
    programme.applications.all().delete()
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.SUSPENDED)
    assert as_user(li_wei).post(at("programme_take_part", programme)).status_code == 404
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.APPROVED)
    programme.applicants = ["startup"]
    programme.save()
    as_user(li_wei).post(at("programme_take_part", programme))
    assert not programme.applications.exists(), "the programme is not for its side"


def test_its_people_choose_and_have_a_schedule_beside_the_organisers_pages(as_user, li_wei, startup, ayesha):
    mission = make_mission(li_wei.membership.investor, by=li_wei)
    programme, host = mission.programme, as_user(li_wei)
    ours = make_delegation(mission, programme.investor, by=li_wei)
    theirs = make_delegation(mission, startup, by=li_wei)
    text = body(host, at("mission", programme))
    assert at("mission_wishes", programme, ours.public_id) in text
    assert at("mission_plans", programme) in text
    wishes = at("mission_wishes", programme, ours.public_id)
    assert host.get(wishes).status_code == 200
    assert host.get(at("mission_wishes", programme, theirs.public_id)).status_code == 404
    mission.state, mission.published_at = MissionState.PUBLISHED, timezone.now()
    mission.save()
    meeting = make_meeting(mission, theirs, ours)
    own = at("mission_day_meeting", programme, meeting.key)
    assert host.get(own).status_code == 200
    host.post(own, {"act": "accept", "seen": meeting.version})
    meeting.refresh_from_db()
    assert meeting.investor_accepted_at is not None
    assert meeting.startup_accepted_at is None
    other = make_meeting(
        mission, theirs, make_delegation(mission, factories.make_investor("Far"), by=li_wei), slot=1
    )
    assert host.get(at("mission_day_meeting", programme, other.key)).status_code == 404


def test_it_records_outcomes_with_others_and_never_with_itself(li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED)
    make_application(programme, programme.investor, by=li_wei, state=A.ACCEPTED)
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    reader = reader_of(li_wei)
    own = own_sides(reader, programme)
    assert [side.name for side in own] == ["Pearl River Capital", "Pearl River Capital"]
    assert [side.name for side in other_sides(reader, programme, own)] == ["Indus Grow"]


def test_it_is_asked_for_outcomes_once_and_answers_for_both(as_user, li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED)
    own = make_application(programme, programme.investor, by=li_wei, state=A.ACCEPTED)
    other = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    outcomes.ask_due(at=timezone.now() + RESUME_TIME)
    told = Notice.objects.filter(kind="programme_outcomes_asked").values_list("user__email", flat=True)
    assert sorted(told) == sorted([ayesha.email, li_wei.email])
    values = {"kind": "memorandum", "happened_on": timezone.localdate(), "words": "A draft"}
    outcomes.record_outcome(programme, mine=own, whom=other, values=values, by=li_wei, at=timezone.now())
    programme.refresh_from_db()
    assert not programme.owes_an_answer, "what it records as a participant is its answer"
