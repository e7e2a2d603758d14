"""A confirmed deal changes the next ranking; one that is disputed, withdrawn or waits does not."""

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.matching.ranking.selectors import stored_lists
from profiles.models import Deal
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.deals.outcomes.conftest import MONTH, agreed, answer, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    """A startup and an investor of a ranked market that both said yes four months ago."""
    startups, investors = ranked.make_market(10, 5)
    ranked.rank_whole()
    founder = factories.make_founder("founder@example.com", startups[1])
    partner = factories.make_partner("partner@example.com", investors[0])
    introduction = agreed(startups[1], investors[0], by=founder, at=timezone.now() - 4 * MONTH)
    return introduction, founder, partner


def scores(introduction):
    """Return what both lists of the pair store after the worker has done what is due."""
    while ranked.work():
        pass
    startup, investor = introduction.pair
    sides = ((Side.STARTUP, startup), (Side.INVESTOR, investor))
    return {
        side: {each.counterpart_id: each.score for each in stored_lists.stored_ranking(side, row.pk).entries}
        for side, row in sides
    }


def test_the_next_ranking_uses_a_confirmed_deal(pair):
    introduction, founder, partner = pair
    startup, investor = introduction.pair
    before = scores(introduction)
    answer(record(introduction, founder, "investment"), partner)
    after = scores(introduction)
    assert Deal.objects.get().investor == investor
    theirs, were = after[Side.INVESTOR], before[Side.INVESTOR]
    alike, unlike = startup.pk + 5, startup.pk - 1  # of the same sector as the deal, and of a stated one
    assert theirs[alike] > were[alike]
    assert theirs[unlike] < were[unlike]
    on_theirs = stored_lists.stored_ranking(Side.STARTUP, alike).entries
    assert {each.counterpart_id: each.score for each in on_theirs}[investor.pk] == theirs[alike]


def test_what_is_no_deal_of_both_changes_no_list(pair):
    introduction, founder, partner = pair
    before = scores(introduction)
    waits = record(introduction, founder, "investment")
    assert scores(introduction) == before
    answer(waits, partner, "That is not so")
    assert scores(introduction) == before
    withdrawn = record(introduction, founder, "investment")
    outcomes.retract_outcome(withdrawn, side=Side.STARTUP, by=founder, at=timezone.now())
    assert scores(introduction) == before
    answer(record(introduction, founder, "memorandum"), partner)
    assert not Deal.objects.exists()
    assert scores(introduction) == before
