"""Wishes for a mission, in a browser with scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.screens import go, page_for
from tests.matchmaker.events.missions.missioned import make_delegation, make_mission

pytestmark = pytest.mark.django_db(transaction=True)


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
