"""The investor's pages: profile, theses with a live count, offers, deals on record."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profiles.choices import DealSource, Status
from profiles.companies.steps.forms.investor import WATCHED
from profiles.models import Deal, Investor, NeedType, Offer, Thesis
from tests.factories import MOMENT, agree, begin, make_partner, make_startup

pytestmark = pytest.mark.django_db
PROFILE = {
    "name_en": "Silk Lake Partners", "name_zh": "丝湖资本", "kind": "vc",
    "pitch": "Patient capital for clean water", "summary_en": "We invest in water and farming.",
    "place": "CN-GD", "capacity": "8", "reply_days": "14",
}  # fmt: skip
THESIS = {
    "name": "Water",
    "is_active": "on",
    "ticket_currency": "USD",
    **{f"{part}_importance": "nice" for part in ("sector", "stage", "place", "form", "ticket")},
}
MUSTS = {f"{part}_importance": "must" for part in ("sector", "place", "ticket")}
RUPEES = {**MUSTS, "ticket_currency": "PKR"}
DEAL = {"startup_name": "Somebody", "closed_on": "2025-03-01", "currency": "USD", "amount": "100000"}


def answer(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


@pytest.fixture
def partner(db):
    """A person of an investor who has not named it yet."""
    return make_partner("wang@example.com", None, full_name="Wang Fang")


@pytest.fixture
def client(partner, as_user):
    return as_user(partner)


@pytest.fixture
def investor(client):
    """The partner's investor, as the first page makes it, with its profile and no thesis yet."""
    begin(client, name_en=PROFILE["name_en"])
    client.post(reverse("investor_edit"), PROFILE)
    agree(client, "investor", "matching", "showing")
    return Investor.objects.get()


class TestProfile:
    def test_it_is_saved_and_leads_to_the_theses(self, client):
        begin(client, name_en="Silk Lake")
        assert answer(client.post(reverse("investor_edit"), PROFILE)) == (302, reverse("thesis_list"))
        agree(client, "investor", "matching", "showing")
        investor = Investor.objects.get()
        stored = (investor.name_zh, investor.capacity, investor.reply_days, investor.matching_consent)
        assert stored == ("丝湖资本", 8, 14, True)
        assert investor.jurisdiction == "CN"

    def test_nothing_else_opens_before_the_profile(self, client):
        for name in ("offer_list", "thesis_list", "deal_list", "investor_status"):
            assert answer(client.get(reverse(name))) == (302, reverse("home"))


class TestTheses:
    def test_several_with_their_strictness(self, client, investor):
        fields = {**THESIS, "sectors": ["AGR"], "sector_importance": "must", "stages_out": ["idea"]}
        assert answer(client.post(reverse("thesis_create"), fields)) == (302, reverse("thesis_list"))
        client.post(reverse("thesis_create"), {**THESIS, "name": "Energy"})
        thesis = investor.theses.get(name="Water")
        assert (thesis.sector_importance, [s.code for s in thesis.sectors.all()]) == ("must", ["AGR"])
        assert [stage.code for stage in thesis.stages_out.all()] == ["idea"]
        assert [t.name for t in client.get(reverse("thesis_list")).context["rows"]] == ["Water", "Energy"]

    def test_an_edit_replaces_what_it_names(self, client, investor):
        client.post(reverse("thesis_create"), {**THESIS, "sectors": ["AGR"]})
        thesis = investor.theses.get()
        page = reverse("thesis_edit", args=[thesis.pk])
        assert client.get(page).context["form"]["sectors"].value() == ["AGR"]
        client.post(page, {**THESIS, "name": "Clean water"})
        thesis.refresh_from_db()
        assert (thesis.name, thesis.sectors.count()) == ("Clean water", 0)

    def test_it_is_deleted(self, client, investor):
        client.post(reverse("thesis_create"), THESIS)
        client.post(reverse("thesis_delete", args=[investor.theses.get().pk]))
        assert Thesis.objects.count() == 0


