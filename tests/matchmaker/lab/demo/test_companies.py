"""The demonstration and synthetic markets: complete, marked, repeatable, and never in a person's way."""

from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from profiles.catalogue.visibility.access import country_of
from profiles.companies.held_edits.selectors import newest
from profiles.companies.steps import services as companies
from profiles.companies.steps.selectors import usual_review
from profiles.models import (
    AuditRecord,
    Consent,
    Deal,
    ExchangeRate,
    Investor,
    Membership,
    Need,
    Offer,
    Place,
    Sector,
    Startup,
    Thesis,
    User,
)
from tests.sealing import seal_and_verify

TABLES = (Startup, Investor, Thesis, Offer, Need, Deal, Consent, Membership, User, AuditRecord)


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True
    call_command("load_demo", companies=True, verbosity=0)


def sizes() -> list[int]:
    return [model._default_manager.count() for model in TABLES]


def contents() -> list[list[Any]]:
    """Every profile and deal without its key and moments."""

    def rows(model: Any, *names: str) -> list[Any]:
        return list(model.objects.order_by("investor__public_id", "pk").values_list(*names))

    left_out = {"id", "created_at", "changed_at", "submitted_at", "reviewed_at", "confirmed_on"}
    keep = [
        [field.attname for field in model._meta.concrete_fields if field.name not in left_out]
        for model in (Startup, Investor)
    ]
    return [
        list(Startup.objects.order_by("public_id").values_list(*keep[0])),
        list(Investor.objects.order_by("public_id").values_list(*keep[1])),
        rows(Deal, "startup_name", "closed_on", "amount_usd"),
        rows(Thesis, "name", "ticket_min", "sectors__code"),
    ]


def test_the_demonstration_is_whole_and_loading_it_twice_changes_nothing(demo, settings):
    assert [Startup.objects.count(), Investor.objects.count(), Deal.objects.count()] == [64, 40, 38]
    for model in (Startup, Investor, Deal):
        assert not model._default_manager.filter(is_demo=False).exists()
    assert not Startup.objects.filter(matching_consent=False).exists()
    assert Investor.objects.filter(theses=None).count() == 0
    assert Deal.objects.filter(startup=None).count() == 0
    theses = Counter(Thesis.objects.values_list("investor__website", flat=True))
    assert {website for website, count in theses.items() if count == 2} == {
        f"https://{slug}.example"
        for slug in ("palmcrest-growth", "bamboo-bridge-impact", "northmere-dfi", "qiongcang-sensing")
    }
    assert seal_and_verify().holds
    usual = "Half of the last 100 reviews took at most 2 days, nineteen of twenty at most 3."
    assert usual_review() == f"{usual} These include demo records."
    sole = Thesis.objects.get(investor__website="https://chengsui-agritech.example")
    with override("ur"):
        assert str(sole) == "پہلی ترجیحات"

    roles = {"founder": "startup", "investor": "investor", "curator": "curator"}
    people = User.objects.filter(is_active=True)
    assert {user.email: user.role for user in people} == {
        settings.DEMO_ACCOUNTS[persona]: role for persona, role in roles.items()
    }
    for user in people:
        assert user.emailaddress_set.get().verified
        assert user.check_password(settings.DEMO_PASSWORD)

    before, kept = sizes(), contents()
    call_command("load_demo", companies=True, verbosity=0)
    assert (sizes(), contents()) == (before, kept)


def test_loading_again_keeps_what_people_did(demo):
    ayesha = User.objects.get(full_name="Ayesha Khan")
    startup = ayesha.membership.startup
    assert startup is not None
    companies.edit(
        startup, changes={"pitch": "Our own words"}, rows={"needs": []}, by=ayesha, at=timezone.now()
    )
    ayesha.set_password("a-password-of-my-own")
    ayesha.full_name = "Ayesha K."
    ayesha.save()
    Investor.objects.filter(name_en="Thal Kisan Estates").delete()
    call_command("load_demo", companies=True, verbosity=0)
    startup.refresh_from_db()
    ayesha.refresh_from_db()
    assert (newest(startup).pitch, startup.needs.count(), Startup.objects.count()) == ("Our own words", 0, 64)
    assert (ayesha.full_name, ayesha.check_password("a-password-of-my-own")) == ("Ayesha K.", True)
    assert Investor.objects.count() == 40


def test_without_the_demo_switch_nobody_gets_a_public_password(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo", companies=True, verbosity=0)
    assert (User.objects.count(), Startup.objects.count()) == (0, 0)


def test_the_tables_load_twice_and_keep_what_curators_did(db):
    Sector.objects.filter(code="AGR01").update(name_en="Water for fields", is_active=False)
    Place.objects.filter(code="PK-LHE").update(name_en="Lahor")
    before = [model._default_manager.count() for model in (Sector, Place, ExchangeRate)]
    call_command("load_tables", verbosity=0)
    assert [model._default_manager.count() for model in (Sector, Place, ExchangeRate)] == before
    sector = Sector.objects.get(code="AGR01")
    assert (sector.name_en, sector.is_active) == ("Water for fields", False)
    assert Place.objects.get(code="PK-LHE").name_en == "Lahore"


def seed(**options: Any) -> None:
    call_command("seed_market", **{"startups": 60, "investors": 20, "seed": 3, "verbosity": 0, **options})


def test_the_same_seed_gives_the_same_market_and_is_sown_once(db):
    seed()
    first = contents()
    assert [len(rows) for rows in first[:2]] == [60, 20]
    seed(clear=True)
    assert contents() == first
    seed(clear=True, seed=4)
    assert contents() != first
    for refused in ({"seed": 4}, {"seed": 5, "startups": 0}):
        with pytest.raises(CommandError):
            seed(**refused)
    seed()
    assert Startup.objects.count() == 120


def test_nobody_is_invented_outside_of_the_demonstration(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="CORRIDOR_DEMO=1"):
        seed()
    assert not Startup.objects.exists()


def test_clearing_leaves_the_demonstration(demo):
    before = sizes()[:6]
    seed()
    seed(clear=True, seed=4, startups=1, investors=1)
    assert (Startup.objects.count(), Investor.objects.count()) == (65, 41)
    assert before[:2] == [64, 40]


def test_a_seeded_market_is_believable(db):
    seed(startups=400, investors=80)
    assert not Startup.objects.exclude(is_demo=True, status="approved", matching_consent=True).exists()
    for one in (*Startup.objects.select_related("place"), *Investor.objects.select_related("place")):
        assert one.approved_country == country_of(one) != ""
    names = Startup.objects.values_list("name_en", flat=True)
    assert len(set(names)) == 400
    assert not Startup.objects.filter(name_ur="").exists() | Startup.objects.filter(name_zh="").exists()
    assert {"USD", "PKR"} == set(Startup.objects.values_list("ask_currency", flat=True))
    assert Startup.objects.values("primary_sector").distinct().count() > 30
    assert Startup.objects.filter(ask_max_usd__lt=1).count() == 0
    assert Deal.objects.filter(startup=None).exists() & Deal.objects.filter(startup__isnull=False).exists()
