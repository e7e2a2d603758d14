"""A curator's day, in a real browser: decide about a profile, boost a pairing, change the weights."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.choices import OverrideKind
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.ranking import Weights
from matchmaker.what_if import services as what_if
from profiles.choices import Status
from profiles.models import Deal, PartnershipForm
from tests.factories import MOMENT, PASSWORD, make_investor, make_startup

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


def test_a_pairing_is_boosted_with_a_note(startup, desk, screenshot):
    make_investor("Bamboo Harvest")

    desk.get_by_role("link", name="Pairings").click()
    desk.get_by_label("Startup or investor").fill("bamboo")
    desk.get_by_role("button", name="Find").click()
    desk.get_by_role("link", name="Bamboo Harvest").click()
    expect(desk.get_by_text("Not ranked yet, or no one fits.")).to_be_visible()

    investor_id = desk.url.rpartition("id=")[2]
    desk.goto(reverse("pairing", args=[startup.public_id, investor_id]))
    desk.get_by_label("Boost", exact=True).check()
    desk.get_by_label("Why").fill("They met at the irrigation fair")
    desk.get_by_role("button", name="Save").click()

    expect(desk.get_by_text("They met at the irrigation fair")).to_be_visible()
    picture(desk, screenshot, "pairing")
    assert CuratorOverride.objects.get().kind == OverrideKind.BOOST


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


@pytest.mark.thorough
def test_a_sector_is_merged_by_keyboard_and_brought_back(startup, desk, screenshot):
    desk.goto(reverse("taxonomy"))
    desk.locator("summary", has_text="Agritech and food").press("Enter")
    desk.get_by_role("link", name="Smart irrigation and water management").press("Enter")
    desk.get_by_label("Successor").select_option("ENE05")
    merge = desk.locator("#merge")
    merge.get_by_role("button", name="Preview").press("Enter")
    expect(desk.locator("#preview")).to_contain_text("1 startup")
    picture(desk, screenshot, "merge")

    desk.get_by_role("button", name="Count the pairs that change").press("Enter")
    expect(desk.get_by_role("progressbar")).to_be_visible()
    what_if.work_out(at=timezone.now())
    expect(desk.get_by_role("heading", name="Lists of startups")).to_be_visible()
    picture(desk, screenshot, "what-if")

    desk.goto(reverse("sector", args=["AGR01"]))
    desk.get_by_label("Successor").select_option("ENE05")
    merge.get_by_role("button", name="Merge and retire").press("Enter")
    expect(desk.get_by_text("Merged; 1 profile moved.")).to_be_visible()
    desk.locator("a[href$='/undo/']").press("Enter")
    desk.get_by_role("button", name="Undo this change").press("Enter")
    expect(desk.get_by_text("undone", exact=True)).to_be_visible()
    startup.refresh_from_db()
    assert startup.primary_sector.code == "AGR01"


def test_a_rule_is_built_and_counted_before_it_is_saved(startup, li_wei, desk, screenshot):
    equity = PartnershipForm.objects.get(code="equity")
    day = MOMENT.date()
    Deal.objects.create(investor=li_wei.membership.investor, startup=startup, form=equity, closed_on=day)
    desk.goto(reverse("governance_rule", args=["GOV-PK-13"]))

    desk.get_by_label("Another condition about").select_option("form")
    desk.get_by_role("button", name="Add").press("Enter")
    desk.get_by_role("checkbox", name="Equity investment").check()

    expect(desk.get_by_text("1 more of them would see")).to_be_visible()
    picture(desk, screenshot, "rule")
    desk.locator("#rule-form").get_by_role("button", name="Save").press("Enter")
    expect(desk.get_by_text("one of: Equity investment")).to_be_visible()
