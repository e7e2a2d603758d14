"""A curator's day, in a real browser: decide about a profile, find and suggest a pair, change the weights."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.choices import OverrideKind
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.ranking import Weights
from profiles.choices import Status
from tests.factories import PASSWORD, make_investor, make_startup
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def desk(page, sana):
    """The browser after Sana signed in."""
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(sana.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def picture(page, screenshot, name):
    """Keep pictures on a laptop's and a phone's screen, and see that nothing runs over the phone's edge."""
    screenshot(page, f"curator-{name}")
    usual = page.viewport_size
    page.set_viewport_size(PHONE)
    screenshot(page, f"curator-{name}-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.set_viewport_size(usual or PHONE)


def test_a_profile_is_returned_with_a_reason_beside_its_field(desk):
    startup = make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None)
    desk.reload()

    desk.get_by_role("link", name="Kisaan Qadam").click()
    desk.get_by_label("What should change in “pitch in one sentence”?").fill("Say what you sell.")
    desk.get_by_role("button", name="Return for changes").click()

    said = "Kisaan Qadam was returned for changes. It has no team yet, so no one gets an email."
    expect(desk.get_by_text(said)).to_be_visible()
    expect(desk.get_by_text("No profiles are waiting")).to_be_visible()
    startup.refresh_from_db()
    assert startup.status == Status.RETURNED
    assert startup.reviews.get().reasons == {"pitch": "Say what you sell."}


def test_two_companies_are_found_and_suggested_to_each_other(startup, desk, screenshot):
    """From the directory, whose view is kept, to a suggestion; by keyboard where a form is sent."""
    make_investor("Bamboo Harvest")
    make_investor("Pearl River Capital", status=Status.DRAFT)
    ranked.rank_whole()

    desk.get_by_role("link", name="Directory").click()
    desk.get_by_role("link", name="Investor or partner (2)").click()
    desk.get_by_text("Filters and columns").click()
    desk.get_by_label("Status").first.select_option("Draft")
    desk.get_by_role("button", name="Apply").press("Enter")
    expect(desk.get_by_role("link", name="Pearl River Capital")).to_be_visible()
    desk.get_by_text("Your views (0)").click()
    desk.get_by_label("Name of the view").fill("Drafts")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("The view “Drafts” is saved.")).to_be_visible()
    picture(desk, screenshot, "directory")
    desk.get_by_role("link", name="Pearl River Capital").click()
    expect(desk.get_by_text("This profile has not been submitted")).to_be_visible()

    desk.get_by_role("link", name="Pairings").click()
    desk.get_by_label("Startup").fill("indus")
    desk.get_by_label("Investor or partner").fill("bamboo")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("It is shown as number 1.").first).to_be_visible()
    picture(desk, screenshot, "pairing")
    desk.get_by_role("link", name="Write a suggestion").click()
    desk.get_by_label("Note to both sides").fill("You met at the irrigation fair")
    desk.get_by_label("Until").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    desk.get_by_role("button", name="Suggest to both").press("Enter")

    expect(desk.get_by_text("Suggested. Both sides are being ranked again.")).to_be_visible()
    picture(desk, screenshot, "suggestion")
    assert CuratorOverride.objects.get().kind == OverrideKind.SUGGEST


def test_weights_are_previewed_and_applied(desk, screenshot):
    desk.get_by_role("link", name="Weights").click()
    desk.get_by_label("Sector").first.fill("270")
    desk.get_by_label("Reason for this change").fill("Stage matters more")
    desk.get_by_role("button", name="Apply and rank again").click()
    expect(desk.get_by_text("This column adds up to 900 points. It must add up to 1000.")).to_be_visible()

    desk.get_by_label("Stage").first.fill("240")
    desk.get_by_role("button", name="Preview on real pairs").click()
    expect(desk.get_by_text("There are no ranked pairs yet.")).to_be_visible()
    picture(desk, screenshot, "weights")

    desk.get_by_role("button", name="Apply and rank again").click()
    expect(desk.get_by_text("All matches are being ranked again.")).to_be_visible()
    assert Weights.objects.all()[0].for_investor["stage"] == 240
