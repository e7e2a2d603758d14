"""Non-interference: what outsiders may not see leaves every stored byte as it is."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from profiles.catalogue.visibility import policy
from profiles.companies.steps import services as companies
from profiles.models import Deal, Investor, Place, Sector, Stage, Startup, Thesis
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
STARTUP, INVESTOR = Side.STARTUP, Side.INVESTOR
PARTNERS = ("Ravi Soil", "Indus Glow", "Chenab Cloud", "Kisaan Qadam")


@pytest.fixture
def rng():
    """Chance, the same in every run."""
    return random.Random(11)  # noqa: S311  the same for the same seed


@pytest.fixture
def market(rng):
    """Six startups and five investors with a long record, whose partners stand in several records."""
    investors = ranked.make_market(6, 5)[1]
    Thesis.objects.update(no_pre_revenue=True)
    Startup.objects.update(visibility={"name": "mutual"})  # the ask, the revenue and the number are hidden
    for investor in investors:
        for _deal in range(12):
            record(investor, rng, startup_name=rng.choice(PARTNERS))
    return investors


def record(investor, rng, **fields):
    """A deal of the investor, of the last three years."""
    return Deal.objects.create(
        investor=investor,
        closed_on=timezone.now().date() - timedelta(days=rng.randint(1, 1000)),
        sector=Sector.objects.get(code=rng.choice(ranked.SECTORS)),
        stage=Stage.objects.get(code=rng.choice(ranked.STAGES)),
        place=Place.objects.get(code=rng.choice(ranked.PLACES)),
        **fields,
    )


def edit_startup(rng, by, edit):
    """Edit what a startup hides, through its own service where its owner may."""
    startup = rng.choice(list(Startup.objects.order_by("pk")))
    low = rng.randint(1, 10**7)
    Startup.objects.filter(pk=startup.pk).update(
        ask_min_usd=low,
        ask_max_usd=low * 2,
        revenue=rng.choice(["pre", "post"]),
        contact_name=f"secret {edit}",
    )
    changes = {
        "name_en": f"Secret {edit}",
        "name_ur": f"راز {edit}",
        "registration_number": f"{edit:07}",
        "website": f"https://secret{edit}.example",
        "founders": f"secret {edit}",
        "revenue_band": rng.choice(["0-10k", "5m+"]),
        "cap_table": f"secret {edit}",
        "foreign_share_pct": rng.randint(0, 100),
    }
    return companies.edit(startup, changes=changes, by=factories.any_curator(), at=timezone.now())


def edit_investor(rng, by, edit):
    """Edit what an investor hides: its registration, its own note, and whom its deals were with."""
    investor = rng.choice(list(Investor.objects.order_by("pk")))
    Thesis.objects.filter(investor=investor).update(note=f"secret {edit}")
    deal = rng.choice(list(investor.deals.order_by("pk")))
    values = {"startup_name": rng.choice(PARTNERS), "amount": rng.randint(1, 10**6), "stake_pct": 3}
    companies.save_deal(investor, deal=deal, values=values, by=by, at=timezone.now())
    Deal.objects.filter(pk=deal.pk).update(startup=rng.choice([None, *Startup.objects.order_by("pk")]))
    changes = {"legal_name": f"Secret {edit}", "registry_id": f"{edit}"}
    return companies.edit(investor, changes=changes, by=factories.any_curator(), at=timezone.now())


@pytest.mark.attack
def test_hidden_fields_move_no_byte(market, rng, monkeypatch, tally, depth):
    """After many edits, one by one and computed from nothing.

    Whether money is coming in is shown to all; here it follows its owner's choice, as the amount does.
    """
    of_startups = policy.POLICY[STARTUP]
    monkeypatch.setitem(of_startups, "revenue", of_startups["revenue_band"])
    owner = factories.make_user("owner@example.com")
    ranked.rank_whole()
    before = ranked.stored_bytes()
    edits = depth(15, deep=200)
    tally.count(edits)
    for edit in range(edits):
        ranked.touch((edit_startup if rng.random() < 0.5 else edit_investor)(rng, owner, edit))
        if edit % 25 == 0:
            ranked.work()
    ranked.work()
    assert ranked.stored_bytes() == before
    ranked.rank_whole()
    assert ranked.stored_bytes() == before

    Startup.objects.update(visibility={"revenue": "matched"}, revenue="pre")  # now it counts
    ranked.touch(*Startup.objects.all())
    ranked.work()
    assert [ranked.on_list(INVESTOR, investor) for investor in market] == [[]] * 5


@pytest.mark.attack
@pytest.mark.parametrize("whole", [False, True])
def test_a_guessed_partner_is_answered_as_any_other(market, rng, whole):
    """What an investor records moves the lists alike, whether or not the name stands in another's record."""
    spy, other = market[:2]
    record(other, rng, startup_name="Hidden Gem")
    ranked.rank_whole()
    probe = record(spy, rng, startup_name="x")
    found = []
    for name in ("Hidden Gem", "Nobody At All"):
        Deal.objects.filter(pk=probe.pk).update(startup_name=name)
        ranked.touch(spy)
        ranked.work()
        if whole:
            ranked.rank_whole()
        found.append(ranked.stored_bytes())
    assert found[0] == found[1]