class TestLiveCount:
    """How many of the published startups a thesis admits, and how many meet its wishes too."""

    @pytest.fixture(autouse=True)
    def _market(self, investor):
        Investor.objects.filter(pk=investor.pk).update(status=Status.APPROVED, submitted_at=MOMENT)
        make_startup("Visible", visibility={"ask": "matched"})
        make_startup("Private")
        make_startup("Early", stage=None, revenue="pre")
        make_startup("Draft", status=Status.DRAFT)

    def count(self, client: Client, **fields: Any) -> tuple[int, int, int]:
        page = client.post(reverse("thesis_fit"), {**THESIS, **fields})
        found = page.context["fit"]
        return found.admitted, found.wished, found.published

    def told(self, client: Client, query: str = "", **fields: Any) -> dict[str, list[str]]:
        page = client.post(reverse("thesis_fit") + query, {**THESIS, **fields})
        return {field["name"]: field["errors"] for field in page.context["told"] if field["errors"]}

    def test_bad_input_is_named_beside_its_field_and_does_not_count(self, client):
        seed = {"stages": ["seed"], "stages_out": ["seed"]}
        fields = {"ticket_min": "much", "ticket_importance": "must", **seed}
        page = client.post(reverse("thesis_fit"), {**THESIS, **fields}).content.decode()
        assert 'id="live_ticket_min" hx-swap-oob="true">Enter a number.</div>' in page
        assert 'id="live_ticket_max" hx-swap-oob="true"></div>' in page
        assert self.told(client, **fields) == {
            "ticket_min": ["Enter a number."],
            "stages_out": ["You have selected and excluded the same items: Seed."],
        }
        assert self.count(client, ticket_min="much", ticket_importance="must") == (3, 3, 3)

    def test_a_name_not_yet_typed_and_the_own_name_are_not_wrong(self, client, investor):
        own = Thesis.objects.create(investor=investor, name="Soil")
        assert self.told(client, name="") == {}
        assert self.told(client, f"?thesis={own.pk}", name=own.name) == {}
        assert self.told(client, name=own.name) == {"name": ["You already have a thesis with this name."]}

    def test_every_watched_field_has_a_place_for_what_is_wrong(self, client):
        page = client.get(reverse("thesis_create")).content.decode()
        assert [name for name in WATCHED if f'id="live_{name}"' not in page] == []

    def test_small_numbers_are_not_told(self, client):
        def page() -> str:
            found: str = client.post(reverse("thesis_fit"), THESIS).content.decode()
            return found

        assert "Fewer than 5 startups fit" in page()
        three = page()
        make_startup("Fourth")
        assert page().replace("0 0 4 6", "0 0 3 6").replace('width="4"', 'width="3"') == three
        make_startup("Fifth")
        assert '<strong class="number">5</strong> of 5 startups fit' in page()

    def test_who_is_not_approved_learns_nothing_by_halving(self, client, investor):
        own = Thesis.objects.create(investor=investor, name="Soil")
        asks = [{"ticket_max": str(top), "ticket_importance": "must"} for top in (1_000, 50_000, 900_000)]
        asks += [{"revenue_required": "pre"}]
        for status in (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.REJECTED):
            Investor.objects.filter(pk=investor.pk).update(status=status)
            pages = {client.post(reverse("thesis_fit"), {**THESIS, **fields}).content for fields in asks}
            assert len(pages) == 1, status
            for address in (reverse("thesis_create"), reverse("thesis_edit", args=[own.pk])):
                assert client.get(address).context["fit"] is None, status

    def test_whom_a_thesis_admits(self, client):
        asked: list[tuple[dict[str, Any], tuple[int, int, int]]] = [
            ({}, (3, 3, 3)),
            # A wish only counts, a must refuses; a sector holds its fields, a country its provinces.
            ({"stages": ["series_a"]}, (3, 1, 3)),
            ({"stages": ["series_a"], "stage_importance": "must"}, (1, 1, 3)),
            ({"sectors": ["AGR"], "places": ["PK"], **MUSTS}, (3, 3, 3)),
            ({"sectors": ["AGR"], "places": ["CN"], **MUSTS}, (0, 0, 3)),
            ({"no_pre_revenue": "on"}, (2, 2, 3)),
            ({"places_out": ["PK"]}, (0, 0, 3)),
            # A hidden amount passes, a shown one counts by its band, in dollars.
            ({"ticket_min": "600000", "ticket_max": "900000", **MUSTS}, (3, 3, 3)),
            ({"ticket_min": "2000000", "ticket_max": "9000000", **MUSTS}, (2, 2, 3)),
            ({"ticket_min": "2000000", "ticket_max": "9000000", **RUPEES}, (2, 2, 3)),
            ({"ticket_min": "60000000", "ticket_max": "90000000", **RUPEES}, (3, 3, 3)),
        ]
        assert [(fields, self.count(client, **fields)) for fields, _found in asked] == asked
        assert Thesis.objects.filter(investor__name_en="Silk Lake Partners").count() == 0


