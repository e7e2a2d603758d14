"""A student's way in a real browser: from the public page of a hackathon to an application that is sent.

Run with -s to read how many clicks it takes.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.choices import Role
from profiles.models import User
from tests.factories import make_user
from tests.mails import delivered
from tests.matchmaker.events.programmes.programmed import make_programme

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-enough-pass-phrase"
MOST_CLICKS = 6  # join, from where, create the account, confirm the address, apply, send


@pytest.mark.parametrize("language", ["en", *(each for each in ("ur", "zh-hans"))])
def test_a_student_comes_from_a_hackathon_and_applies(
    browser, live_server, mails_lead_here, screenshot, language
):
    programme = make_programme(None, by=make_user("desk@example.com", Role.CURATOR), applicants=["person"])
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
    context.add_cookies([cookie])
    page, clicks = context.new_page(), []

    def click(selector):
        clicks.append(selector)
        page.locator(selector).first.click()

    page.goto(f"/programmes/{programme.public_id}/")
    click("main a[href*='/join/']")
    expect(page.locator("main a[href*='-person']")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(page, f"join-{language}")
    click("main a[href*='role=startup-person']")
    page.fill("[name=full_name]", "Sara Malik")
    page.fill("[name=email]", "sara@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    click("main form button[type=submit]")
    page.wait_for_url("**/accounts/confirm-email/")
    found = re.search(r"https?://\S+", str(delivered()[-1].body))
    assert found
    page.goto(found[0])
    click("main form button[type=submit]")
    expect(page).to_have_url(re.compile(f"/programmes/{programme.public_id}/$"))
    click("main a[href$='/apply/person/']")
    page.locator("main form textarea").first.fill("Sensors for canals.")
    click("main form button[name=send]")
    expect(page).to_have_url(re.compile(f"/programmes/{programme.public_id}/$"))
    application = programme.applications.get()
    assert application.state == ProgrammeApplicationState.SENT
    assert application.person == User.objects.get(email="sara@example.com")
    page.locator(".site-nav a").first.click()
    page.wait_for_url("**/programmes/yours/")
    assert page.locator(".site-nav > ul > li > a").count() == 4
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
    screenshot(page, f"home-{language}")
    context.close()
    print(f"\nstudent {language}: {len(clicks)} clicks")
    assert len(clicks) <= MOST_CLICKS
