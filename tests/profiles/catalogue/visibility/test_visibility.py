"""Who may see which field, and which profiles exist for whom."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from profiles import models
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.catalogue.taxonomy.selectors import money
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import Viewer, viewer_of
from profiles.catalogue.visibility.fields import GROUPS
from profiles.catalogue.visibility.policy import PARTS, POLICY, audience_of, matchable
from profiles.choices import Audience, Purpose, Side, Status
from tests import factories
from tests.profiles.standings import ABROAD, CIRCLES, EXACT, OWN, fields_of, viewers

# --- Which profiles exist for whom --------------------------------------------------------------------------


def test_only_published_startups_exist_for_a_checked_investor(li_wei):
    for status, consents in product(Status, (True, False)):
        factories.make_startup(f"{status} {consents}", status=status, matching_consent=consents)
    (published,) = access.startups_for(viewer_of(li_wei))
    assert (published.status, published.matching_consent) == (Status.APPROVED, True)


def test_only_a_checked_investor_sees_startups(startup, li_wei):
    for status in Status:
        models.Investor.objects.update(status=status)
        assert access.startups_for(viewer_of(li_wei)).count() == (status == Status.APPROVED)


def test_what_exists_for_whom(startup, ayesha, li_wei, sana, stranger):
    other = factories.make_startup("Chenab Cloud")
    operator = models.User.objects.create_superuser("root@example.com", "x")
    locked = factories.make_partner("locked@example.com", li_wei.membership.investor)
    locked.is_active = False
    for users, startups, investors in (
        ([ayesha], {startup}, 1),
        ([li_wei, sana], {startup, other}, 1),
        ([stranger, operator, locked, None], set(), 0),
    ):
        for user in users:
            viewer = viewer_of(user)
            assert set(access.startups_for(viewer)) == startups, user
            assert access.investors_for(viewer).count() == investors, user


def test_an_unpublished_profile_shows_nothing_even_if_somebody_holds_it(startup):
    startup.status = Status.RETURNED
    seen = access.see(startup, viewers(Side.STARTUP, startup.pk)["mutual"])
    assert set(seen.hidden) == set(POLICY[Side.STARTUP])
    assert (seen.name, seen.summary, seen.needs) == (None, None, None)


# --- Cost ---------------------------------------------------------------------------------------------------


def look_at_everything(side: Side, state: str = "owner") -> int:
    """Read every field of every profile of a side; return the number of queries."""
    rows = access.with_related(OWN[side]._default_manager.order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        for profile in rows:
            viewer = viewers(side, profile.pk)[state]
            seen = access.see(profile, viewer)
            [*map(str, (seen.title, *seen.display.values(), *seen.missing))]
            for part in set(PARTS) & set(seen.names):
                [*(list(row.display.values()) for row in getattr(seen, part) or ())]
    return len(queries)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", ["owner", "matched"])
def test_three_profiles_cost_the_queries_of_one(db, side, state):
    fill: Any = filled_startup if side is Side.STARTUP else filled_investor
    fill("One")
    one = look_at_everything(side, state)
    fill("Two")
    fill("Three")
    assert look_at_everything(side, state) == one


def filled_startup(name: str) -> models.Startup:
    startup = factories.make_startup(name, place=models.Place.objects.get(code="PK-LHE"))
    startup.other_sectors.set(models.Sector.objects.filter(code__in=["NET01", "NET02"]))
    startup.operating_places.set(models.Place.objects.filter(code__in=["PK-SD", "CN-GD"]))
    for code in ("cloud", "hardware"):
        need = startup.needs.create(
            type=models.NeedType.objects.get(code=code), province=models.Place.objects.get(code="PK-SD")
        )
        need.forms.set(startup.forms.all())
    startup.traction.create(label="Users", value=120, as_of_on="2026-01-01", source="Own count")
    startup.partners.create(name="A cloud", provides="Servers", share_pct=62)
    return startup


def filled_investor(name: str) -> models.Investor:
    investor = factories.make_investor(name)
    factories.make_thesis(investor, "Second").sectors_out.set(models.Sector.objects.filter(code="FIN"))
    for code in ("cloud", "hardware"):
        offer = investor.offers.create(type=models.NeedType.objects.get(code=code))
        offer.regions.set(models.Place.objects.filter(code__in=["PK-SD", "CN-GD"]))
    for month in (1, 2):
        investor.deals.create(startup_name=f"Deal {month}", closed_on=f"2026-0{month}-01")
    return investor


# --- Words --------------------------------------------------------------------------------------------------


def test_fields_read_in_the_active_language(startup):
    seen = access.see(startup, viewers(Side.STARTUP, startup.pk)["matched"])
    for language, stage in (("en", "Seed"), ("zh-hans", "种子轮"), ("ur", "سیڈ")):
        with translation.override(language):
            assert stage in seen.display["stage"]


def test_empty_and_hidden_fields_read_as_nothing(startup):
    seen = access.see(startup, viewers(Side.STARTUP, startup.pk)["matched"])
    assert (seen.display["ip_policy"], seen.display["cap_table"]) == ("", "")
    assert {"ip_policy", "licences"} <= set(seen.missing)
    assert not {"cap_table", "stage"} & set(seen.missing)
    assert seen.labels["ip_policy"] == "intellectual property"
    assert seen.display["languages"] == "English, Urdu"


pytestmark = pytest.mark.attack


@pytest.fixture
def profiles(db):
    return {Side.STARTUP: factories.make_startup(), Side.INVESTOR: factories.make_investor()}


def test_a_deal_hides_whom_it_was_with():
    assert fields_of(models.Deal) - set(PARTS["deals"]) == {"startup", "investor"}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", CIRCLES)
def test_the_policy_holds_for_every_field_and_viewer(profiles, side, state):
    profile = profiles[side]
    seen = access.see(profile, viewers(side, profile.pk)[state])
    expected = {
        name
        for name, rule in POLICY[side].items()
        if audience_of(profile, name) in CIRCLES[state]
        and (not rule.is_exact or state in EXACT)
        and (not rule.crosses_border or state in ABROAD)
    }
    assert set(POLICY[side]) - set(seen.hidden) == expected


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("choice", [Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY])
def test_the_owner_decides_about_each_group(profiles, side, choice):
    profile = profiles[side]
    for key, group in GROUPS[side].items():
        profile.visibility = {key: choice.value}
        audience = choice if choice in group.choices else group.default
        assert {audience_of(profile, name) for name, rule in POLICY[side].items() if rule.group == key} == {
            audience
        }


def test_a_choice_that_is_not_offered_counts_for_nothing(startup):
    startup.visibility = {"contact": "public", "ask": "everyone", "name": 7}
    assert audience_of(startup, "contact_email") is Audience.MUTUAL
    assert audience_of(startup, "ask") is Audience.MUTUAL
    assert audience_of(startup, "name") is Audience.MATCHED


def test_what_is_not_declared_does_not_exist(startup):
    seen = access.see(startup, Viewer(user_id=1, startup_id=startup.pk))
    with pytest.raises(AttributeError):
        seen.name_key  # noqa: B018
    with pytest.raises(AttributeError):
        seen.memberships  # noqa: B018


def test_only_opted_in_figures_are_matched(startup):
    figures = ("ask", "ask_min_usd", "revenue_band")
    assert not any(matchable(startup, name) for name in (*figures, "name_key"))
    assert matchable(startup, "stage")
    startup.visibility = {"ask": "matched", "revenue": "matched"}
    assert all(matchable(startup, name) for name in figures)


def test_an_outsider_reads_the_band_and_the_owner_the_amount(startup):
    startup.visibility = {"ask": "matched"}
    states = viewers(Side.STARTUP, startup.pk)
    band = access.see(startup, states["matched"]).ask
    exact = access.see(startup, states["owner"]).ask
    assert (band.low, band.high, band.currency, band.is_band) == (150_000, 650_000, "USD", True)
    assert (exact.low, exact.high, exact.is_band) == (200_000, 500_000, False)
    assert str(exact) == "USD 200,000 – 500,000"
    assert access.see(startup, states["curator"]).ask.is_band
    assert not access.see(startup, states["curator with a reason"]).ask.is_band


def test_two_asks_in_the_same_bands_look_the_same(startup):
    startup.visibility = {"ask": "matched"}
    viewer = viewers(Side.STARTUP, startup.pk)["matched"]
    before = access.see(startup, viewer).ask
    startup.ask_min_usd, startup.ask_max_usd = 160_000, 640_000
    assert access.see(startup, viewer).ask == before


@pytest.mark.parametrize(("low", "high", "span"), [
    (None, None, None), (0, 0, (0, 0)), (4_999, 5_000, (0, 0)), (100_000, 150_000, (7, 7)),
    (100_000, 100_000, (6, 7)), (149_999, 150_001, (7, 8)), (None, 40_000, (0, 4)),
    (40_000, None, (5, 23)), (10**12, 10**12, (23, 23)),
])  # fmt: skip
def test_bands(low, high, span):
    assert money.span(low, high) == span


def test_a_contact_needs_both_a_yes_and_the_consent(startup, ayesha):
    startup.contact_name = "Ayesha Khan"
    startup.save()
    mutual = viewers(Side.STARTUP, startup.pk)["mutual"]
    assert access.see(startup, mutual).contact_name is None
    consent = models.Consent.objects.create(
        startup=startup, purpose=Purpose.CROSS_BORDER, text_version=TEXT_VERSION, given_by=ayesha
    )
    assert access.see(startup, mutual).contact_name == "Ayesha Khan"
    assert access.see(startup, viewers(Side.STARTUP, startup.pk)["matched"]).contact_name is None
    consent.withdrawn_at = timezone.now()
    consent.save()
    assert access.see(startup, mutual).contact_name is None


CANARY = "Zyxwvu Qanat"


@pytest.mark.parametrize("field", ["name_en", "name_zh", "name_ur"])
def test_a_hidden_name_is_nowhere(startup, field):
    name = {"name_en": CANARY, "name_zh": "暗河水务", "name_ur": "پوشیدہ نہر"}[field]
    startup.visibility = {"name": "mutual"}
    setattr(startup, field, name)
    startup.website = "https://www.hidden-qanat.example/about"
    startup.pitch = f"At {name.upper()} we halve the water"
    startup.summary_en = f"{name} ({name}) see hidden-qanat.example"
    startup.licences = f"Held by {name}"
    startup.save()
    startup.needs.create(type=models.NeedType.objects.get(code="cloud"), description=f"{name} wants servers")
    matched, mutual = (viewers(Side.STARTUP, startup.pk)[state] for state in ("matched", "mutual"))
    assert not leaks(access.see(startup, matched), name, "hidden-qanat")
    assert leaks(access.see(startup, mutual), name, "hidden-qanat")
    assert access.see(startup, matched).title == "Startup: Smart irrigation and water management, Punjab"


def leaks(seen: Any, *secrets: str) -> bool:
    """Whether any word of what is seen gives a secret away."""
    values = [str(getattr(seen, name)) for name in seen.names] + [str(seen), *seen.display.values()]
    values += [str(getattr(row, name)) for row in seen.needs or () for name in row.names]
    return any(secret.lower() in value.lower() for secret in secrets for value in values)


def test_a_hidden_name_is_blotted_out_however_it_is_spelled(startup):
    for name, text, seen in (
        ("Zyxwvu Qanat", "ZyxwvuQanat, zyxwvu-qanat and Zyxwvu  Qanat", "…, … and …"),
        ("AI", "AI is said to aid AI-farms", "AI is said to aid …-farms"),
        ("水尺", "水尺灌溉", "…灌溉"),
        ("Rise", "Rise lifts enterprise sales; rise’s tools", "… lifts enterprise sales; …’s tools"),
        ("Water", "Water pumps save water. Farmers trust Water", "Water pumps save water. Farmers trust …"),
        ("water", "Water pumps save water", "Water pumps save water"),
        ("Lahore", "Made in Lahore for farmers", "Made in Lahore for farmers"),
        ("灌溉", "智能灌溉系统", "智能灌溉系统"),
        ("Water Qanat", "Water for fields by water-qanat", "Water for fields by …"),
    ):
        startup.visibility, startup.name_en, startup.pitch = {"name": "mutual"}, name, text
        assert access.see(startup, viewers(Side.STARTUP, startup.pk)["matched"]).pitch == seen


def test_a_canary_in_a_hidden_group_shows_nowhere(startup):
    for group in GROUPS[Side.STARTUP]:
        texts = {
            name: models.Startup._meta.get_field(name)
            for name, rule in POLICY[Side.STARTUP].items()
            if rule.group == group and name in fields_of(models.Startup)
        }
        for name, field in texts.items():
            if field.get_internal_type() in ("CharField", "TextField") and not getattr(
                field, "choices", None
            ):
                setattr(startup, name, CANARY)
        startup.visibility = {group: GROUPS[Side.STARTUP][group].choices[-1].value}
        startup.save()
        startup.traction.create(label=CANARY, value=1, as_of_on="2026-01-01", source=CANARY)
        startup.partners.create(name=CANARY, provides=CANARY, share_pct=62)
        others = {key: known.choices[-1].value for key, known in GROUPS[Side.STARTUP].items()}
        startup.visibility = others
        seen = access.see(startup, viewers(Side.STARTUP, startup.pk)["matched"])
        rows = [
            str(getattr(row, name))
            for part in (seen.traction or (), seen.partners or ())
            for row in part
            for name in row.names
        ]
        assert not leaks(seen, CANARY)
        assert not [value for value in rows if CANARY in value]


def test_a_private_note_is_for_its_owner(li_wei):
    investor = models.Investor.objects.get()
    investor.theses.update(note=CANARY)
    viewer = viewers(Side.INVESTOR, investor.pk)
    assert access.see(investor, viewer["matched"]).theses[0].note is None
    assert access.see(investor, viewer["mutual"]).theses[0].note is None
    assert access.see(investor, viewer["mutual"]).theses[0].name == "Seed in food and farming"
    assert access.see(investor, viewer["matched"]).theses[0].name is None
    assert access.see(investor, viewer["owner"]).theses[0].note == CANARY


def test_a_startup_never_learns_of_another_through_a_deal(startup, li_wei):
    investor = models.Investor.objects.get()
    investor.deals.create(startup=startup, startup_name="", closed_on="2026-02-01", amount=9, amount_usd=9)
    viewer = viewers(Side.INVESTOR, investor.pk)
    for state in ("matched", "mutual"):
        deal = access.see(investor, viewer[state]).deals[0]
        assert (deal.startup_name, deal.amount, deal.stake_pct) == (None, None, None)
        with pytest.raises(AttributeError):
            deal.startup  # noqa: B018
    assert access.see(investor, viewer["owner"]).deals[0].startup_name == "Indus Grow"


def test_a_blind_first_look_hides_name_and_founders_until_interest(startup):
    startup.visibility, startup.founders = {"founders": "matched"}, "Ayesha Khan"
    blind = Viewer(user_id=1, investor_id=1, is_checked=True, is_blind=True)
    curious = replace(blind, interested=frozenset({startup.pk}))
    for viewer, seen in ((blind, (None, None)), (curious, ("Indus Grow", "Ayesha Khan"))):
        found = access.see(startup, viewer)
        assert (found.name, found.founders) == seen
