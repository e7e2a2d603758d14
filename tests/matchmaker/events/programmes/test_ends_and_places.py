"""The end of a programme asks first and can be undone for a day; each side has its own places."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.programmes.services import applications, outcomes, programmes, telling
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import (
    RESUME_TIME,
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeState,
)
from profiles.models import Notice
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_programmes import at, body, form

pytestmark = pytest.mark.django_db
A, S = ProgrammeApplicationState, ProgrammeState


def test_the_end_of_a_programme_asks_names_what_follows_and_is_undone_for_a_day(
    as_user, startup, ayesha, li_wei
):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=S.RUNNING, place_count=9)
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    waits = make_application(programme, factories.make_startup("Late"), by=ayesha)
    host, page, move = as_user(li_wei), at("programme", programme), at("programme_move", programme)
    asked = body(host, page)
    assert "End this programme?" in asked
    assert "1 application ends without a decision." in asked

    host.post(move, {"act": "finish", "seen": programme.version})
    programme.refresh_from_db(), waits.refresh_from_db()
    assert (programme.state, waits.state) == (S.FINISHED, A.SENT)
    assert "Undo the end" in body(host, page)
    now = timezone.now()
    programmes.lapse_ended(at=now)
    outcomes.ask_due(at=now)
    telling.notify_waiting(at=now)
    assert not Notice.objects.exists(), "no one hears of what can be undone"

    host.post(move, {"act": "resume", "seen": programme.version})
    programme.refresh_from_db()
    assert (programme.state, programme.ended_at) == (S.RUNNING, None)
    accepted = at("programme_application", programme, waits.pk)
    assert "Accept" in body(host, accepted)

    host.post(move, {"act": "finish", "seen": programme.version})
    programme.refresh_from_db()
    later = programme.ended_at + RESUME_TIME
    with pytest.raises(RefusedError):
        programmes.resume_programme(programme, by=li_wei, at=later)
    assert programmes.lapse_ended(at=later) == 1
    assert programmes.lapse_ended(at=later) == 0
    telling.notify_waiting(at=later)
    outcomes.ask_due(at=later)
    waits.refresh_from_db()
    assert waits.state == A.LAPSED
    assert Notice.objects.filter(kind="programme_outcomes_asked").count() == 2


def test_after_its_end_nothing_can_be_decided(as_user, startup, ayesha, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=S.FINISHED)
    waits = make_application(programme, startup, by=ayesha)
    shown = body(as_user(li_wei), at("programme_application", programme, waits.pk))
    assert 'value="accept"' not in shown
    assert "End this programme?" not in body(as_user(li_wei), at("programme", programme))


@pytest.fixture
def mission(li_wei):
    """A mission with places for two startups and one partner."""
    return make_programme(
        li_wei.membership.investor, by=li_wei, place_count=3, side_places={"startup": 2, "investor": 1}
    )


def accept(application, by):
    applications.decide(application, ProgrammeApplicationAct.ACCEPT, reason="", by=by, at=timezone.now())


def test_each_side_has_its_own_places_waitlist_and_moving_up(as_user, mission, ayesha, li_wei):
    ours = [make_application(mission, factories.make_startup(f"S{n}"), by=ayesha) for n in range(4)]
    theirs = [make_application(mission, factories.make_investor(f"I{n}"), by=li_wei) for n in range(2)]
    accept(ours[0], li_wei), accept(ours[1], li_wei)
    with pytest.raises(RefusedError, match="All places are taken"):
        accept(ours[2], li_wei)
    host = as_user(li_wei)
    read = " ".join(body(host, at("programme_applications", mission)).split())
    assert "Startups: 0 of 2 places free" in read
    assert "Investors and partners: 1 of 1 place free" in read
    assert 'value="accept"' not in body(host, at("programme_application", mission, ours[2].pk))
    assert 'value="accept"' in body(host, at("programme_application", mission, theirs[0].pk))
    accept(theirs[0], li_wei)
    for each in (theirs[1], ours[2], ours[3]):
        applications.decide(each, ProgrammeApplicationAct.WAITLIST, reason="", by=li_wei, at=timezone.now())
    owner = factories.make_founder("s0@example.com", ours[0].startup)
    applications.withdraw_application(ours[0], by=owner, at=timezone.now())
    states = {}
    for each in (*ours, *theirs):
        each.refresh_from_db()
        states[each.name] = str(each.state)
    assert states == {
        "S0": "withdrawn", "S1": "accepted", "S2": "accepted", "S3": "waitlisted",
        "I0": "accepted", "I1": "waitlisted",
    }  # fmt: skip
    read = body(host, at("programme", mission))
    assert "Startups: " in read

    values = {name: getattr(mission, name) for name in ("apply_by", "starts_at", "ends_at", "time_zone")}
    fewer = {**values, "place_count": 3, "side_places": {"startup": 3, "investor": 0}}
    with pytest.raises(RefusedError, match="only add places"):
        programmes.correct_programme(mission, values=fewer, by=li_wei, at=timezone.now())
    more = {**values, "place_count": 4, "side_places": {"startup": 2, "investor": 2}}
    programmes.correct_programme(mission, values=more, by=li_wei, at=timezone.now())
    theirs[1].refresh_from_db(), ours[3].refresh_from_db()
    assert (theirs[1].state, ours[3].state) == (A.ACCEPTED, A.WAITLISTED)


def test_places_by_side_are_typed_for_each_who_can_apply(as_user, li_wei):
    host, page = as_user(li_wei), reverse("programme_create")
    typed = form(applicants=["startup", "investor"], place_count="", places_startup="40")
    answer = host.post(page, typed)
    assert answer.status_code == 422
    assert "Enter the number of places for each who can apply." in answer.content.decode()
    made = host.post(page, {**typed, "places_investor": "25", "places_person": "9"})
    assert made.status_code == 302
    programme = Programme.objects.get()
    assert (programme.place_count, programme.side_places) == (65, {"startup": 40, "investor": 25})
    shown = host.get(reverse("programme_edit", args=[programme.public_id])).content.decode()
    assert 'name="places_startup" value="40"' in shown
    assert host.post(page, form(place_count="")).status_code == 422, "a number is needed"
    assert host.post(page, form(places_startup="400", places_person="400")).status_code == 422


def test_the_form_of_a_programme_is_short_and_the_rest_is_folded(as_user, li_wei):
    page = as_user(li_wei).get(reverse("programme_create")).content.decode()
    main = page[page.index('name="kind"') :]
    folded = main[main.index("<details") :]
    in_sight = main[: main.index("<details")]
    for name in ("title_en", "starts_at", "place", "applicants", "place_count", "who_pays"):
        assert f'name="{name}"' in in_sight, name
    for name in ("title_ur", "question_1_en", "data_access", "places_startup", "organisers", "sectors"):
        assert f'name="{name}"' in folded, name
        assert f'name="{name}"' not in in_sight, name


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
def test_the_title_and_the_text_come_first_in_the_readers_language(as_user, li_wei, language):
    own, others = language[:2], {"en", "ur", "zh"} - {language[:2]}
    host, page = as_user(li_wei), reverse("programme_create")
    host.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    for address in (page, at("programme_texts", programme)):
        main = body(host, address)
        in_sight = main[main.index("<main") : main.index("<details", main.index("<main"))]
        assert f'name="title_{own}"' in in_sight
        assert f'name="text_{own}"' in in_sight
        for other in others:
            assert f'name="title_{other}"' not in in_sight
            assert f'name="title_{other}"' in main
    answer = host.post(page, form(title_en="", title_zh=""))
    assert list(answer.context["form"].errors) == [f"title_{own}"], "the field that is in sight"


@pytest.mark.parametrize("state", [S.DRAFT, S.REVIEW, S.OPEN, S.RUNNING])
def test_places_by_side_are_shown_in_every_state(as_user, li_wei, state):
    places = {"startup": 40, "investor": 25}
    applicants = list(places)
    programme = make_programme(
        li_wei.membership.investor,
        by=li_wei,
        state=state,
        side_places=places,
        place_count=65,
        applicants=applicants,
    )
    page = " ".join(body(as_user(li_wei), at("programme", programme)).split())
    assert "Startups: 40" in page
    assert "Investors and partners: 25" in page


def test_what_comes_next_in_a_mission_includes_its_meetings(as_user, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, kind="mission")
    page = body(as_user(li_wei), at("programme", programme))
    steps = page[page.index('id="next"') : page.index("</section>", page.index('id="next"'))]
    assert reverse("mission_set_up", args=[programme.public_id]) in steps
    assert page.count(reverse("mission_set_up", args=[programme.public_id])) == 1
