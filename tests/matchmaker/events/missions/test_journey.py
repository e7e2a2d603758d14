"""A mission from its grid to a schedule, on phones without scripts for the organiser and a founder."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.events.missions.services import clock, plans
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from tests import factories
from tests.journeys.screens import follow, go, page_for
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
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
    follow(partner.get_by_role("button", name="Create meeting times"))
    screenshot(partner, "mission-grid")
    go(partner, "mission_rooms", programme.public_id)
    follow(partner.get_by_role("button", name="Add tables"))
    go(partner, "mission", programme.public_id)
    closes = timezone.localtime(now + timedelta(days=5), programme.zone)
    partner.get_by_label("Wishes close").fill(closes.strftime("%Y-%m-%dT%H:%M"))
    follow(partner.get_by_role("button", name="Open the wishes"))
    go(founder, "mission", programme.public_id)
    founder.get_by_role("link", name="Choose who to meet").click()
    founder.get_by_label("Must meet").check()
    founder.get_by_role("button", name="Save this page").click()
    expect(founder.get_by_text("Only you and your team can see them")).to_be_visible()
    screenshot(founder, "mission-wishes")
    partner.reload()
    partner.get_by_role("button", name="Close the wishes now").click()
    partner.get_by_role("link", name="Planner").click()
    follow(partner.get_by_role("button", name="Start the planner"))
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


def test_a_no_show_is_replanned_told_and_followed_up(
    browser, live_server, startup, ayesha, li_wei, screenshot
):
    today = DayOf(tables=3)
    ours, theirs = today.delegation(startup), today.delegation(li_wei.membership.investor)
    absent = today.startup("Ravi Fields")
    other = today.delegation(factories.make_investor("Harbour Fund"))
    for pair in ((ours, theirs), (ours, other), (absent, theirs)):
        today.wish(*pair)
    make_meeting(today.mission, ours, other, slot=0, state=MeetingState.HELD)
    make_meeting(today.mission, absent, theirs, slot=3, state=MeetingState.CONFIRMED)
    past = make_meeting(today.mission, ours, theirs, slot=1, table=1, state=MeetingState.CONFIRMED)
    late = today.startup("Chenab Cold")
    today.wish(late, theirs)
    host = page_for(browser, live_server.url, today.host, is_phone=False)
    founder, partner = (page_for(browser, live_server.url, each, is_phone=True) for each in (ayesha, li_wei))

    go(host, "mission_board", today.programme.public_id)
    host.get_by_role("link", name="Check-in").click()
    row = host.get_by_role("listitem").filter(has_text="Ravi Fields")
    follow(row.get_by_role("button", name="Not coming"))
    host.get_by_role("link", name="Board").click()
    host.get_by_role("link", name="Change the schedule").click()
    host.get_by_role("button", name="Suggest changes").click()
    expect(host.get_by_text("2 meetings change. 3 delegations are notified.")).to_be_visible()
    screenshot(host, "mission-proposal")
    host.get_by_role("button", name="Change the schedule and notify them").click()
    expect(host.get_by_text("We are telling the delegations whose meetings change.")).to_be_visible()
    screenshot(host, "mission-board")

    go(partner, "mission_day", today.programme.public_id, theirs.public_id)
    expect(partner.get_by_role("heading", name="Chenab Cold")).to_be_visible()
    go(founder, "mission_day", today.programme.public_id, ours.public_id)
    for page, delegation in ((founder, theirs), (partner, ours)):
        row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=delegation.name))
        follow(row.get_by_role("button", name="We want to continue"))
    expect(partner.get_by_text("You both want to continue. The introduction has started.")).to_be_visible()
    screenshot(partner, "mission-day")
    follow(partner.get_by_role("link", name=ours.name))
    screenshot(partner, "mission-meeting")
    partner.get_by_role("link", name="To the introduction").click()
    expect(partner.get_by_text("You are both interested").first).to_be_visible()
    past.refresh_from_db()
    assert past.state == MeetingState.HELD
    for page in (host, founder, partner):
        page.context.close()
