"""Which profiles exist for whom, what reading them costs, and how they read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from profiles.choices import Side, Status
from profiles.models import Investor, NeedType, Place, Sector, Startup, User
from profiles.visibility import access
from profiles.visibility.access import viewer_of
from profiles.visibility.policy import PARTS, POLICY
from tests import factories
from tests.profiles.standings import OWN, SEE, viewers

# --- Which profiles exist for whom --------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("consents", [True, False])
def test_only_published_startups_exist_for_a_checked_investor(
    li_wei: User, status: str, consents: bool
) -> None:
    factories.make_startup(status=status, matching_consent=consents)
    expected = 1 if status == Status.APPROVED and consents else 0
    assert access.startups_for(viewer_of(li_wei)).count() == expected


@pytest.mark.parametrize("status", Status)
def test_only_a_checked_investor_sees_startups(startup: Startup, li_wei: User, status: str) -> None:
    Investor.objects.update(status=status)
    assert access.startups_for(viewer_of(li_wei)).count() == (status == Status.APPROVED)


def test_what_exists_for_whom(
    startup: Startup, ayesha: User, li_wei: User, sana: User, stranger: User
) -> None:
    other = factories.make_startup("Chenab Cloud")
    operator = User.objects.create_superuser("root@example.com", "x")
    everybody = {
        "ayesha": ayesha,
        "li_wei": li_wei,
        "sana": sana,
        "stranger": stranger,
        "root": operator,
        "nobody": None,
    }
    found = {
        name: (
            set(access.startups_for(viewer_of(user)).values_list("pk", flat=True)),
            access.investors_for(viewer_of(user)).count(),
        )
        for name, user in everybody.items()
    }
    assert found == {
        "ayesha": ({startup.pk}, 1),
        "li_wei": ({startup.pk, other.pk}, 1),
        "sana": ({startup.pk, other.pk}, 1),
        "stranger": (set(), 0),
        "root": (set(), 0),
        "nobody": (set(), 0),
    }


def test_a_locked_account_sees_nothing(li_wei: User, startup: Startup) -> None:
    li_wei.is_active = False
    assert access.startups_for(viewer_of(li_wei)).count() == 0


def test_an_unpublished_profile_shows_nothing_even_if_somebody_holds_it(startup: Startup) -> None:
    startup.status = Status.RETURNED
    seen = access.see_startup(startup, viewers(Side.STARTUP, startup.pk)["mutual"])
    assert set(seen.hidden) == set(POLICY[Side.STARTUP])
    assert (seen.name, seen.summary, seen.needs) == (None, None, None)


# --- Cost ---------------------------------------------------------------------------------------------------


def look_at_everything(side: Side, state: str = "owner") -> int:
    """Read every field of every profile of a side; return the number of queries."""
    rows = access.with_related(OWN[side]._default_manager.order_by("pk"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for profile in rows:
            viewer = viewers(side, profile.pk)[state]
            seen = SEE[side](profile, viewer)
            [*map(str, (seen.title, *seen.display.values(), *seen.missing))]
            for part in set(PARTS) & set(seen.names):
                [*(list(row.display.values()) for row in getattr(seen, part) or ())]
    return len(queries)


@pytest.mark.parametrize("state", ["owner", "mutual", "matched"])
def test_three_startups_cost_the_queries_of_one(db: None, state: str) -> None:
    filled_startup("One")
    one = look_at_everything(Side.STARTUP, state)
    filled_startup("Two")
    filled_startup("Three")
    assert look_at_everything(Side.STARTUP, state) == one


@pytest.mark.parametrize("state", ["owner", "mutual", "matched"])
def test_three_investors_cost_the_queries_of_one(db: None, state: str) -> None:
    filled_investor("One")
    one = look_at_everything(Side.INVESTOR, state)
    filled_investor("Two")
    filled_investor("Three")
    assert look_at_everything(Side.INVESTOR, state) == one


def filled_startup(name: str) -> Startup:
    startup = factories.make_startup(name, place=Place.objects.get(code="PK-LHE"))
    startup.other_sectors.set(Sector.objects.filter(code__in=["NET01", "NET02"]))
    startup.operating_places.set(Place.objects.filter(code__in=["PK-SD", "CN-GD"]))
    for code in ("cloud", "hardware"):
        need = startup.needs.create(
            type=NeedType.objects.get(code=code), province=Place.objects.get(code="PK-SD")
        )
        need.forms.set(startup.forms.all())
    startup.traction.create(label="Users", value=120, as_of_on="2026-01-01", source="Own count")
    startup.partners.create(name="A cloud", provides="Servers", share_pct=62)
    return startup


def filled_investor(name: str) -> Investor:
    investor = factories.make_investor(name)
    factories.make_thesis(investor, "Second").sectors_out.set(Sector.objects.filter(code="FIN"))
    for code in ("cloud", "hardware"):
        offer = investor.offers.create(type=NeedType.objects.get(code=code))
        offer.regions.set(Place.objects.filter(code__in=["PK-SD", "CN-GD"]))
    for month in (1, 2):
        investor.deals.create(startup_name=f"Deal {month}", closed_on=f"2026-0{month}-01")
    return investor


# --- Words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "stage"), [("en", "Seed"), ("zh-hans", "种子轮"), ("ur", "سیڈ")])
def test_fields_read_in_the_active_language(startup: Startup, language: str, stage: str) -> None:
    seen = access.see_startup(startup, viewers(Side.STARTUP, startup.pk)["matched"])
    with translation.override(language):
        assert stage in seen.display["stage"]


def test_empty_and_hidden_fields_read_as_nothing(startup: Startup) -> None:
    seen = access.see_startup(startup, viewers(Side.STARTUP, startup.pk)["matched"])
    assert (seen.display["ip_policy"], seen.display["cap_table"]) == ("", "")
    assert {"ip_policy", "licences"} <= set(seen.missing)
    assert not {"cap_table", "stage"} & set(seen.missing)
    assert seen.labels["ip_policy"] == "intellectual property"
    assert seen.display["languages"] == "English, Urdu"
