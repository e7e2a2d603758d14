"""The members' directory: whom the other side may see, by name and without scores.

What of them is shown is tested where the lists are (lists, tests/attack/test_canaries.py, test_left_out.py).
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.models.pair_action import CuratorOverride, Pass
from profiles.choices import Audience, Status
from profiles.models import NeedType, Offer, Place, User
from tests.factories import make_investor, make_startup

DIRECTORY = reverse("directory")


def cards(client, query=""):
    return client.get(f"{DIRECTORY}{query}").context["matches"].cards


def names(client, query=""):
    return [card.name for card in cards(client, query)]


def test_an_investor_browses_the_startups_it_may_see_by_name_and_no_others(as_user, li_wei, investor):
    for status in set(Status) - {Status.APPROVED}:
        make_startup(f"Is {status}", status=status)
    make_startup("No consent", matching_consent=False)
    make_startup("Not confirmed", stale_at=timezone.now())
    make_startup("Zarai")
    make_startup("imported", is_unclaimed=True)
    make_startup("Secret", visibility={"name": Audience.MUTUAL})
    pair = {"investor": investor, "by": li_wei}
    CuratorOverride.objects.create(
        startup=make_startup("Kept away"), kind=OverrideKind.HIDE, note="x", **pair
    )
    Pass.objects.create(startup=make_startup("Passed"), side=Side.INVESTOR, reason=PassReason.TEAM, **pair)
    make_investor("A rival")

    client = as_user(li_wei)

    hidden = "Startup: Smart irrigation and water management, Punjab"
    assert names(client) == ["imported", "Zarai", hidden]
    assert [card.is_unclaimed for card in cards(client)] == [True, False, False]
    page = client.get(DIRECTORY).content.decode()
    assert page.count("Not on Corridor yet") == 1
    assert 'class="score"' not in page
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    assert names(client) == [hidden] * 3


def test_hidden_names_follow_the_others_over_all_pages(partner):
    """Each page has its own part, also where the names end; a profile knows those beside it."""
    shown = [make_startup(f"Farm {number:02}") for number in range(7)]
    hidden = [make_startup(f"A {number}", visibility={"name": Audience.MUTUAL}) for number in range(15)]

    pages = [[card.public_id for card in cards(partner, f"?page={number}")] for number in (1, 2, 3)]
    everyone = [startup.public_id for startup in [*shown, *hidden]]
    assert pages == [everyone[:10], everyone[10:20], everyone[20:]]
    address = reverse("match", args=[hidden[12].public_id]) + "?view=plain"
    beside = partner.get(address, headers={"referer": f"http://testserver{DIRECTORY}?page=2"}).context[
        "place"
    ]
    assert [beside.position, beside.previous, beside.next] == [20, everyone[18], everyone[20]]


def test_a_startup_browses_the_investors_and_filters_them(as_user, ayesha):
    labs = make_investor("Zhejiang Labs", place=Place.objects.get(code="CN-ZJ"))
    Offer.objects.create(investor=labs, type=NeedType.objects.get(code="cloud"))
    make_investor("anhui Fund")

    client = as_user(ayesha)

    assert names(client) == ["anhui Fund", "Zhejiang Labs"]
    assert names(client, "?need=cloud") == names(client, "?place=CN-ZJ") == ["Zhejiang Labs"]
    assert names(client, "?place=CN&sector=AGR&stage=seed&form=equity") == ["anhui Fund", "Zhejiang Labs"]
    first = cards(client)[0].public_id
    assert f'href="/matches/{first}/?view=plain"' in client.get(DIRECTORY).content.decode()


def test_the_old_address_leads_here_with_its_filters(as_user, li_wei):
    answer = as_user(li_wei).get("/matches/?view=plain&sector=AGR")
    assert answer.headers["Location"] == f"{DIRECTORY}?sector=AGR"


def test_one_and_three_startups_cost_the_same(partner, same_queries):
    for found in (("a",), ("b", "c")):
        for name in found:
            make_startup(name)
        partner.get(DIRECTORY)  # the first reading of a day writes its receipts
        with same_queries():
            assert cards(partner)


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.SUBMITTED])
def test_who_is_not_approved_sees_nobody(as_user, li_wei, investor, startup, status):
    type(investor).objects.update(status=status)
    assert names(as_user(li_wei)) == []
