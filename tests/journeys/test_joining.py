"""From Join to Submit in a real browser: how many controls, clicks and pixels it takes.

Run with -s to read the table.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from profiles.choices import Side, Status
from profiles.models import SIDES, Startup
from tests.mails import delivered

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-enough-pass-phrase"
WIDTHS = {"laptop": 1280, "phone": 390}
# The most controls on the pages after the account: of a founder all, of an investor those that are open.
MOST = {Side.STARTUP: 60, Side.INVESTOR: 45}
CONTROLS = """[...document.querySelectorAll(
  'main form :is(input:not([type=hidden]), select, textarea)')].map(one => one.checkVisibility())"""
TEXTS = {
    Side.STARTUP: {
        "name_en": "Ravi Water",
        "pitch": "Clean water from solar pumps",
        "ask_max": "500k",
        "primary_sector": "AGR01",
    },
    Side.INVESTOR: {
        "name_en": "Silk Lake Partners",
        "pitch": "Patient capital for clean water",
        "ticket_min": "150万",
        "ticket_max": "5m",
    },
}
CHOICES = {
    Side.STARTUP: {"stage": "seed", "place": "PK-LHE"},
    Side.INVESTOR: {"kind": "vc", "place": "CN-SZX"},
}
TICKS = {
    Side.STARTUP: {"needs": "test_site", "seeks_capital": "", "forms": "pilot"},
    Side.INVESTOR: {"sectors": "AGR", "stages": "seed", "places": "PK-PB", "forms": "equity"},
}


@dataclass
class Walk:
    """What one person meets on the way. Heights, controls in all and open ones, page by page."""

    page: Page
    clicks: int = 0
    heights: list[int] = field(default_factory=list)
    controls: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)

    def look(self) -> None:
        states: list[bool] = self.page.evaluate(CONTROLS)
        self.heights.append(self.page.evaluate("document.documentElement.scrollHeight"))
        self.controls.append(len(states))
        self.opened.append(sum(states))
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]  # type: ignore[index]

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()


def make_account(walk: Walk, side: Side, language: str) -> None:
    page = walk.page
    page.goto("/join/")
    walk.click(f"main a[href*='role={side}']")
    page.fill("[name=full_name]", "Bilal Ahmed")
    page.fill("[name=email]", f"{side}@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    walk.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/confirm-email/")
    found = re.search(r"https?://\S+", str(delivered()[-1].body))
    assert found
    page.goto(found[0])
    walk.click("main form button[type=submit]")
    page.wait_for_url("**/company/start/")


def fill_first_page(walk: Walk, side: Side, language: str) -> None:
    page = walk.page
    for name, text in (TEXTS[side] | {f"summary_{language[:2]}": "Solar pumps for villages."}).items():
        page.fill(f"[name={name}]", text)
    for name, code in CHOICES[side].items():
        walk.clicks += 1
        page.select_option(f"[name={name}]", code)
    for name, code in TICKS[side].items():
        box = f"[name={name}]" + (f"[value={code}]" if code else "")
        if not page.locator(box).is_visible():  # folded
            walk.click(f"#div_id_{name} summary")
        walk.click(box)
    walk.click(".form-actions .btn-primary")
    page.wait_for_url(f"**/{side}/consents/")


def to_submit(page: Page, side: Side, language: str) -> Walk:
    walk = Walk(page)
    make_account(walk, side, language)
    walk.look()
    fill_first_page(walk, side, language)
    walk.look()
    walk.click("[name=how][value=recommended]")
    walk.click("[name=submit]")
    expect(page).to_have_url(re.compile("/home/$"))
    return walk


@pytest.mark.parametrize("width", ["laptop", "phone"])
@pytest.mark.parametrize("language", ["en", *(each for each in ("ur", "zh-hans"))])
@pytest.mark.parametrize("side", [pytest.param(side, id=str(side)) for side in Side])
def test_two_pages_lead_from_the_account_to_a_review(
    browser: Any, live_server: Any, side: Side, language: str, width: str, mails_lead_here: Any
) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": WIDTHS[width], "height": 844}, reduced_motion="reduce"
    )
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
    context.add_cookies([cookie])
    walk = to_submit(context.new_page(), side, language)
    context.close()
    company = SIDES[side]._default_manager.get()
    assert company.status == Status.SUBMITTED
    assert company.needs.count() if isinstance(company, Startup) else company.theses.count()
    print(
        f"\n{side:8} {language:7} {WIDTHS[width]:4} px: {sum(walk.controls):3} controls, "
        f"{sum(walk.opened):3} open, {walk.clicks:2} clicks, heights {walk.heights}"
    )
    counted = walk.controls if side is Side.STARTUP else walk.opened
    assert sum(counted) <= MOST[side]
    assert len(walk.heights) == 2
