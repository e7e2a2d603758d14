"""A founder's way in a real browser: sign up, two pages, review, changes, approval, withdrawal.

Walked on a laptop with scripts, and on a phone without any, where a colleague always joins.
"""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from profiles.choices import ReviewOutcome, Role, Status
from profiles.curation.reviews import services as reviews
from profiles.models import Startup
from tests.factories import make_user
from tests.journeys.screens import LAPTOP, PHONE, follow
from tests.mails import delivered

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-enough-pass-phrase"


@pytest.fixture(params=["laptop", "phone-without-scripts"])
def page(browser, live_server, request, settings):
    """A laptop with scripts, or a phone without."""
    cache.clear()
    settings.SITE_URL = live_server.url  # type: ignore[attr-defined]  # where mails lead
    is_phone = request.param != "laptop"
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE if is_phone else LAPTOP,
        java_script_enabled=not is_phone,
        reduced_motion="reduce",
        locale="en-GB",
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def look(page, screenshot, request):
    """A function that keeps a picture of the page under a name."""
    device = request.node.callspec.params["page"]
    return lambda name: screenshot(page, f"founder-{name}-{device}")


def sign_up(page):
    page.goto("/")
    page.get_by_role("link", name="Join", exact=True).last.click()
    page.get_by_role("link", name="Startup").click()
    page.get_by_label("Your name").fill("Bilal Ahmed")
    page.get_by_label("Email").fill("bilal@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    follow(page.get_by_role("button", name="Create account"))


def confirm(page):
    found = re.search(r"https?://\S+", str(delivered()[-1].body))
    assert found
    page.goto(found[0])
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_text("Step 1 of 2")).to_be_visible()


def fill_first_page(page):
    page.get_by_label("Name in Latin letters").fill("Ravi Water")
    page.get_by_label("Pitch in one sentence").fill("Clean water from solar pumps")
    page.get_by_label("Summary in English").fill("Solar pumps with filters for villages.")
    page.get_by_label("Main sector").fill("Smart irrigation and water management")
    page.get_by_label("Stage (needed for review)").select_option("seed")
    page.get_by_label("Main location").select_option("PK-LHE")
    page.get_by_label("Raising money").check()
    page.locator("#div_id_forms summary").click()
    page.get_by_label("Pilot project", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()  # the amount is missing
    expect(page.get_by_label("Pitch in one sentence")).to_have_value("Clean water from solar pumps")
    page.get_by_label("Amount you want to raise").fill("500k")
    page.get_by_role("group", name="Needs (needed for review)").get_by_label("Pilot site").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()


def agree_and_submit(page):
    """Submit with one act of consent: nothing is chosen beforehand."""
    expect(page.locator("main input:checked")).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Choose one of the two, or choose line by line.")).to_be_visible()
    page.get_by_label("The recommended set").check()
    page.get_by_role("button", name="Submit for review").click()
    return is_submitted(page)


def strengthen(page):
    """Add founders on a part of the profile, and open them to all by a choice group by group."""
    follow(page.get_by_role("link", name="Strengthen your profile"))
    part = page.get_by_role("link", name="Open “Product and stage”")
    if not part.is_visible():  # folded, where another part lacks more
        page.locator("#strengthen summary").filter(has_text="Product and stage").click()
    part.click()
    page.get_by_label("Founders").fill("Bilal Ahmed and Sara Iqbal")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Step 3 of 5")).to_be_visible()
    page.get_by_role("link", name="Add a need").click()
    page.get_by_label("Kind").select_option("cloud")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#div_id_needs").get_by_role("link", name="Edit")).to_have_count(2)
    founders = page.locator(".fact").filter(has_text="Founders")
    page.goto("/startup/preview/")
    expect(founders).to_contain_text("hidden in this view")
    page.get_by_role("link", name="Choose who sees what").click()
    expect(page.get_by_label("The recommended set")).to_be_checked()
    page.get_by_role("link", name="Choose line by line").click()
    page.get_by_label("Founders", exact=True).select_option("matched")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The change applies from now on")).to_be_visible()
    page.goto("/startup/preview/")
    expect(founders).to_contain_text("Bilal Ahmed and Sara Iqbal")


def submit_again(page):
    page.goto("/startup/status/")
    page.get_by_role("button", name="Submit again").click()
    return is_submitted(page)


def is_submitted(page):
    expect(page.get_by_text("number 1 in the queue")).to_be_visible()
    startup = Startup.objects.get()
    assert startup.status == Status.SUBMITTED
    return startup


def answer_the_curator(page, startup, sana):
    reviews.decide(
        startup,
        ReviewOutcome.RETURNED,
        reasons={"pitch": "Say who pays."},
        message="Nearly there.",
        by=sana,
        at=timezone.now(),
    )
    page.goto("/home/")
    page.get_by_role("link", name="See what to change", exact=True).click()
    page.get_by_role("link", name="Pitch in one sentence").click()
    expect(page.get_by_text("Say who pays.")).to_be_visible()
    page.get_by_label("Pitch in one sentence").fill("Villages pay per litre of clean water")
    page.get_by_role("button", name="Save and go back to the list").click()
    expect(page.get_by_role("heading", name="What to change")).to_be_visible()


def withdraw(page):
    page.goto("/startup/consents/")
    page.get_by_label("We agree to take part in matching").uncheck()
    follow(page.get_by_role("button", name="Save", exact=True))
    page.goto("/startup/status/")
    expect(page.get_by_text("no one sees it")).to_be_visible()
    assert not Startup.objects.get().is_published


def test_from_the_front_page_to_approval_and_back(page, look):
    sana = make_user("sana@example.com", Role.CURATOR)

    sign_up(page)
    confirm(page)
    look("first-page")
    fill_first_page(page)
    look("consents")
    startup = agree_and_submit(page)
    look("waiting")
    strengthen(page)
    look("preview")

    answer_the_curator(page, startup, sana)
    reviews.decide(submit_again(page), ReviewOutcome.APPROVED, by=sana, at=timezone.now())
    page.goto("/home/")
    expect(page.get_by_text("Approved and taking part in matching")).to_be_visible()
    look("home")

    withdraw(page)


@pytest.mark.parametrize("page", ["laptop", "phone-without-scripts"], indirect=True)
def test_an_invited_colleague_joins(page, look):
    sign_up(page)
    confirm(page)
    page.get_by_label("Name in Latin letters").fill("Ravi Water")
    follow(page.get_by_role("button", name="Save and finish later"))
    page.goto("/team/")
    page.get_by_label("Email address").fill("sara@example.com")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("The invitation to sara@example.com is on its way.")).to_be_visible()
    look("team")
    page.context.clear_cookies()

    found = re.search(r"http://[^/\s]+(/\S+)", str(delivered()[-1].body))
    assert found
    page.goto(found[1])
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_label("Email")).to_have_value("sara@example.com")
    page.get_by_label("Your name").fill("Sara Iqbal")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Join the team").click()
    expect(page.get_by_role("heading", name="Ravi Water")).to_be_visible()


def test_in_urdu_the_page_runs_from_right_to_left(page, look):
    page.goto("/join/")
    page.get_by_role("button", name="اردو").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/join/")
    look("join-urdu")
    width = page.viewport_size
    assert width
    box = page.locator("main").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width["width"]
