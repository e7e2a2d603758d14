"""A founder's way in a real browser: sign up, five steps, review, changes, approval, withdrawal.

Walked on a laptop with scripts, and with --share full on a phone without any, where a colleague always joins.
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
from tests.mails import delivered

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
PASSWORD = "a-long-enough-pass-phrase"


@pytest.fixture(params=["laptop", pytest.param("phone-without-scripts", marks=pytest.mark.thorough)])
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
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def confirm(page):
    found = re.search(r"https?://\S+", str(delivered()[-1].body))
    assert found
    page.goto(found[0])
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()


def go_on(page, step):
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text(f"Step {step} of 5")).to_be_visible()


def fill_basics(page):
    page.get_by_label("Name in Latin letters").fill("Ravi Water")
    page.get_by_label("Name in Urdu").fill("راوی واٹر")
    page.get_by_label("Pitch in one sentence").fill("Clean water from solar pumps")
    page.get_by_label("Summary in English").fill("Solar pumps with filters for villages.")
    page.get_by_label("Website").fill("no address")
    page.get_by_label("Main location").select_option("PK-PB")
    page.get_by_label("Urdu", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    expect(page.get_by_label("Pitch in one sentence")).to_have_value("Clean water from solar pumps")
    page.get_by_label("Website").fill("https://ravi.example")
    go_on(page, 2)


def fill_the_rest(page):
    page.get_by_label("Main sector").select_option("AGR01")
    page.get_by_label("Stage (needed for review)").select_option("seed")
    page.get_by_label("Founders").fill("Bilal Ahmed and Sara Iqbal")
    go_on(page, 3)
    page.get_by_label("Kind").select_option(index=1)
    page.get_by_label("Pilot project", exact=True).last.check()
    page.get_by_role("button", name="Add another need").click()
    expect(page.get_by_label("Kind")).to_have_count(2)
    go_on(page, 4)
    page.get_by_role("link", name="Skip this step").click()
    page.get_by_label("We agree to take part in matching").check()
    page.get_by_label("We agree to being shown").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who sees what")


def choose_and_preview(page):
    """Agree, group by group: nothing of any group is ticked beforehand."""
    expect(page.locator("main input:checked")).to_have_count(2)  # what was ticked a moment ago
    founders = page.locator(".fact").filter(has_text="Founders")
    page.goto("/startup/preview/")
    expect(founders).to_contain_text("hidden in this view")
    page.get_by_role("link", name="Choose who sees what").click()
    page.get_by_label("Founders", exact=True).select_option("matched")
    for purpose in ("showing", "cross_border"):
        page.locator(f"[name=founders-{purpose}]").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Check what is missing here")).to_be_visible()
    page.goto("/startup/preview/")
    expect(founders).to_contain_text("Bilal Ahmed and Sara Iqbal")


def submit(page):
    page.goto("/startup/status/")
    page.get_by_role("button", name=re.compile("Submit (for review|again)")).click()
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
    page.goto("/startup/consent/")
    page.get_by_label("We agree to take part in matching").uncheck()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("no one sees it")).to_be_visible()
    assert not Startup.objects.get().is_published


def test_from_the_front_page_to_approval_and_back(page, look):
    sana = make_user("sana@example.com", Role.CURATOR)

    sign_up(page)
    confirm(page)
    look("basics")
    fill_basics(page)
    fill_the_rest(page)
    look("ready")
    choose_and_preview(page)
    look("preview")
    startup = submit(page)
    look("waiting")

    answer_the_curator(page, startup, sana)
    reviews.decide(submit(page), ReviewOutcome.APPROVED, by=sana, at=timezone.now())
    page.goto("/home/")
    expect(page.get_by_text("Approved and taking part in matching")).to_be_visible()
    look("home")

    withdraw(page)


@pytest.mark.parametrize(
    "page", [pytest.param("laptop", marks=pytest.mark.thorough), "phone-without-scripts"], indirect=True
)
def test_an_invited_colleague_joins(page, look):
    sign_up(page)
    confirm(page)
    page.get_by_label("Name in Latin letters").fill("Ravi Water")
    go_on(page, 2)
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
