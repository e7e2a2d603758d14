"""Deals in a browser: without a mouse, on a phone in Chinese, without scripts, and by dragging."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import ShortlistEntry
from matchmaker.models.stage import IntroductionStage
from tests import factories
from tests.journeys.screens import PHONE
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db(transaction=True)
BOARD = "/deals/?view=board"


@pytest.fixture
def market(startup, ayesha, li_wei):
    """The investor has asked Ayesha, talks with another startup, and remembers a third."""
    investor, at = li_wei.membership.investor, timezone.now() - timedelta(days=4)
    other, third = factories.make_startup("Ravi Soil"), factories.make_startup("Third Soil")
    founder = factories.make_founder("ravi@example.com", other)
    make_introduction(startup, investor, by=li_wei, side=Side.INVESTOR, at=at)
    make_introduction(other, investor, by=founder, state="mutual", at=at, answered_at=at)
    shortlists.shortlist(third, investor, side=Side.INVESTOR, by=li_wei, at=at)
    ranked.rank_whole()
    return startup, other, third


def column(page, stage):
    return page.locator(f"[data-stage={stage}]")


def cards(page, stage):
    return column(page, stage).locator("> .deal-card")


def tab_to(page, target):
    """Press Tab until the target has the focus."""
    for _press in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with the keyboard")


def test_a_founder_answers_and_moves_a_card_without_a_mouse(opened, ayesha, market):
    page = opened(ayesha)
    page.goto(BOARD)
    card = cards(page, "to_answer")
    tab_to(page, card.get_by_role("combobox"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_have_count(1)  # nothing is sent before something is chosen
    page.keyboard.press("ArrowDown")
    expect(card.get_by_role("combobox")).to_have_value("talking")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are both interested.").first).to_be_visible()
    card = cards(page, "talking")
    expect(card).to_have_count(1)

    tab_to(page, card.get_by_role("combobox"))
    for _press in range(3):
        page.keyboard.press("ArrowDown")
    expect(card.get_by_role("combobox")).to_have_value("terms")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Current stage")).to_have_value("terms")
    page.get_by_role("textbox", name="Next step").fill("We send a draft")
    page.get_by_label("Who does it").select_option(label="We do")
    page.get_by_label("By when").fill(f"{timezone.now() + timedelta(days=20):%Y-%m-%d}")
    page.get_by_label("By when").press("Enter")
    expect(page.get_by_text("We have sent your proposal.")).to_be_visible()
    assert IntroductionStage.objects.get().kind == "terms"
    page.goto(BOARD)
    expect(column(page, "talking").get_by_text("you proposed “Terms”")).to_be_visible()


def test_an_investor_on_a_phone_reads_chinese(opened, li_wei, market, screenshot):
    page = opened(li_wei, language="zh-hans", screen=PHONE)
    page.goto("/deals/")
    screenshot(page, "deals-phone-zh")
    page.get_by_role("link", name="备注和下一步").first.click()
    page.get_by_label("下一步").fill("下周二致电")
    page.get_by_label("截止日期").fill(f"{timezone.now() + timedelta(days=3):%Y-%m-%d}")
    page.get_by_label("评分").select_option("4")
    page.get_by_role("main").get_by_role("button", name="保存").click()
    expect(page.get_by_text("下周二致电")).to_be_visible()
    assert ShortlistEntry.objects.filter(next_step="下周二致电", rating=4).exists()
    page.locator("summary", has_text="筛选").click()
    page.get_by_label("到期").select_option("week")
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".deals tbody tr")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_everything_works_without_scripts(opened, li_wei, market):
    page = opened(li_wei, scripts=False)
    page.goto(BOARD)
    card = cards(page, "shortlisted")
    card.get_by_role("combobox").select_option("waiting")
    card.get_by_role("button", name="Move").click()
    expect(page.get_by_text("They have your request.")).to_be_visible()
    expect(cards(page, "waiting")).to_have_count(2)
    assert Introduction.objects.filter(startup=market[2], state="asked").exists()
    page.get_by_role("link", name="Table").click()
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Stage", exact=True).select_option("waiting")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".deals tbody tr")).to_have_count(2)


def test_a_dragged_card_sends_its_form_where_a_move_exists(opened, li_wei, ayesha, market):
    page = opened(ayesha)
    page.goto(BOARD)
    card = cards(page, "to_answer")
    card.drag_to(column(page, "waiting"), source_position={"x": 120, "y": 8})
    expect(cards(page, "to_answer")).to_have_count(1)
    card.drag_to(column(page, "talking"), source_position={"x": 120, "y": 8})
    expect(page.get_by_text("You are both interested.").first).to_be_visible()
    expect(cards(page, "talking")).to_have_count(1)
