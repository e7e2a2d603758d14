"""The way back from a pair leads to the list as it was filtered."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from profiles.models import Startup, User

pytestmark = pytest.mark.django_db
AsUser = Callable[[User | None], Client]
FILTERED = "/matches/?sector=AGR&sort=new"


def test_the_filters_stay_also_after_an_act_on_the_page(
    as_user: AsUser, li_wei: User, startup: Startup
) -> None:
    client, page = as_user(li_wei), reverse("match", args=[startup.public_id])
    first = client.get(page, headers={"Referer": f"http://testserver{FILTERED}"})
    client.post(reverse("match_interest", args=[startup.public_id]), {"wanted": "1"})
    again = client.get(page, headers={"Referer": f"http://testserver{page}"})
    link = f'href="{FILTERED.replace("&", "&amp;")}"'
    assert (link in first.content.decode(), link in again.content.decode()) == (True, True)


@pytest.mark.parametrize(
    "referer", ["https://evil.example/matches/?sector=AGR", "", "http://testserver/home/"]
)
def test_from_elsewhere_it_leads_to_the_whole_list(
    as_user: AsUser, li_wei: User, startup: Startup, referer: str
) -> None:
    page = as_user(li_wei).get(reverse("match", args=[startup.public_id]), headers={"Referer": referer})
    assert 'class="back" href="/matches/"' in page.content.decode()
