"""Who clicks too often reads so on the page that stays."""

import pytest
from playwright.sync_api import expect

from profiles.platform.limits.services import LIMITS, Kind, Limit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_refused_button_says_when_to_come_again(page, become, ayesha, li_wei, monkeypatch):
    monkeypatch.setitem(LIMITS, "shortlist", {Kind.ACCOUNT: Limit(1, 1)})
    become(page, user=ayesha)
    page.goto(f"/matches/{li_wei.membership.investor.public_id}/")
    button = page.get_by_role("button", name="Shortlist").first
    for told in ("Added to your shortlist.", "Removed from your shortlist."):
        button.click()
        expect(page.locator("#messages")).to_have_text(told)
    button.click()
    expect(page.locator("#messages")).to_contain_text("Please try again in")
    expect(button).to_be_visible()
