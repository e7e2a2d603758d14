"""From a match to mutual interest, for both sides, in a real browser: with scripts and without."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from matchmaker.models import Introduction
from profiles.choices import Purpose
from profiles.models import Consent, Investor, Startup, User
from tests.factories import PASSWORD, make_founder
from tests.mails import delivered
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(params=["laptop", "phone-without-scripts"])
def two(
    browser: Browser, live_server: Any, request: pytest.FixtureRequest, settings: Any
) -> Iterator[tuple[Page, Page]]:
    """The founder's browser and the investor's: laptops with scripts, or phones without."""
    settings.SITE_URL = live_server.url  # where mails lead
    is_phone = request.param != "laptop"
    contexts = [
        browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if is_phone else LAPTOP,
            java_script_enabled=not is_phone,
            locale="en-GB",
        )
        for _side in range(2)
    ]
    founder, partner = (context.new_page() for context in contexts)
    yield founder, partner
    for context in contexts:
        context.close()


def sign_in(page: Page, user: User) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    menu = page.get_by_role("navigation").get_by_role("link", name=re.compile("Introductions|Requests"))
    expect(menu).to_be_visible()


def agree(company: Startup | Investor, by: User) -> None:
    """State a contact and agree that it crosses the border."""
    type(company).objects.filter(pk=company.pk).update(contact_email=f"hello@{company.side}.example")
    Consent.objects.create(
        **{company.side: company}, purpose=Purpose.CROSS_BORDER, text_version="1", given_by=by
    )


def test_a_founder_asks_an_investor_answers_and_both_see_the_contact(
    two: tuple[Page, Page], li_wei: User, screenshots: Path, request: pytest.FixtureRequest
) -> None:
    investor, startup = li_wei.membership.investor, ranked.make_startup(0)
    ayesha = make_founder("founder@example.com", startup)
    agree(startup, ayesha)
    agree(investor, li_wei)
    ranked.rank_whole()
    (founder, partner), device = two, request.node.callspec.params["two"]

    # The founder opens the match and asks: three answers, and what follows is told before.
    sign_in(founder, ayesha)
    founder.goto(reverse("match", args=[investor.public_id]))
    founder.get_by_role("link", name="Ask for an introduction").click()
    expect(founder.get_by_text("0 of your 5 places are taken")).to_be_visible()
    expect(founder.get_by_text("They have room")).to_be_visible()
    founder.get_by_label("Why this partner?").fill("You finance irrigation in Punjab.")
    founder.get_by_label("What for?").fill("A pilot on 200 ha, two seasons.")
    founder.get_by_label("What do you offer as a first step?").fill("A call, and our field data.")
    founder.screenshot(path=screenshots / f"introduction-ask-{device}.png", full_page=True)
    founder.get_by_role("button", name="Ask for an introduction").click()
    expect(founder.get_by_text("They have your request.").first).to_be_visible()

    # The investor finds it behind the bell, and in the mail.
    (mail,) = [sent for sent in delivered() if sent.to == [li_wei.email]]
    sign_in(partner, li_wei)
    partner.get_by_role("link", name="Notices, 1 new").click()
    partner.get_by_role("button", name="Read the request and answer").click()
    assert reverse("introduction", args=[startup.public_id]) in mail.body
    expect(partner.get_by_text("A pilot on 200 ha, two seasons.")).to_be_visible()
    expect(partner.get_by_role("link", name="Notices, 0 new")).to_be_visible()
    expect(partner.get_by_text("hello@startup.example")).to_have_count(0)
    partner.get_by_label("A line to them (optional)").fill("Gladly: call us on Tuesday.")
    partner.screenshot(path=screenshots / f"introduction-answer-{device}.png", full_page=True)
    partner.get_by_role("button", name="I’m interested").click()

    # Both see what is open now.
    expect(partner.get_by_text("hello@startup.example")).to_be_visible()
    founder.goto(reverse("introductions"))
    founder.get_by_role("link", name=re.compile("See what is open")).click()
    expect(founder.get_by_text("hello@investor.example")).to_be_visible()
    expect(founder.get_by_text("Gladly: call us on Tuesday.")).to_be_visible()
    founder.screenshot(path=screenshots / f"introduction-mutual-{device}.png", full_page=True)
    assert Introduction.objects.get().state == "mutual"
    assert founder.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]
