"""A conversation in a real browser: one side with scripts on a laptop, the other without on a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from matchmaker.models.introduction_table import IntroductionState
from profiles.models import Startup, User
from tests.matchmaker.conversations import sent_files
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db(transaction=True)
TICK = "document.body.dispatchEvent(new Event('corridor:tick'))"


def page_for(browser: Browser, url: str, user: User, *, is_phone: bool) -> Page:
    """Return a signed-in browser."""
    client = Client()
    client.force_login(user)
    size = {"width": 390, "height": 844} if is_phone else {"width": 1280, "height": 800}
    context = browser.new_context(
        base_url=url, viewport=size, java_script_enabled=not is_phone, locale="en-GB"
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    return context.new_page()


def test_two_sides_talk(
    browser: Browser, live_server: Any, startup: Startup, ayesha: User, li_wei: User, screenshots: Path
) -> None:
    investor = li_wei.membership.investor
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    founder = page_for(browser, live_server.url, ayesha, is_phone=False)
    partner = page_for(browser, live_server.url, li_wei, is_phone=True)

    # The founder writes from the introduction's page, first with a file that is not taken.
    founder.goto(reverse("introduction", args=[investor.public_id]))
    founder.get_by_role("link", name="Conversation").click()
    founder.get_by_label("Your message").fill("Our deck. Shall we talk about irrigation?")
    broken = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": sent_files.pdf()[:-30]}
    founder.get_by_label("A file (optional)").set_input_files([broken])
    founder.get_by_role("button", name="Send").click()
    expect(founder.get_by_text("This file is damaged")).to_be_visible()
    expect(founder.get_by_label("Your message")).to_have_value("Our deck. Shall we talk about irrigation?")
    whole = {**broken, "buffer": sent_files.pdf()}
    founder.get_by_label("A file (optional)").set_input_files([whole])
    founder.get_by_role("button", name="Send").click()
    expect(founder.get_by_role("button", name="deck.pdf")).to_be_visible()
    expect(founder.get_by_label("Your message")).to_have_value("")

    # Without scripts: the list tells that there is something new, a button marks it, the file is saved.
    partner.goto(reverse("introductions"))
    partner.get_by_role("link", name="1 new message").click()
    with partner.expect_download() as saving:
        partner.get_by_role("button", name="deck.pdf").click()
    assert saving.value.suggested_filename == "deck.pdf"
    partner.get_by_role("button", name="mark as read").click()
    expect(partner.get_by_role("button", name="mark as read")).to_have_count(0)
    partner.get_by_label("Your message").fill("Gladly. 下周二可以吗？")
    partner.screenshot(path=screenshots / "conversation-phone.png", full_page=True)
    partner.get_by_role("button", name="Send").click()

    # With scripts: our own timer brings the answer, the page marks it as read, and the bell is quiet again.
    founder.evaluate(TICK)
    expect(founder.get_by_text("Gladly.")).to_be_visible()
    expect(founder.get_by_text("Read on")).to_be_visible()
    expect(founder.get_by_role("button", name="mark as read")).to_have_count(0)
    expect(founder.get_by_role("link", name="Notices, 0 new")).to_be_visible()
    founder.screenshot(path=screenshots / "conversation-laptop.png", full_page=True)
    partner.reload()
    expect(partner.get_by_text("Read on")).to_be_visible()
    for page in (founder, partner):
        page.context.close()
