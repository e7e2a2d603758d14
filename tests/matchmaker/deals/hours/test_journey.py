"""From published hours to an agreed meeting, on a phone without scripts and a laptop; a race for one time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.models.meeting import Meeting
from tests.journeys.screens import go, page_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_hours_are_published_and_a_time_is_chosen(
    browser, live_server, introduction, startup, ayesha, li_wei, screenshot
):
    partner = page_for(browser, live_server.url, li_wei, is_phone=True)
    founder = page_for(browser, live_server.url, ayesha, is_phone=False)
    go(partner, "account_settings")
    partner.get_by_role("link", name="Hours for meetings").click()
    for weekday in ("Monday", "Wednesday"):
        partner.get_by_label(f"{weekday}, from").fill("09:00")
        partner.get_by_label(f"{weekday}, until").fill("12:00")
    off = (timezone.now() + timedelta(days=60)).date()
    partner.get_by_label("Day off", exact=True).first.fill(str(off))
    partner.get_by_role("button", name="Publish", exact=True).click()
    expect(partner.get_by_text("Saved. Companies that you have an introduction with")).to_be_visible()
    screenshot(partner, "hours")
    go(founder, "meeting", introduction.investor.public_id)
    founder.get_by_label("A meeting with Li Wei").select_option(index=1)
    screenshot(founder, "hours-choose")
    founder.get_by_role("button", name="Choose this time").click()
    expect(founder.get_by_text("The time is agreed.")).to_be_visible()
    go(partner, "meeting", startup.public_id)
    expect(partner.get_by_text("A time was chosen").first).to_be_visible()
    assert Meeting.objects.get().starts_at.weekday() in (0, 2)
