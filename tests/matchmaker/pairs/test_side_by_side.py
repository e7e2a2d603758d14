"""Counterparts beside each other: the same lines for each, and only for who may see them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.choices import Side
from profiles.choices import Status
from profiles.models import Investor, Startup, User
from tests import factories
from tests.matchmaker import lists

As = Callable[[User | None], Client]
COMPARE = "/shortlist/compare/"


@pytest.fixture
def market(li_wei: User) -> list[Startup]:
    """Four startups on Li Wei's list, the first fitting best in its sector."""
    investor: Investor = li_wei.membership.investor
    thesis = investor.theses.get()
    startups = [factories.make_startup(f"Startup {at}") for at in range(4)]
    levels = [(255 - 51 * at, *lists.GOOD[1:]) for at in range(4)]
    rows = [lists.entry(s.pk, thesis.pk, levels=level) for s, level in zip(startups, levels, strict=True)]
    lists.store(Side.INVESTOR, investor.pk, rows)
    return startups


def asked(*startups: Startup) -> str:
    return COMPARE + "?" + "&".join(f"with={startup.public_id}" for startup in startups)


def test_each_factor_is_one_line_best_score_first(as_user: As, li_wei: User, market: list[Startup]) -> None:
    found = as_user(li_wei).get(asked(market[2], market[0])).context["comparison"]

    assert [card.name for card in found.cards] == ["Startup 0", "Startup 2"]
    assert [line.label for line in found.lines][:2] == ["Sector", "Stage"]
    assert [level.percent for level in found.lines[0].levels] == [100, 60]


def test_who_is_on_no_list_is_said_to_be_so(as_user: As, li_wei: User, market: list[Startup]) -> None:
    page = as_user(li_wei).get(asked(market[0], factories.make_startup("Elsewhere")))

    assert [card.score for card in page.context["comparison"].cards][1:] == [None]
    assert page.content.decode().count("not on your list now") == 1


def test_who_may_not_be_seen_is_as_good_as_nobody(as_user: As, li_wei: User, market: list[Startup]) -> None:
    draft = factories.make_startup("Draft", status=Status.DRAFT)

    assert as_user(li_wei).get(asked(market[0], draft)).headers["Location"] == "/shortlist/"
    assert as_user(li_wei).get(COMPARE + "?with=../x&with=%FF").headers["Location"] == "/shortlist/"


def test_two_and_four_take_the_same_queries(as_user: As, li_wei: User, market: list[Startup]) -> None:
    client, counts = as_user(li_wei), []
    client.get(asked(*market))
    for size in (2, 4):
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(asked(*market[:size])).context["comparison"].cards) == size
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("change", [{"matching_consent": False}, {"status": Status.RETURNED}])
def test_who_withdrew_compares_nobody(
    as_user: As, li_wei: User, market: list[Startup], change: dict[str, object]
) -> None:
    client = as_user(li_wei)
    assert client.get(asked(*market)).status_code == 200
    Investor.objects.update(**change)
    assert client.get(asked(*market)).headers["Location"] == "/shortlist/"


def test_who_withdrew_is_compared_by_nobody(as_user: As, li_wei: User, market: list[Startup]) -> None:
    client = as_user(li_wei)
    Startup.objects.filter(pk=market[0].pk).update(matching_consent=False)
    found = client.get(asked(*market)).context["comparison"]
    assert [card.name for card in found.cards] == ["Startup 1", "Startup 2", "Startup 3"]
