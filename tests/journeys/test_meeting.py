"""From mutual interest to a meeting and the question after it: a laptop, and a phone without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from matchmaker.meetings.services import due
from matchmaker.models import Meeting, MeetingReply
from matchmaker.models.introduction_table import IntroductionState
from profiles.models import Startup, User
from tests.journeys.test_introduction import LAPTOP, PHONE, sign_in
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(browser: Browser, live_server: Any, settings: Any) -> Iterator[tuple[Page, Page]]:
    """The founder's laptop, and the investor's phone without scripts."""
    settings.SITE_URL = live_server.url
    laptop = browser.new_context(base_url=live_server.url, viewport=LAPTOP, locale="en-GB")
    phone = browser.new_context(
        base_url=live_server.url, viewport=PHONE, java_script_enabled=False, locale="en-GB"
    )
    yield laptop.new_page(), phone.new_page()
    laptop.close()
    phone.close()


def test_two_agree_on_a_time_and_say_how_it_went(
    two: tuple[Page, Page], startup: Startup, ayesha: User, li_wei: User
) -> None:
    (founder, partner), investor = two, li_wei.membership.investor
    now = timezone.now()
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL, at=now, answered_at=now)
    sign_in(founder, ayesha)
    founder.goto(reverse("introduction", args=[investor.public_id]))
    founder.get_by_role("link", name="Agree on a time").click()
    day = f"{now + timedelta(days=9):%Y-%m-%d}"
    founder.get_by_label("Day and time").fill(f"{day}T15:00")
    founder.get_by_label("Another (optional)").fill(f"{day}T17:30")
    founder.get_by_label("Length").select_option("45")
    founder.get_by_role("button", name="Offer these times").click()
    expect(founder.get_by_text("They have your times and take one, or offer others.")).to_be_visible()

    sign_in(partner, li_wei)
    partner.goto(reverse("home"))
    partner.get_by_role("main").get_by_role("link", name="See the times and choose one").click()
    expect(partner.get_by_text("18:00–18:45")).to_be_visible()
    partner.get_by_role("button", name="Take this time").last.click()
    expect(partner.get_by_text("20:30–21:15")).to_be_visible()
    partner.get_by_label("Where (optional)").first.fill("https://meet.example/corridor")
    partner.get_by_role("button", name="Save").click()

    founder.reload()
    expect(founder.get_by_role("link", name="https://meet.example/corridor")).to_be_visible()
    with founder.expect_download() as file:
        founder.get_by_role("link", name="Entry for your calendar").click()
    assert "LOCATION:https://meet.example/corridor" in file.value.path().read_text(encoding="utf-8")
    due.advance(at=now + timedelta(days=10))
    founder.reload()
    founder.get_by_role("button", name="Yes, and we go on").click()
    expect(founder.get_by_text("Only your company sees your answer.")).to_be_visible()
    assert (Meeting.objects.get().state, MeetingReply.objects.get().answer) == ("over", "go_on")
