"""What a consent leaves out is to rankings as if it were not stated, whatever the purpose and the country."""

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from profiles.catalogue.visibility.access import viewer_of
from profiles.choices import Purpose, Revenue
from profiles.companies.steps import services as companies
from profiles.companies.steps.selectors import fit
from profiles.models import Investor, Place, Startup
from tests import factories
from tests.consented import leave_out
from tests.matchmaker import ranked

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
NOTHING = {"ask_min": None, "ask_max": None, "ask_min_usd": None, "ask_max_usd": None, "revenue": ""}


def market(**fields):
    """Return a small market in which the first startup, and one partner of its own country, are looked at."""
    startups, investors = ranked.make_market(3, 3)
    Startup.objects.filter(pk=startups[0].pk).update(revenue=Revenue.PRE, **fields)
    Investor.objects.filter(pk=investors[0].pk).update(
        place=Place.objects.get(code="PK-SD"), jurisdiction="PK"
    )
    thesis = investors[0].theses.get()
    thesis.no_pre_revenue = True
    thesis.save()
    return startups, investors


def by_place(startups, investors):
    """Return what is stored of the list of the first startup, and of those of both countries' partners."""
    stored = ranked.stored_bytes()
    keys = {"own": (Side.STARTUP, startups[0].pk), "same country": (Side.INVESTOR, investors[0].pk)}
    keys["across the border"] = (Side.INVESTOR, investors[1].pk)
    return {name: stored[str(side), pk][0] for name, (side, pk) in keys.items()}


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_left_out_scores_as_if_it_were_not_stated(purpose):
    startups, investors = market()
    ranked.rank_whole()
    stated = by_place(startups, investors)
    by = factories.make_founder("owner@example.com", startups[0])

    leave_out(startups[0], {"ask", "revenue"}, {purpose}, by=by)
    assert ranked.work() == 1  # the edit asks for the ranking by itself
    left_out = by_place(startups, investors)
    assert {name for name in stated if stated[name] == left_out[name]} == set()

    companies.edit(
        startups[0], changes={"ask_min": 10, "ask_max": 20}, by=factories.any_curator(), at=timezone.now()
    )
    ranked.work()
    assert by_place(startups, investors) == left_out  # another amount moves no one

    leave_out(startups[0], (), (), by=by)
    Startup.objects.filter(pk=startups[0].pk).update(**NOTHING)
    ranked.touch(startups[0])
    ranked.work()
    assert by_place(startups, investors) == left_out


def test_deals_that_are_left_out_draw_no_affinity():
    _startups, investors = market()
    sector, stage = investors[0].theses.get().sectors.all()[0], None
    for month in range(1, 7):
        investors[0].deals.create(startup_name="X", closed_on=f"2026-0{month}-01", sector=sector, stage=stage)
    ranked.rank_whole()
    with_deals = ranked.stored_bytes()[str(Side.INVESTOR), investors[0].pk][0]
    by = factories.make_partner("owner@example.com", investors[0])
    leave_out(investors[0], {"deals"}, {Purpose.MATCHING}, by=by)
    ranked.work()
    left_out = ranked.stored_bytes()[str(Side.INVESTOR), investors[0].pk][0]
    assert left_out != with_deals
    investors[0].deals.all().delete()
    ranked.touch(investors[0])
    ranked.work()
    assert ranked.stored_bytes()[str(Side.INVESTOR), investors[0].pk][0] == left_out


def test_the_count_beside_a_thesis_knows_nothing_of_it(li_wei):
    shown = {"visibility": {"ask": "matched"}, "revenue": Revenue.PRE}
    startups = [factories.make_startup(f"Startup {at}", **shown) for at in range(6)]
    thesis = {"ticket_min_usd": 1, "ticket_max_usd": 2, "ticket_importance": "must", "no_pre_revenue": True}

    def admitted(**without):
        found = fit({**thesis, **without}, viewer_of(li_wei))
        return found.admitted

    assert admitted() == admitted(no_pre_revenue=False) == 0
    Startup.objects.update(withheld={"ask": ["cross_border"]})
    assert (admitted(), admitted(no_pre_revenue=False)) == (0, len(startups))
    Startup.objects.update(withheld={"ask": ["matching"], "revenue": ["showing"]})
    assert admitted() == len(startups)
