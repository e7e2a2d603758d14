"""A pilot: partner (on a phone without scripts), curator and founder in one story."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.screens import follow, go, page_for

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Smart irrigation, Punjab, 200 ha"


def test_a_pilot_is_written_read_applied_for_and_run(
    browser, live_server, startup, ayesha, li_wei, sana, screenshot
):
    investor, year = li_wei.membership.investor, timezone.localdate().year + 1
    founder, curator = (page_for(browser, live_server.url, each, is_phone=False) for each in (ayesha, sana))
    partner = page_for(browser, live_server.url, li_wei, is_phone=True)
    go(partner, "home")
    partner.get_by_role("navigation").get_by_text("More", exact=True).click()
    partner.get_by_role("navigation").get_by_role("link", name="Pilots", exact=True).click()
    partner.get_by_role("link", name="Host a pilot").click()
    partner.get_by_label("Title in English").fill(TITLE)
    partner.locator("[name=sector]").select_option("AGR01")
    partner.locator("[name=place]").select_option("PK-PB")
    partner.locator("[name=season]").select_option("both")
    partner.get_by_label("What is measured (1)").fill("Water per hectare")
    partner.get_by_role("button", name="Save draft").click()
    expect(partner.get_by_text("Enter the year in which the season starts.")).to_be_visible()
    partner.get_by_label("Year in which it begins").fill(str(year))
    partner.get_by_role("button", name="Save draft").click()
    follow(partner.get_by_role("button", name="Submit for review"))
    go(curator, "pilot_reviews")
    curator.get_by_role("link", name=TITLE).click()
    follow(curator.get_by_role("button", name="Approve"))
    go(founder, "pilots")
    founder.get_by_role("link", name=TITLE).click()
    founder.get_by_role("link", name="Apply for a slot").click()
    founder.get_by_label("Why your company, in a few words").fill("Sixty sensors, two people.")
    follow(founder.get_by_role("button", name="Apply for a slot"))
    partner.reload()
    partner.get_by_role("button", name=re.compile("Accept and give a slot")).click()
    partner.get_by_role("button", name="Start the pilot").click()
    partner.get_by_role("link", name="Record the results").click()
    partner.get_by_label("Reached", exact=True).check()
    partner.get_by_label("The outcome").fill("A fifth less water.")
    follow(partner.get_by_role("button", name="End the pilot with these results"))
    founder.reload()
    founder.get_by_role("button", name="Confirm the results").click()
    expect(founder.get_by_text("Confirmed. It now appears on both profiles.")).to_be_visible()
    for name, page, other in (("founder", founder, investor), ("partner", partner, startup)):
        screenshot(page, f"pilot-{name}")
        go(page, "match", other.public_id)
        page.get_by_role("link", name="More about them").click()
        expect(page.get_by_text(f"Pilot in Punjab {year}, reached 1 of 1 aims")).to_be_visible()
    for page in (founder, partner, curator):
        page.context.close()