class TestOffers:
    def test_each_offer_is_saved_by_itself(self, client, investor):
        kinds = [kind.code for kind in NeedType.objects.all()[:2]]
        for kind, description in zip(kinds, ["", "A laboratory in Lahore"], strict=True):
            saved = client.post("/company/offers/new/", {"type": kind, "description": description})
            assert answer(saved) == (302, reverse("offer_list"))
        offers = list(Offer.objects.values_list("type__code", "description"))
        assert offers == list(zip(kinds, ["", "A laboratory in Lahore"], strict=True))


class TestDeals:
    def test_a_deal_is_recorded_corrected_and_deleted(self, client, investor):
        assert answer(client.post(reverse("deal_create"), DEAL)) == (302, reverse("deal_list"))
        deal = Deal.objects.get()
        assert (deal.startup_name, deal.amount_usd, deal.source) == ("Somebody", 100_000, DealSource.SELF)
        client.post(reverse("deal_edit", args=[deal.pk]), {**DEAL, "amount": "90000"})
        deal.refresh_from_db()
        assert deal.amount_usd == 90_000
        client.post(reverse("deal_delete", args=[deal.pk]))
        assert Deal.objects.count() == 0

    def test_what_curators_recorded_is_not_the_investors_to_change(self, client, investor):
        deal = Deal.objects.create(
            investor=investor, startup_name="X", closed_on=MOMENT.date(), source=DealSource.IMPORTED
        )
        assert [d.pk for d in client.get(reverse("deal_list")).context["rows"]] == [deal.pk]
        pages = ("deal_edit", "deal_delete")
        assert [client.post(reverse(name, args=[deal.pk]), DEAL).status_code for name in pages] == [404, 404]


def test_the_lists_ask_as_often_for_three_rows_as_for_one(client, investor, django_assert_max_num_queries):
    client.post(reverse("thesis_create"), THESIS)
    client.post(reverse("deal_create"), DEAL)
    asked = {}
    for name in ("thesis_list", "deal_list"):
        with django_assert_max_num_queries(40) as captured:
            client.get(reverse(name))
        asked[name] = len(captured)
    for n in range(2):
        client.post(reverse("thesis_create"), {**THESIS, "name": f"T{n}", "sectors": ["AGR"]})
        client.post(reverse("deal_create"), {**DEAL, "startup_name": f"S{n}", "sector": "AGR01"})
    client.get(reverse("home"))
    for name, number in asked.items():
        with django_assert_max_num_queries(number):
            client.get(reverse(name))


def test_an_investor_reads_of_its_own_fields_and_a_pitch_of_its_own_kind(client, investor):
    Investor.objects.update(withheld={"deals": ["matching"]})
    status = " ".join(client.get(reverse("investor_status")).content.decode().split())
    assert "such as recorded deals or data practices is not shown" in status
    assert "founders" not in status[: status.index("<footer")]
    form = client.get(reverse("investor_edit")).content.decode()
    assert "drip irrigation" not in form
    assert "what you bring besides money" in form
