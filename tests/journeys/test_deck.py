"""A deck from its upload to its closing: the founder's laptop, the investor's phone without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys.screens import PHONE, WIDE, follow
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.decks.decked import agree_to_all, draw_all, pdf

pytestmark = pytest.mark.django_db(transaction=True)
LOADED = "image => image.complete && image.naturalWidth"
DECK = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": pdf(3)}


def test_a_deck_is_sent_asked_for_read_and_closed(
    startup, ayesha, li_wei, opened, screenshot, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    agree_to_all(startup, ayesha)
    founder, partner = opened(ayesha), opened(li_wei, screen=PHONE, scripts=False)
    founder.goto(reverse("startup_status"))
    founder.get_by_role("navigation").get_by_role("link", name="Pitch deck", exact=True).click()
    founder.locator("input[type=file]").set_input_files(DECK)
    founder.get_by_role("button", name="Send", exact=True).click()
    expect(founder.get_by_text("Received. The first page is ready in a few seconds.")).to_be_visible()
    check_all()
    draw_all()
    expect(founder.get_by_text("the version that others read")).to_be_visible()  # without a reload
    expect(founder.get_by_role("link", name="Fill in your profile from this deck")).to_be_visible()

    partner.goto(reverse("match", args=[startup.public_id]))
    partner.get_by_role("link", name="Ask to read the deck").click()
    partner.get_by_role("button", name="Ask to read the deck").click()
    expect(partner.get_by_text("The startup has not answered yet.")).to_be_visible()
    founder.goto(reverse("home"))
    founder.get_by_role("link", name="Decide").click()
    screenshot(founder, "deck-own")
    founder.get_by_role("button", name="Allow this company to read").click()
    expect(founder.get_by_text("Opened. The company is told.")).to_be_visible()

    partner.goto(reverse("match", args=[startup.public_id]))
    partner.get_by_role("link", name="Read the deck").click()
    expect(partner.get_by_text("The startup sees which pages your company opens")).to_be_visible()
    partner.get_by_role("button", name="Read the deck").click()
    expect(partner.locator("figure img")).to_have_js_property("complete", True)
    assert partner.locator("figure img").evaluate(LOADED)
    partner.get_by_text("Text of this page").click()
    expect(partner.get_by_text("Smart irrigation, page 1")).to_be_visible()
    assert not partner.evaluate(WIDE)
    screenshot(partner, "deck-page-phone")
    follow(partner.get_by_role("link", name="Largest"))
    assert not partner.evaluate(WIDE)  # the picture scrolls in its frame
    partner.get_by_role("link", name="Next page").focus()
    partner.keyboard.press("Enter")
    expect(partner.get_by_text("Page 2 of 3")).to_be_visible()

    founder.get_by_role("link", name="See pages and readers").click()
    expect(founder.get_by_role("cell", name=li_wei.membership.investor.name).first).to_be_visible()
    expect(founder.locator("figure.days svg")).to_be_visible()
    screenshot(founder, "deck-readers")
    founder.get_by_role("link", name="Pitch deck", exact=True).first.click()
    founder.get_by_role("button", name="Close the deck to this company").click()
    expect(founder.get_by_text("Closed. This company cannot open any more pages.")).to_be_visible()
    partner.get_by_role("link", name="Next page").click()
    expect(partner.get_by_role("heading", level=1)).not_to_contain_text(startup.name)
    assert partner.goto(reverse("deck_page", args=[startup.public_id, 1, 2])).status == 404
