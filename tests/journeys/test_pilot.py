"""A pilot from the first word to a seat, on phones without scripts: host and founder in one story."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from matchmaker.models import Pilot
from matchmaker.pilots.services import pilots
from profiles.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


def sign_in(page: Page, user: User) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_a_partner_hosts_a_founder_applies_and_has_a_seat(
    browser: Browser, live_server: Any, ayesha: User, li_wei: User, sana: User, screenshots: Path
) -> None:
    options = {"base_url": live_server.url, "viewport": PHONE, "java_script_enabled": False}
    contexts = [browser.new_context(**options, locale="en-GB") for _side in range(2)]
    host, founder = (context.new_page() for context in contexts)
    sign_in(host, li_wei)
    host.get_by_role("navigation").get_by_text("More", exact=True).click()
    host.get_by_role("navigation").get_by_role("link", name="Pilots", exact=True).click()
    host.get_by_role("link", name="Host a pilot").click()
    host.get_by_label("Title in English").fill("Smart irrigation, Punjab, 200 ha")
    host.locator("[name=sector]").select_option("AGR01")
    host.locator("[name=place]").select_option("PK-PB")
    host.locator("[name=season]").select_option("both")
    host.get_by_label("What is measured (1)").fill("Water per hectare")
    host.get_by_role("button", name="Keep the draft").click()
    expect(host.get_by_text("Say in which year the season begins.")).to_be_visible()
    host.get_by_label("Year in which it begins").fill(str(timezone.localdate().year + 1))
    host.get_by_role("button", name="Keep the draft").click()
    host.get_by_role("button", name="Submit for review").click()
    expect(host.get_by_text("A curator reads it now. You are told what they decide.")).to_be_visible()

    pilots.approve_pilot(Pilot.objects.get(), by=sana, at=timezone.now())
    sign_in(founder, ayesha)
    founder.goto(reverse("pilots"))
    founder.get_by_role("link", name="Smart irrigation, Punjab, 200 ha").click()
    founder.get_by_role("link", name="Apply for a seat").click()
    founder.get_by_label("Why you, in a few words").fill("Sixty sensors, two people.")
    founder.get_by_role("button", name="Apply for a seat").click()
    expect(founder.get_by_text("Sixty sensors, two people.")).to_be_visible()

    host.reload()
    host.get_by_role("button", name=re.compile("Give a seat")).click()
    expect(host.get_by_text("They have a seat and are told.")).to_be_visible()
    founder.reload()
    expect(founder.get_by_text("Has a seat")).to_be_visible()
    for name, page in (("host", host), ("founder", founder)):
        page.screenshot(path=screenshots / f"pilot-{name}.png", full_page=True)
        page.context.close()
