"""The page of a pair begins with who they are."""

from collections.abc import Callable

import pytest
from django.test import Client

from profiles.choices import Audience
from profiles.models import Investor, Need, NeedType, Startup, User
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]


@pytest.fixture
def investor(li_wei: User) -> Investor:
    return li_wei.membership.investor


def portrait(client: Client, profile: Startup | Investor) -> dict[str, str]:
    """The first facts on the page, by their labels."""
    page = client.get(f"/matches/{profile.public_id}/").context["match"]
    return {fact.label: fact.value for fact in page.portrait}


def test_it_comes_before_the_reasons_and_the_proof(as_user: As, li_wei: User, startup: Startup) -> None:
    ranked.rank_whole()
    page = as_user(li_wei).get(f"/matches/{startup.public_id}/").content.decode()
    parts = ["<h1", startup.summary_en, "Punjab", "Why this match", "Factor by factor", "Data card"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_of_a_startup_it_tells_what_it_does_where_and_what_it_seeks(
    as_user: As, li_wei: User, startup: Startup
) -> None:
    Startup.objects.update(visibility={"ask": Audience.MATCHED})
    for code in ("capital", "hardware"):
        Need.objects.create(startup=startup, type=NeedType.objects.get(code=code))

    assert portrait(as_user(li_wei), startup) == {
        "Sectors": "Smart irrigation and water management",
        "Stage": "Seed",
        "Home place": "Punjab",
        "Amount asked for": "USD 150,000 – 650,000",
        "Looks for": "Capital, Hardware and devices",
        "Forms of partnership": "Equity investment",
    }


def test_of_a_partner_it_tells_who_it_is_where_and_what_it_seeks_and_offers(
    as_user: As, ayesha: User, investor: Investor
) -> None:
    investor.offers.create(type=NeedType.objects.get(code="mentorship"))
    assert portrait(as_user(ayesha), investor) == {
        "Kind": "Venture fund",
        "Home place": "Guangdong",
        "Looks for": "Agritech and food",
        "Stages": "Seed",
        "Ticket": "USD 100,000 – 600,000",
        "Forms of partnership": "Equity investment",
        "Offers": "Capital, Mentorship",  # its ticket brings the first, as the needs met on the same page say
    }


def test_what_is_hidden_is_no_part_of_it(as_user: As, li_wei: User, startup: Startup) -> None:
    Startup.objects.update(visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL})
    client = as_user(li_wei)
    page = client.get(f"/matches/{startup.public_id}/").content.decode()
    assert startup.name_en not in page
    assert "Startup: Smart irrigation and water management, Punjab" in page
    assert "Amount asked for" not in portrait(client, startup)


def test_no_fact_stands_twice(as_user: As, li_wei: User, startup: Startup) -> None:
    page = as_user(li_wei).get(f"/matches/{startup.public_id}/").context["match"]
    labels = [fact.label for fact in (*page.portrait, *page.facts, *page.data_card)]
    assert sorted(labels) == sorted(set(labels))
