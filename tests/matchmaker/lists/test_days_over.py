"""What is over is found by no filter, and an investor without a thesis in use is told so."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from profiles.models import Investor, Need, NeedType, Startup, Thesis, User
from tests.matchmaker import lists, ranked

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
UNTRUE = "misses a must-have of yours"


@pytest.fixture
def investor(li_wei: User) -> Investor:
    return li_wei.membership.investor


def day(ahead: int) -> date:
    return timezone.localdate() + timedelta(days=ahead)


def test_home_says_that_no_thesis_is_in_use(as_user: As, li_wei: User, investor: Investor) -> None:
    said = "Approved, but none of your theses is active now"
    assert said not in as_user(li_wei).get(reverse("home")).content.decode()
    investor.theses.update(active_to_on=day(-1))
    assert said in as_user(li_wei).get(reverse("home")).content.decode()


def empty(client: Client) -> str:
    return client.get(reverse("matches")).content.decode().partition("<main")[2]


@pytest.mark.parametrize("query", ["", "view=plain&"])
def test_a_need_that_is_over_is_found_by_no_filter(
    as_user: As, li_wei: User, investor: Investor, startup: Startup, query: str
) -> None:
    need = Need.objects.create(startup=startup, type=NeedType.objects.get(code="cloud"), expires_on=day(0))
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(startup.pk, investor.theses.get().pk)])
    client = as_user(li_wei)

    def found() -> tuple[int, list[str]]:
        page = client.get(f"{reverse('matches')}?{query}need=cloud").context["matches"]
        whole = client.get(f"{reverse('matches')}?{query}").context["matches"]
        return page.count, [option.term.code for option in whole.options["need"]]

    assert found() == (1, ["cloud"])
    Need.objects.filter(pk=need.pk).update(expires_on=day(-1))
    assert found() == (0, [])


def test_the_page_of_a_pair_does_not_name_a_need_that_is_over(
    as_user: As, li_wei: User, startup: Startup
) -> None:
    for code, last in (("cloud", -1), ("hardware", 0)):
        Need.objects.create(startup=startup, type=NeedType.objects.get(code=code), expires_on=day(last))
    page = as_user(li_wei).get(f"/matches/{startup.public_id}/").context["match"]
    told = {fact.label: fact.value for fact in page.portrait}
    assert told["Looks for"] == "Capital, Hardware and devices"


@pytest.mark.parametrize(
    "fields", [{"active_to_on": -1}, {"active_from_on": 1}, {"is_active": False}], ids=str
)
def test_without_a_thesis_in_use_the_empty_list_says_so(
    as_user: As, li_wei: User, startup: Startup, fields: dict[str, Any]
) -> None:
    days = {name: value if name == "is_active" else day(value) for name, value in fields.items()}
    Thesis.objects.update(**days)
    ranked.rank_whole()

    page = empty(as_user(li_wei))

    assert ("None of your theses is active now" in page, UNTRUE in page) == (True, False)
    assert f'href="{reverse("thesis_list")}"' in page


def test_with_one_in_use_it_is_the_criteria_that_leave_nobody(
    as_user: As, li_wei: User, investor: Investor
) -> None:
    lists.store(Side.INVESTOR, investor.pk, [])
    page = empty(as_user(li_wei))
    assert ("None of your theses is active now" in page, UNTRUE in page) == (False, True)
