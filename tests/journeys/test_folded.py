"""Saved rows are lines, long lists are folded: a page is short, and asks for little at once."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from profiles.choices import Status
from profiles.models import Need, NeedType
from tests.journeys.screens import PHONE
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("cloud", "data", "hardware", "test_site")
CONTROLS = "[...document.querySelectorAll('main input, main select, main textarea')]"
SHOWN = f"() => {CONTROLS}.filter((each) => each.type !== 'hidden' && each.checkVisibility()).length"
HEIGHTS = {1280: 1_800, 390: 2_400}
GAP = 14  # between two rows of a list


@pytest.mark.parametrize("language", ["ur", *(each for each in ("en", "zh-hans"))])
def test_four_saved_needs_are_four_lines(opened, ayesha, startup, language):
    startup.forms.set(startup.forms.model.objects.all()[:3])
    startup.needs.all().delete()
    for kind in NeedType.objects.filter(code__in=KINDS):
        Need.objects.create(startup=startup, type=kind, quantity="200 ha")
    for width, height in HEIGHTS.items():
        page = opened(ayesha, language=language, screen={"width": width, "height": 900}, scripts=False)
        page.goto("/startup/needs/")
        assert page.locator("#div_id_needs li").count() == len(KINDS)
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        assert page.evaluate(SHOWN) <= 2


def test_a_match_page_is_printed_with_what_is_folded(opened, li_wei, startup):
    ranked.rank_whole()
    page = opened(li_wei, scripts=False)
    page.goto(f"/matches/{startup.public_id}/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Data practices")).to_be_hidden()  # a link alone says nothing on paper
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Open all of these parts").click()
    expect(page.locator("details.fold[open]")).to_have_count(7)
    page.get_by_text("Data practices", exact=True).click()
    expect(page.locator("details.fold[open]")).to_have_count(6)
    page.emulate_media(media="print")
    for part in ("needs", "rules", "them", "data"):
        assert page.locator(f"#{part} > :last-child").evaluate("each => each.checkVisibility()"), part


def test_a_review_is_printed_with_what_the_company_states_and_without_the_form(opened, sana, startup):
    type(startup).objects.update(status=Status.SUBMITTED, submitted_at=timezone.now(), reviewed_at=None)
    page = opened(sana, scripts=False)
    page.goto(reverse("review", args=["startup", startup.public_id]))
    expect(page.get_by_role("heading", name="Decision", exact=True)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="What the company states")).to_be_visible()
    expect(page.get_by_role("heading", name="Decision", exact=True)).to_be_hidden()


def test_a_thesis_asks_for_little_at_once_and_everything_is_there(opened, li_wei):
    page = opened(li_wei)
    page.goto("/investor/theses/new/")
    assert page.evaluate(SHOWN) <= 45
    sectors = page.locator("#div_id_sectors")
    sectors.locator("summary").first.click()
    sectors.get_by_role("checkbox").first.check()
    expect(sectors.locator("summary").first.locator(".chosen")).to_have_text("✓ 1")
    page.get_by_label("Name").fill("Water")
    page.get_by_role("button", name="Save the thesis").click()
    page.wait_for_url("**/investor/theses/")
    page.get_by_role("link", name="Edit").last.click()
    expect(page.locator("#div_id_sectors summary").first.locator(".chosen")).to_have_text("✓ 1")


def test_of_the_lines_of_a_form_one_is_open_at_a_time(opened, ayesha, startup):
    startup.forms.set(startup.forms.model.objects.all()[:3])
    page = opened(ayesha, scripts=False)
    page.goto("/startup/needs/")
    lines = page.locator("details.line")
    for at in (0, 1):
        lines.nth(at).locator("summary").click()
        assert page.locator("details.line[open]").count() == 1


@pytest.mark.parametrize(("language", "most"), [("en", 185), ("ur", 225), ("zh-hans", 185)])
def test_a_match_is_a_row_on_a_phone_until_it_is_opened(opened, li_wei, startup, language, most):
    ranked.rank_whole()
    page = opened(li_wei, language=language, screen=PHONE, scripts=False)
    page.goto("/matches/")
    row = page.locator("article.match").first
    height = row.bounding_box()["height"]
    assert height <= most
    whole = page.evaluate("document.documentElement.scrollHeight")
    assert whole + 5 * (height + GAP) <= 2_500, "six recommended"
    row.locator(".match-more summary").click()
    assert row.bounding_box()["height"] > most
