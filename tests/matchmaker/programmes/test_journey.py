"""A co-hackathon from its announcement to a team, on a phone without scripts for organiser and applicant."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.test_fair_dealing import go, page_for

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Water hackathon"


def test_a_hackathon_is_written_read_applied_for_and_gets_a_team(
    browser, live_server, startup, ayesha, li_wei, sana, screenshot
):
    partner, founder = (page_for(browser, live_server.url, each, is_phone=True) for each in (li_wei, ayesha))
    curator = page_for(browser, live_server.url, sana, is_phone=False)
    go(partner, "programme_create")
    partner.get_by_label("Title in English").fill(TITLE)
    partner.get_by_label("Text in English").fill("Two days on canals and sensors.")
    for name, days in (("apply_by", 10), ("starts_at", 20), ("ends_at", 22)):
        moment = timezone.now() + timedelta(days=days)
        partner.locator(f"[name={name}]").fill(moment.strftime("%Y-%m-%dT%H:%M"))
    for label in ("Online", "English", "People"):
        partner.get_by_label(label, exact=True).check()
    partner.get_by_label("Who pays what").fill("The organiser pays.")
    partner.get_by_label("Question 1 in English").fill("What do you bring?")
    partner.get_by_role("button", name="Save draft").click()
    partner.get_by_role("button", name="Submit for review").click()
    go(curator, "programme_reviews")
    curator.get_by_role("link", name=TITLE).click()
    curator.get_by_role("button", name="Approve").click()
    go(founder, "programmes")
    founder.get_by_role("link", name=TITLE).click()
    founder.get_by_role("link", name="Apply as a person").click()
    founder.get_by_label("What do you bring?").fill("Sixty sensors.")
    founder.get_by_role("button", name="Send application").click()
    partner.reload()
    partner.get_by_role("link", name="Applications", exact=True).click()
    partner.get_by_role("link", name="Ayesha Khan").click()
    expect(partner.get_by_text("Sixty sensors.")).to_be_visible()
    partner.get_by_role("button", name="Accept").click()
    founder.reload()
    founder.get_by_role("link", name="Teams").click()
    founder.get_by_label("Name of the team").fill("Canal turn")
    founder.get_by_role("button", name="Found a team").click()
    expect(founder.get_by_role("heading", name="Your team: Canal turn")).to_be_visible()
    for name, page in (("founder", founder), ("partner", partner), ("curator", curator)):
        screenshot(page, f"programme-{name}")
        page.context.close()
