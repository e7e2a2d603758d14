"""The first minutes in a real browser: a founder waits, an investor begins on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from matchmaker.models.programmes import PersonCard
from matchmaker.models.programmes.people import CardAudience
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import Purpose, Status
from profiles.models import Consent
from tests.factories import make_founder, make_investor, make_partner
from tests.journeys.screens import PHONE, follow
from tests.matchmaker import ranked
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = pytest.mark.django_db(transaction=True)


def is_whole(page):
    """Nothing runs over the edge of the page that is loaded, and everybody can use it."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []


def heard(page):
    """Return the list of what the browser reports about the page from now on."""
    reports = []
    page.on("console", lambda message: reports.append(message.text))
    page.on("pageerror", lambda error: reports.append(str(error)))
    return reports


def test_the_way_back_from_a_filtered_list_is_silent(opened, li_wei):
    for number in range(4):
        ranked.make_startup(number)
    ranked.rank_whole()
    page = opened(li_wei)
    reports = heard(page)
    page.goto(reverse("matches"))
    page.wait_for_load_state()
    page.get_by_role("link", name="Filter and sort").press("Enter")
    expect(page.get_by_label("Sort by")).to_be_visible()
    page.get_by_label("Sector").select_option(index=1)
    expect(page).to_have_url(re.compile("sector=."))
    filtered = page.url
    page.get_by_role("article").first.get_by_role("link").first.click()
    expect(page.locator(".walk")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(filtered)
    expect(page.get_by_label("Sector")).not_to_have_value("")
    page.go_back()
    expect(page).not_to_have_url(filtered)
    expect(page.get_by_role("article").first).to_be_visible()
    page.wait_for_load_state()
    assert reports == []


def test_who_founds_a_team_can_invite_there_and_the_browser_reports_nothing(opened, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, applicants=["person"], place_count=9)
    people = [make_founder(f"{name}@example.com", None, full_name=name) for name in ("Sara", "Hua")]
    for person in people:
        card = {"headline": "Reads canals", "languages": ["en"], "audience": CardAudience.PARTICIPANTS}
        PersonCard.objects.create(user=person, **card)
        accepted = {"by": person, "state": ProgrammeApplicationState.ACCEPTED}
        make_application(programme, person, **accepted)
    page = opened(people[0])
    reports = heard(page)
    page.goto(reverse("programme_teams", args=[programme.public_id]))
    page.locator("main [name=name]").fill("Canal watchers")
    page.locator("main form:has([name=name]) [type=submit]").click()
    expect(page.get_by_text("Your team has been created. Invite others")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=re.compile("^Invite")).first.click()
    expect(page.get_by_text("Done. They have been told.")).to_be_visible()
    page.wait_for_load_state()
    assert reports == []


def test_a_founder_waits_and_then_reads_three_steps(opened, sana, screenshot):
    for number in range(6):
        ranked.make_investor(number)
    startup = ranked.make_startup(0, status=Status.DRAFT, submitted_at=None, reviewed_at=None)
    founder = make_founder("bilal@example.com", startup)
    for purpose in (Purpose.MATCHING, Purpose.SHOWING):
        Consent.objects.create(startup=startup, purpose=purpose, text_version=TEXT_VERSION, given_by=founder)
    page = opened(founder, scripts=False)
    page.goto(reverse("home"))
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="My company").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("number 1 in the queue")).to_be_visible()
    expect(page.get_by_text("Sample, not a real company")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Programmes")).to_be_visible()
    screenshot(page, "waiting")

    desk = opened(sana)
    desk.goto(reverse("desk"))
    desk.get_by_role("link", name=startup.name).click()
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_text(f"{startup.name} was approved")).to_be_visible()
    ranked.rank_whole()

    page.goto(reverse("home"))
    steps = page.get_by_role("main").get_by_role("heading", level=2)
    expect(steps).to_have_text(["Your profile", "Your best matches", "Your first introduction"])
    screenshot(page, "three-steps")
    page.get_by_role("link", name="Open your best match").click()
    page.get_by_role("link", name="Request an introduction").first.click()
    page.get_by_label("Why this partner?").fill("You finance irrigation in Punjab.")
    page.get_by_label("What do you want to achieve?").fill("A pilot on 200 ha, two seasons.")
    page.get_by_label("What do you offer as a first step?").fill("A call, and our field data.")
    page.get_by_role("button", name="Request an introduction").click()
    expect(page.get_by_text("They have your request.").first).to_be_visible()
    page.goto(reverse("home"))
    expect(page.get_by_text("has promised an answer").first).to_be_visible()
    expect(steps).to_have_text(["Waiting for you", "Coming up"])


def test_an_investor_begins_on_a_phone_in_chinese(opened, screenshot):
    investor = make_investor("Bamboo Capital", name_zh="竹子资本")
    for number in range(4):
        ranked.make_startup(number)
    ranked.rank_whole()
    page = opened(make_partner("wei@example.com", investor), screen=PHONE)
    page.goto(reverse("home"))
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("竹子资本")
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(3)
    assert page.locator(".site-nav > ul > li").count() == 5
    is_whole(page)
    screenshot(page, "begin-zh-phone")
    page.locator(".nav-more summary").click()
    expect(page.locator(".nav-more a").first).to_be_visible()
    page.keyboard.press("Escape")
    follow(page.locator("main .btn-primary").last)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Startup")
    is_whole(page)
    for path in map(reverse, ("matches", "saved_searches", "passed")):
        follow(page.locator(f'.site-nav a[href="{reverse("matches")}"]'))
        follow(page.locator(f'.tabs a[href="{path}"]'))
        expect(page.locator(".tabs [aria-current=page]")).to_have_attribute("href", path)
        is_whole(page)
