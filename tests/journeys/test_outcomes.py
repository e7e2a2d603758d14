"""A deal that both confirm, in real browsers, and the ranking that uses it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.choices import Side
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.matching.ranking.selectors import stored_lists
from profiles.models import Deal
from tests import factories
from tests.journeys.screens import PHONE, WIDE
from tests.matchmaker import ranked
from tests.matchmaker.deals.outcomes.conftest import MONTH, agreed

pytestmark = pytest.mark.django_db(transaction=True)


def scores(investor):
    while ranked.work():
        pass
    stored = stored_lists.stored_ranking(Side.INVESTOR, investor.pk)
    return {each.counterpart_id: each.score for each in stored.entries}


def test_a_deal_that_both_confirm_changes_the_next_ranking(opened, screenshot):
    startups, investors = ranked.make_market(8, 4)
    ranked.rank_whole()
    founder = factories.make_founder("founder@example.com", startups[1])
    partner = factories.make_partner("partner@example.com", investors[0])
    agreed(startups[1], investors[0], by=founder, at=timezone.now() - 4 * MONTH)
    outcomes.advance(at=timezone.now())
    before = scores(investors[0])

    page = opened(founder, screen=PHONE, scripts=False)
    page.goto(reverse("home"))
    page.get_by_role("main").get_by_role("link", name="Record an outcome").click()
    page.get_by_role("combobox", name="Outcome").select_option("investment")
    happened = timezone.localdate() - timedelta(days=9)
    page.get_by_label("Since (date)").fill(f"{happened}")
    page.get_by_label("In your words").fill("The first part of the round")
    page.get_by_text("For an agreement: its type").click()
    page.get_by_role("combobox", name="Partnership type").select_option("equity")
    page.get_by_role("textbox", name="Amount").fill("250000")
    screenshot(page, "outcome-recorded-phone-without-scripts")
    page.get_by_role("button", name="Ask them to confirm it").click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    assert scores(investors[0]) == before

    page = opened(partner)
    page.goto(reverse("home"))
    page.get_by_role("main").get_by_role("link", name="Confirm or dispute it").first.click()
    expect(page.get_by_text("USD 250,000")).to_be_visible()
    assert not page.evaluate(WIDE)
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Confirmed by both")).to_be_visible()
    screenshot(page, "outcome-confirmed-laptop")
    assert Deal.objects.get().closed_on == happened
    assert scores(investors[0]) != before
