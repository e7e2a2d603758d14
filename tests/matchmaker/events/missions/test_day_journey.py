"""The day of a mission: a no-show, a changed schedule that is told, and a meeting that goes on."""

import pytest
from playwright.sync_api import expect

from matchmaker.models.missions.plan import MeetingState
from tests import factories
from tests.journeys.test_fair_dealing import go, page_for
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting

pytestmark = pytest.mark.django_db(transaction=True)


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
    row.get_by_role("button", name="Not coming").click()
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
        row.get_by_role("button", name="We want to continue").click()
    expect(partner.get_by_text("You both want to continue. The introduction has started.")).to_be_visible()
    screenshot(partner, "mission-day")
    partner.get_by_role("link", name=ours.name).click()
    screenshot(partner, "mission-meeting")
    partner.get_by_role("link", name="To the introduction").click()
    expect(partner.get_by_text("You are both interested").first).to_be_visible()
    past.refresh_from_db()
    assert past.state == MeetingState.HELD
    for page in (host, founder, partner):
        page.context.close()
