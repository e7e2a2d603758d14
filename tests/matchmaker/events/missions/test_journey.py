"""A mission from its grid to a schedule, on phones without scripts for the organiser and a founder."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.events.missions.services import clock, plans
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from tests import factories
from tests.journeys.test_fair_dealing import go, page_for
from tests.matchmaker.events.missions.missioned import make_delegation, make_mission
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_wishes_to_a_published_schedule(browser, live_server, startup, ayesha, li_wei, screenshot):
    now = timezone.now()
    guest = factories.make_investor("Guest Fund")
    programme = make_programme(
        li_wei.membership.investor,
        by=li_wei,
        kind=ProgrammeKind.MISSION,
        state=ProgrammeState.CLOSED,
        title_en="Lahore mission",
        is_online=False,
        apply_by=now,
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=10),
        place_count=9,
    )
    for company in (startup, guest):
        make_application(programme, company, by=li_wei, state=ProgrammeApplicationState.ACCEPTED)
    partner, founder = (page_for(browser, live_server.url, each, is_phone=True) for each in (li_wei, ayesha))
    go(partner, "programme", programme.public_id)
    partner.get_by_role("link", name="Set up meetings").click()
    partner.get_by_role("button", name="Create meeting times").click()
    screenshot(partner, "mission-grid")
    go(partner, "mission_rooms", programme.public_id)
    partner.get_by_role("button", name="Add tables").click()
    go(partner, "mission", programme.public_id)
    closes = timezone.localtime(now + timedelta(days=5), programme.zone)
    partner.get_by_label("Wishes close").fill(closes.strftime("%Y-%m-%dT%H:%M"))
    partner.get_by_role("button", name="Open the wishes").click()
    go(founder, "mission", programme.public_id)
    founder.get_by_role("link", name="Choose who to meet").click()
    founder.get_by_label("Must meet").check()
    founder.get_by_role("button", name="Save this page").click()
    expect(founder.get_by_text("Only you and your team can see them")).to_be_visible()
    screenshot(founder, "mission-wishes")
    partner.reload()
    partner.get_by_role("button", name="Close the wishes now").click()
    partner.get_by_role("link", name="Planner").click()
    partner.get_by_role("button", name="Start the planner").click()
    assert plans.work(at=timezone.now())
    partner.get_by_role("link", name="Look again").click()
    expect(partner.get_by_text("Guest Fund").first).to_be_visible()
    screenshot(partner, "mission-plan")
    partner.get_by_text("Publish this plan", exact=True).first.click()
    partner.get_by_role("button", name="Publish this plan").click()
    expect(partner.get_by_text("We are notifying all delegations")).to_be_visible()
    clock.advance(at=timezone.now())
    founder.goto(f"{live_server.url}/home/")
    founder.get_by_role("link", name="Answer").click()
    founder.get_by_role("link", name="Your schedule").click()
    founder.get_by_role("button", name="Accept").click()
    expect(founder.get_by_text("The other side has not answered yet")).to_be_visible()
    screenshot(founder, "mission-schedule")
    for page in (partner, founder):
        page.context.close()


def test_a_wish_is_saved_as_it_is_chosen_and_back_loses_none(browser, live_server, startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    mission = make_mission(investor, by=li_wei)
    ours, theirs = (make_delegation(mission, each, by=li_wei) for each in (startup, investor))
    founder, asked = page_for(browser, live_server.url, ayesha, is_phone=False), []
    founder.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    go(founder, "mission", mission.programme.public_id)
    founder.get_by_role("link", name="Choose who to meet").click()
    founder.get_by_label("Must meet").check()
    expect(founder.get_by_text("Your wishes have been saved.")).to_be_visible()
    expect(founder.get_by_text("Must meet: 1 of at most 5")).to_be_visible()
    founder.go_back()
    founder.wait_for_load_state()
    assert [(wish.receiver, wish.wish) for wish in ours.wishes.all()] == [(theirs, "must")]
    assert asked == []
