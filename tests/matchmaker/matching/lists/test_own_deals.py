"""Who has a deal with a company already reads so beside it, and no reason counts that deal."""

from datetime import date

import pytest

from matchmaker.choices import Side
from profiles.choices import DealSource
from profiles.models import Deal, PartnershipForm, Stage
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

MATCHES = "/matches/"
MARK = "You already have a deal with them: Equity investment · 3 May 2026"


@pytest.fixture
def record(investor, startup):
    """Three deals at seed stage, one of them with the startup itself."""
    own = {"investor": investor, "stage": Stage.objects.get(code="seed"), "closed_on": date(2026, 5, 3)}
    form = PartnershipForm.objects.get(code="equity")
    deal = Deal.objects.create(**own, startup=startup, form=form)
    Deal.objects.create(**own, startup_name="Ravi Pumps")
    Deal.objects.create(**own | {"stage": None}, startup_name="Sutlej Pumps")
    ranked.rank_whole()
    return deal


def card_of(client):
    return client.get(MATCHES).context["matches"].cards[0]


def test_the_investor_reads_of_the_deal_everywhere_and_no_reason_counts_it(as_user, li_wei, startup, record):
    client = as_user(li_wei)
    card, page = card_of(client), client.get(f"{MATCHES}{startup.public_id}/")
    assert (card.deal, page.context["match"].deal) == (MARK, MARK)
    other = factories.make_startup("Chenab Feeds")
    compared = f"/shortlist/compare/?with={startup.public_id}&with={other.public_id}"
    addresses = (MATCHES, "/directory/", compared)
    assert all(MARK in client.get(address).content.decode() for address in addresses)
    counted = "your recorded deals at this stage: 1 of 2 (without the deal between you)"
    assert counted in client.get(f"{MATCHES}{startup.public_id}/?more=factors").content.decode()
    assert "of 3" not in str([*card.reasons, card.caution])


def test_the_startup_reads_only_of_a_deal_that_both_recorded(as_user, ayesha, investor, startup, record):
    client = as_user(ayesha)
    card, page = card_of(client), client.get(f"{MATCHES}{investor.public_id}/").context["match"]
    assert (card.deal, page.deal) == ("", "")
    assert "without the deal between you" not in str(card) + str(page.scored)
    assert "of 3" not in str(page.scored), "its own deal would be among them"
    Deal.objects.filter(pk=record.pk).update(source=DealSource.BOTH)
    card, page = card_of(client), client.get(f"{MATCHES}{investor.public_id}/").context["match"]
    assert (card.deal, page.deal) == (MARK, MARK)
    assert "1 of 2 (without the deal between you)" in str(page.scored)


def test_where_it_is_the_only_deal_nothing_is_said_of_the_record(as_user, li_wei, investor, record):
    Deal.objects.exclude(pk=record.pk).delete()
    investor.theses.get().stages.clear()
    card = card_of(as_user(li_wei))
    assert card.deal == MARK
    assert "recorded deals" not in str(card)


def test_more_deals_take_no_more_queries(as_user, li_wei, investor, record, same_queries):
    client, thesis = as_user(li_wei), investor.theses.get().pk
    more = [factories.make_startup(f"Startup {at}") for at in range(2)]
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(each.pk, thesis) for each in more])
    Deal.objects.update(startup=more[0])
    card_of(client)
    with same_queries():
        assert card_of(client).deal
    deals = (Deal(investor=investor, startup=each, closed_on=date(2026, 5, 3)) for each in more)
    Deal.objects.bulk_create(deals)
    with same_queries():
        assert card_of(client).deal
