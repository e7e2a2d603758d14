"""Those who take part: what they read, whom to meet, the agenda in a calendar, and who was there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.models.programmes import ProgrammeAttendance, ProgrammeSession
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from profiles.models import Notice, OutboxMail
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.matchmaker.events.programmes.test_programmes import when
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState


@pytest.fixture
def programme(li_wei):
    return make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.RUNNING, place_count=20)


@pytest.fixture
def session(programme):
    now = timezone.now()
    return ProgrammeSession.objects.create(
        programme=programme, title="Canary session", starts_at=now, ends_at=now + timedelta(hours=2)
    )


def test_those_who_take_part_read_what_is_announced_and_nobody_else(
    as_user, programme, startup, ayesha, li_wei
):
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    make_application(programme, rival.membership.startup, by=rival, state=A.WAITLISTED)
    host, founder, page = as_user(li_wei), as_user(ayesha), at("programme_cohort", programme)
    assert host.post(page, {"what": "announcement", "text": ""}).status_code == 422
    host.post(page, {"what": "announcement", "text": "Canary: the bus leaves at eight"})
    assert "Canary: the bus" in body(founder, page)
    assert [as_user(each).get(page).status_code for each in (rival,)] == [404]
    assert "Canary: the bus" not in body(as_user(None), at("programme", programme))
    assert founder.post(page, {"what": "announcement", "text": "Mine"}).status_code == 404
    notice = Notice.objects.get(kind="programme_announced")
    assert (notice.user, notice.path) == (ayesha, page)
    assert OutboxMail.objects.filter(kind="programme_announced", recipient=ayesha.email).count() == 1


def test_the_agenda_is_in_the_programmes_time_zone_and_in_a_calendar(
    as_user, programme, startup, ayesha, li_wei
):
    own = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    feed = reverse("programme_feed", args=[secret_of(own, ayesha)])
    host, page = as_user(li_wei), at("programme_cohort", programme)
    wrong = {"what": "session", "title": "Opening", "starts_at": when(2), "ends_at": when(1)}
    assert host.post(page, wrong).status_code == 422
    typed = when(2)
    host.post(page, {"what": "session", "title": "Opening", "starts_at": typed, "ends_at": when(3)})
    made = ProgrammeSession.objects.get()
    assert made.starts_at.astimezone(programme.zone).strftime("%Y-%m-%dT%H:%M") == typed
    assert feed in body(as_user(ayesha), page)
    answer = as_user(None).get(feed)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == made.starts_at
    assert "Opening" in event["summary"]
    as_user(ayesha).post(at("programme_withdraw", programme, "startup"))
    assert as_user(None).get(feed).status_code == 404
    host.post(at("programme_session_remove", programme, made.pk))
    assert not ProgrammeSession.objects.exists()


def test_who_scans_the_code_is_there_once_and_only_at_the_time(
    as_user, programme, session, startup, ayesha, li_wei
):
    own = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    host, founder, code = as_user(li_wei), as_user(ayesha), reverse("programme_attend", args=[session.code])
    assert session.code in body(host, at("programme_session", programme, session.pk))
    assert founder.get(code).status_code == 200
    assert not ProgrammeAttendance.objects.exists(), "looking alone writes nothing"
    founder.post(code)
    founder.post(code)
    assert ProgrammeAttendance.objects.get().application == own
    assert "You attended" in body(founder, at("programme_cohort", programme))
    stranger = factories.make_founder("stranger2@example.com", factories.make_startup("Ravi Fields"))
    assert as_user(stranger).post(code).status_code == 404
    host.post(at("programme_session", programme, session.pk), {"present": ["x", "9" * 30]})
    assert not ProgrammeAttendance.objects.exists()
    ProgrammeSession.objects.update(starts_at=timezone.now() + timedelta(hours=3), ends_at=programme.ends_at)
    assert "Check in" not in body(founder, code)
    founder.post(code)
    assert not ProgrammeAttendance.objects.exists()
    host.post(at("programme_session", programme, session.pk), {"present": [own.pk]})
    assert ProgrammeAttendance.objects.get().by == li_wei


def test_whom_to_meet_are_those_of_ones_own_list_who_take_part_with_the_same_reasons(as_user, sana):
    startups, investors = ranked.make_market(startups=4, investors=4)
    ranked.rank_whole()
    programme = make_programme(None, by=sana, state=ProgrammeState.RUNNING, place_count=20)
    founder = factories.make_founder("f@example.com", startups[0])
    client, page = as_user(founder), at("programme_cohort", programme)
    make_application(programme, startups[0], by=founder, state=A.ACCEPTED)
    listed = client.get(reverse("matches")).context["matches"].cards
    assert listed, "somebody is on the list"
    assert client.get(page).context["cohort"]["cards"] == []
    chosen = next(each for each in investors if each.public_id == listed[-1].public_id)
    make_application(programme, chosen, by=founder, state=A.ACCEPTED)
    make_application(programme, startups[1], by=founder, state=A.ACCEPTED)
    cards = client.get(page).context["cohort"]["cards"]
    assert [(card.public_id, card.score, card.reasons) for card in cards] == [
        (listed[-1].public_id, listed[-1].score, listed[-1].reasons)
    ]


def test_the_page_asks_the_same_queries_for_one_and_three(as_user, programme, session, startup, ayesha):
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    client, page = as_user(ayesha), at("programme_cohort", programme)
    before = queries_of(client, page)
    for number in range(2):
        make_application(programme, factories.make_startup(f"Startup {number}"), by=ayesha, state=A.ACCEPTED)
        times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
        ProgrammeSession.objects.create(programme=programme, title=f"Session {number}", **times)
    assert queries_of(client, page) == before
