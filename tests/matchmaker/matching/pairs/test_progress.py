"""Who is new to a person, and when it is done for today."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.models.pair_action import Look
from matchmaker.models.ranking import RankingRun
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_account
from profiles.models import Startup
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
LIST = reverse("matches")


@pytest.fixture
def partner(li_wei, as_user):
    """Li Wei, whose list has three startups that no one has opened."""
    for at in range(3):
        ranked.make_startup(at)
    ranked.rank_whole()
    return as_user(li_wei)


def page(client, public_id):
    return client.get(reverse("match", args=[public_id])).content.decode()


def test_who_goes_through_the_new_ones_is_done_when_all_are_opened(partner, li_wei, as_user):
    run = RankingRun.objects.latest("pk")
    assert "You have not opened 3 of your recommended matches." in partner.get(LIST).content.decode()
    new = partner.get(LIST).context["progress"].new
    listed = [card.public_id for card in partner.get(LIST).context["matches"].cards]
    assert list(new) == listed[:3]
    first = page(partner, new[0])
    assert "2 new matches to view" in first
    assert f'data-key="n" href="{reverse("match", args=[new[1]])}"' in first
    assert "not opened 2 of your recommended matches" in partner.get(LIST).content.decode()
    page(partner, new[0])  # a second look changes nothing
    assert "1 new match to view" in page(partner, new[1])
    last = page(partner, new[2])
    assert "Done for today: you have looked at all 3 new matches." in last
    assert "new match to view" not in last
    listed_again = partner.get(LIST).content.decode()
    assert "Done for today: you have looked at all 3 new matches." in listed_again
    due = run.finished_at + timedelta(days=1)
    assert f'datetime="{due:%Y-%m-%dT%H:%M}' in listed_again.replace(due.strftime("+00:00"), "")
    colleague = factories.make_partner("colleague@example.com", li_wei.membership.investor)
    assert (
        "You have not opened 3 of your recommended matches." in as_user(colleague).get(LIST).content.decode()
    )


def test_another_day_nobody_is_new_until_somebody_is(partner, li_wei):
    for public_id in partner.get(LIST).context["progress"].new:
        page(partner, public_id)
    Look.objects.update(at=timezone.now() - timedelta(days=3))
    RankingRun.objects.update(finished_at=timezone.now() - timedelta(days=2))
    shown = partner.get(LIST).content.decode()
    assert "There are no new matches since your last visit." in shown
    assert "All lists will soon be ranked again." in shown
    ranked.make_startup(4)
    ranked.rank_whole()
    assert "You have not opened 1 of your recommended matches." in partner.get(LIST).content.decode()


def test_whom_the_company_has_chosen_passed_or_cannot_see_is_not_new(partner, li_wei):
    one, two, three = Startup.objects.order_by("pk")
    investor, said = li_wei.membership.investor, {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    decisions.express_interest(one, investor, **said)
    decisions.pass_on(two, investor, reason=PassReason.TEAM, **said)
    assert partner.get(LIST).context["progress"].new == (three.public_id,)
    Startup.objects.filter(pk=three.pk).update(stale_at=timezone.now())
    assert partner.get(LIST).context["progress"].new == ()


def test_looks_go_with_their_person(partner, li_wei):
    page(partner, partner.get(LIST).context["progress"].new[0])
    own = li_wei.looks.get()
    assert own.investor == li_wei.membership.investor
    assert len(copy_for(li_wei)["matchmaker.Look"]) == 1
    factories.make_partner("colleague@example.com", own.investor)  # who owns the company then
    erase_account(li_wei, at=timezone.now())
    assert not Look.objects.exists()


def test_one_and_three_new_ones_take_the_same_queries(partner, same_queries):
    partner.get(LIST)
    with same_queries():
        partner.get(LIST)
    Startup.objects.order_by("pk")[0].delete()
    with same_queries():
        partner.get(LIST)
