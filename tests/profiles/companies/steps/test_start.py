"""The first page of a new company, and the way from it to a review."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.selectors import NEWEST
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.catalogue.visibility.forms import chosen_set
from profiles.catalogue.visibility.policy import audience_of, matchable, offered_purposes
from profiles.choices import Audience, Purpose, Side, Status
from profiles.companies.steps.forms.start import START_FORMS
from profiles.companies.steps.selectors import completeness
from profiles.models import SIDES, AuditRecord, Investor, NeedType, PartnershipForm, Startup
from profiles.validators import name_keys
from tests import factories
from tests.attack.pages import form_of

pytestmark = pytest.mark.django_db
START = "/company/start/"
STARTUP = {
    "name_en": "Ravi Water",
    "pitch": "Clean water from solar pumps",
    "summary_en": "Solar pumps with filters for villages.",
    "primary_sector": "AGR01",
    "stage": "seed",
    "place": "PK-LHE",
    "needs": ["test_site", "distribution"],
    "seeks_capital": "on",
    "ask_max": "500k",
    "ask_currency": "USD",
    "forms": ["pilot", "equity"],
}
INVESTOR = {
    "name_en": "Silk Lake Partners",
    "kind": "vc",
    "pitch": "Patient capital for clean water",
    "summary_en": "We invest in water and farming.",
    "place": "CN-SZX",
    "sectors": ["AGR", "ENE"],
    "stages": ["seed"],
    "places": ["PK-PB"],
    "ticket_min": "150万",
    "ticket_max": "1.5m",
    "ticket_currency": "USD",
    "forms": ["equity"],
    "offers": ["mentorship"],
    "capacity": "8",
}
PAGES = {Side.STARTUP: STARTUP, Side.INVESTOR: INVESTOR}
NAMES = [pytest.param(side, id=str(side)) for side in Side]


def newcomer(side: Side, as_user: factories.AsUser, email: str = "new@example.com") -> Client:
    make = factories.make_founder if side is Side.STARTUP else factories.make_partner
    return as_user(make(email, None))


@pytest.fixture
def client(side, as_user):
    """The browser of someone of this side without a company."""
    return newcomer(side, as_user)


def ticket(client: Client) -> dict[str, str]:
    """Return the version of the form, with which what is not saved is kept as a draft."""
    return {"version": client.get(START).context["draft_form"].version}


def answer(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("side", NAMES)
class TestBothSides:
    def test_it_asks_for_all_that_a_review_needs(self, side):
        form = START_FORMS[side](instance=SIDES[side]())
        needed = {name for name, field in CATALOGUE[side].items() if field.is_needed}
        asked = {*form.fields, *Purpose.values}
        asked |= {"summary"} if "summary_en" in asked else set()
        asked |= {"theses"} if "sectors" in asked else set()
        assert needed - asked == set()

    def test_home_and_the_first_part_lead_to_it_and_it_makes_the_company(self, side, client):
        first = "/startup/basics/" if side is Side.STARTUP else "/investor/profile/"
        for address in ("/home/", first):
            assert answer(client.get(address)) == (302, START)
        assert answer(client.post(START, PAGES[side])) == (302, f"/{side}/consents/")
        company = SIDES[side]._default_manager.get()
        assert (company.status, company.pitch) == (Status.DRAFT, PAGES[side]["pitch"])

    def test_a_wrong_field_and_a_missing_one_lose_nothing(self, side, client):
        amount = "ask_max" if side is Side.STARTUP else "ticket_max"
        typed = {**PAGES[side], amount: "much", "pitch": ""}
        page = client.post(START, typed | ticket(client))
        form = page.context["form"]
        assert (page.status_code, set(form.errors)) == (422, {amount, "pitch"})
        typed |= {"seeks_capital": True} if "seeks_capital" in typed else {}
        assert {name: form[name].value() for name in typed} == typed
        assert not SIDES[side]._default_manager.exists()
        again = client.get(START).context["form"]  # the draft
        assert {name: again[name].value() for name in typed} == typed

    def test_an_unfinished_page_is_saved_and_finished_later(self, side, client):
        assert answer(factories.begin(client, name_en="Ravi Water")) == (302, "/home/")
        home = client.get("/home/")
        assert home.context["links"]["next"].startswith(f"{START}#div_id_")
        status = client.get(f"/{side}/status/")
        missing = {each["url"].partition("#")[0] for each in status.context["missing"]}
        assert missing == {START, *({f"/{side}/consents/"} & missing)}
        assert client.get(START).context["form"]["name_en"].value() == "Ravi Water"
        client.post(START, PAGES[side])
        assert SIDES[side]._default_manager.get().pitch == PAGES[side]["pitch"]

    def test_texts_are_asked_in_the_language_of_the_page_and_what_was_typed_in_another_stays(
        self, side, client, settings
    ):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ur"
        fields = client.get(START).context["form"].fields
        assert {name for name in fields if name[-3:] in ("_en", "_ur", "_zh")} == {
            "name_en",
            "name_ur",
            "summary_ur",
        }
        client.post(START, {**PAGES[side], "pitch": ""} | ticket(client))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        assert client.get(START).context["form"]["summary_en"].value() == PAGES[side]["summary_en"]

    def test_who_has_submitted_works_on_the_parts(self, side, as_user, startup, ayesha, li_wei):
        user = ayesha if side is Side.STARTUP else li_wei
        first = "/startup/basics/" if side is Side.STARTUP else "/investor/profile/"
        assert answer(as_user(user).get(START)) == (302, first)
        assert answer(as_user(user).post(START, PAGES[side])) == (302, first)


class TestStartup:
    def test_chips_become_needs_whose_details_stay_and_an_amount_an_ask(self, as_user):
        client = newcomer(Side.STARTUP, as_user)
        client.post(START, STARTUP)
        startup = Startup.objects.get()
        assert {need.type.code: need.urgency for need in startup.needs.all()} == {
            "test_site": 2,
            "distribution": 2,
        }
        assert (startup.seeks_capital, startup.ask_max, startup.ask_max_usd) == (True, 500_000, 500_000)
        assert {form.code for form in startup.forms.all()} == {"pilot", "equity"}

        startup.needs.filter(type__code="test_site").update(description="Forty farms")
        client.post(START, {**STARTUP, "needs": ["test_site", "cloud"]})
        assert dict(startup.needs.values_list("type__code", "description")) == {
            "test_site": "Forty farms",
            "cloud": "",
        }

    @pytest.mark.parametrize(
        ("typed", "found", "says"),
        [
            ("Smart irrigation and water management", "AGR01", ""),
            ("smart IRRIGATION and water management", "AGR01", ""),
            ("智能灌溉与用水管理", "AGR01", ""),
            ("solar", "", "Did you mean: Distributed solar?"),
            ("پانی", "", "Water and sanitation"),
            ("کھانا", "", "Quick commerce and groceries"),
            ("看病", "", "Telemedicine"),
            ("zzz", "", "“zzz” is not in the list."),
            ("z" * 30_000, "", "is not in the list."),
            ("", "", "Your description may be about: Distributed solar"),
        ],
    )
    def test_a_main_sector_is_found_by_its_name_and_words_beside_it_are_proposed(
        self, as_user, typed, found, says
    ):
        client = newcomer(Side.STARTUP, as_user)
        page = client.post(START, {**STARTUP, "primary_sector": typed})
        if found:
            assert Startup.objects.get().primary_sector.code == found
            shown = client.get(START).text
            assert re.search('name="primary_sector" value="Smart irrigation and water management"', shown)
            assert '<option value="Distributed solar">' in shown
        else:
            assert says in " ".join(page.context["form"].errors["primary_sector"])
            assert f'name="primary_sector" value="{typed}"' in page.text or not typed

    def test_five_needs_are_enough(self, as_user):
        codes = [kind.code for kind in NeedType.objects.exclude(code="capital")[:6]]
        client = newcomer(Side.STARTUP, as_user)
        needs = client.get(START).text.partition('id="div_id_needs"')[2].partition("</fieldset>")[0]
        assert "Choose at most 5." in needs, "it says so before"
        page = client.post(START, {**STARTUP, "needs": codes})
        assert set(page.context["form"].errors) == {"needs"}
        needs = page.text.partition('id="div_id_needs"')[2].partition("</fieldset>")[0]
        assert "invalid-feedback" in needs
        assert needs.count(" checked") == 6, "nothing is lost"
        assert "capital" not in dict(page.context["form"].fields["needs"].choices)

    def test_an_empty_page_proposes_no_sector(self, as_user):
        page = newcomer(Side.STARTUP, as_user).post(START, {"name_en": "Ravi Water"})
        assert page.context["form"].errors["primary_sector"] == ["Please fill this in. The review needs it."]

    def test_money_alone_is_a_need_and_needs_its_amount(self, as_user):
        client = newcomer(Side.STARTUP, as_user)
        page = client.post(START, {**STARTUP, "needs": [], "ask_max": ""})
        assert set(page.context["form"].errors) == {"ask_max"}
        assert client.post(START, {**STARTUP, "needs": []}).status_code == 302


class TestInvestor:
    def test_criteria_become_the_first_thesis(self, as_user):
        client = newcomer(Side.INVESTOR, as_user)
        client.post(START, {**INVESTOR, "ticket_max": "2.5m"})
        investor = Investor.objects.get()
        thesis = investor.theses.get()
        assert (thesis.ticket_min, thesis.ticket_max_usd) == (1_500_000, 2_500_000)
        assert [sector.code for sector in thesis.sectors.all()] == ["AGR", "ENE"]
        assert [offer.type.code for offer in investor.offers.all()] == ["mentorship"]
        client.post(START, {**INVESTOR, "ticket_max": "2.5m", "sectors": ["HLT"]})
        thesis = investor.theses.get()
        assert [sector.code for sector in thesis.sectors.all()] == ["HLT"]

    def test_places_of_startups_stand_first(self, as_user, settings):
        settings.STARTUP_PLACES = ["PK"]
        form = newcomer(Side.INVESTOR, as_user).get(START).context["form"]
        codes = [code for code, _name in form.fields["places"].choices]
        of_startups = [code.startswith("PK") for code in codes]
        assert of_startups == sorted(of_startups, reverse=True)
        assert "PK-LHE" not in codes


@pytest.mark.parametrize(
    ("side", "country", "currency"), [(Side.STARTUP, "PK", "PKR"), (Side.INVESTOR, "CN", "CNY")]
)
def test_the_locations_and_the_currency_of_the_own_side_come_first(side, client, country, currency):
    form = client.get(START).context["form"]
    (_empty, (_name, cities), *_others) = form.fields["place"].choices
    assert {code.split("-")[0] for code, _city in cities} == {country}
    name = "ask_currency" if side is Side.STARTUP else "ticket_currency"
    assert form[name].value() == currency
    factories.begin(client, name_en="Ravi Water", **({name: "USD"} if side is Side.STARTUP else {}))
    again = client.get(START).context["form"]
    assert again[name].value() == ("USD" if side is Side.STARTUP else "CNY")  # as chosen; nothing was


def test_an_imported_company_of_this_name_is_offered(as_user):
    factories.make_startup("Ravi Water", is_unclaimed=True, status=Status.DRAFT)
    Startup.objects.update(name_key=name_keys("Ravi Water"))
    client = newcomer(Side.STARTUP, as_user)
    page = client.post(START, STARTUP)
    assert page.status_code == 422
    assert "Is one of these your company?" in page.text
    assert Startup.objects.count() == 1
    assert client.post(START, {**STARTUP, "is_another": "1"}).status_code == 302
    assert Startup.objects.count() == 2


def test_a_claimed_draft_keeps_the_parts(as_user):
    startup = factories.make_startup("Imported", status=Status.DRAFT, submitted_at=None)
    client = as_user(factories.make_founder("claims@example.com", startup))
    assert answer(client.get(START)) == (302, reverse("startup_edit", args=["basics"]))


def rows_of(company: Any) -> set[tuple[str, str, str]]:
    return set(company.consents.filter(withdrawn_at=None).values_list("group", "purpose", "text_version"))


@pytest.mark.parametrize("side", NAMES)
class TestToSubmission:
    def page(self, side: Side) -> str:
        return f"/{side}/consents/"

    def test_from_the_first_page_to_submit_with_one_act_of_consent(self, side, client):
        client.post(START, PAGES[side])
        page = client.get(self.page(side))
        assert " checked" not in "".join(re.findall("<input[^>]*>", page.text))
        assert "Separate consent" in page.text

        nothing = client.post(self.page(side), {"set": "1", "submit": "1"})
        assert (nothing.status_code, set(nothing.context["form"].errors)) == (422, {"how"})
        company = SIDES[side]._default_manager.get()
        assert (rows_of(company), company.status) == (set(), Status.DRAFT)

        chosen = {"set": "1", "how": "recommended", "submit": "1"}
        assert answer(client.post(self.page(side), chosen)) == (302, "/home/")
        company.refresh_from_db()
        assert company.status == Status.SUBMITTED
        cells = {(key, str(p)) for key, purposes in offered_purposes(side).items() for p in purposes}
        agreed = cells | {("", purpose) for purpose in Purpose.values}
        assert rows_of(company) == {(*cell, NEWEST.version) for cell in agreed}
        assert company.withheld == {}
        if side is Side.STARTUP:
            assert (company.visibility["ask"], company.visibility["founders"]) == ("matched", "mutual")
        acts = AuditRecord.objects.filter(action="consented").values_list("details", flat=True)
        assert [act["countries"] for act in acts if "countries" in act] == [[]]

    def test_a_set_agrees_to_what_its_boxes_would(self, side, client, as_user):
        """The record is the one that ticking the same boxes leaves."""
        client.post(START, PAGES[side])
        client.post(self.page(side), {"set": "1", "how": "after_yes"})
        company = SIDES[side]._default_manager.get()
        by_set = rows_of(company), company.withheld, company.visibility
        boxes, _names = form_of(client, self.page(side) + "?groups")
        assert client.get(self.page(side)).context["form"]["how"].value() == "after_yes"

        other = newcomer(side, as_user, "other@example.com")
        other.post(START, {**PAGES[side], "name_en": "Another Company"})
        on = {name: "on" if values == [""] else values for name, values in boxes.items() if name != "version"}
        assert other.post(self.page(side), on).status_code == 302
        second = SIDES[side]._default_manager.latest("pk")
        assert (rows_of(second), second.withheld, second.visibility) == by_set

    def test_only_after_two_yeses_no_one_sees_and_no_score_reads_a_group_before(self, side, client):
        client.post(START, PAGES[side])
        client.post(self.page(side), {"set": "1", "how": "after_yes"})
        company = SIDES[side]._default_manager.get()
        for field in (field for field in CATALOGUE[side].values() if field.consent_group and field.seen):
            assert audience_of(company, field.name) in (Audience.MUTUAL, Audience.NOBODY), field.name
            assert not matchable(company, field.name), field.name

    def test_group_by_group_submits_too_and_another_set_takes_back(self, side, client):
        client.post(START, PAGES[side])
        sent, _names = form_of(client, self.page(side) + "?groups")
        boxes = {name: values for name, values in sent.items() if values != [""]}
        refused = client.post(self.page(side), {**boxes, "matching": "on", "submit": "1"})
        assert answer(refused) == (302, f"/{side}/status/")
        company = SIDES[side]._default_manager.get()
        assert company.status == Status.DRAFT  # without the consent to be shown
        whole = {"matching": "on", "showing": "on", "submit": "1"}
        client.post(self.page(side), {**boxes, **whole})
        company.refresh_from_db()
        assert company.status == Status.SUBMITTED
        assert 'name="matching"' in client.get(self.page(side)).text
        assert 'name="how"' in client.get(self.page(side) + "?sets").text
        client.post(self.page(side), {"set": "1", "how": "recommended"})
        client.post(self.page(side), {"set": "1", "how": "after_yes"})
        company.refresh_from_db()
        assert chosen_set(company) == "after_yes"
        assert company.consents.exclude(withdrawn_at=None).exists()

    def test_what_is_missing_is_listed_and_cannot_be_submitted(self, side, client):
        factories.begin(client, name_en="Ravi Water")
        page = client.get(self.page(side))
        assert "Before you can submit" in page.text
        assert 'name="submit"' not in page.text
        client.post(self.page(side), {"set": "1", "how": "recommended", "submit": "1"})
        assert SIDES[side]._default_manager.get().status == Status.DRAFT


def test_audiences_and_consents_are_asked_on_one_page_only(as_user, startup, ayesha, li_wei):
    pages = [(ayesha, f"/startup/{step}/") for step in ("basics", "product", "needs", "round", "consent")]
    for user, address in [*pages, (li_wei, "/investor/profile/")]:
        _sent, names = form_of(as_user(user), address)
        asked = {name for name in names if name.endswith("_audience") or name in Purpose.values}
        assert asked == set(), address


def test_after_submission_the_parts_that_rankings_read_come_first(as_user, startup, founder, li_wei):
    page = founder.get("/startup/status/")
    lacking = [bool(part.missing) for part in page.context["parts"]]
    assert lacking == sorted(lacking, reverse=True)
    Startup.objects.update(ask_max=None, revenue="")
    parts = founder.get("/startup/status/").context["parts"]
    assert [part.url for part in parts[:2]] == ["/startup/product/", "/startup/round/"]
    assert parts[1].missing == [("how much you raise", "/startup/round/#div_id_ask_min")]
    investor = as_user(li_wei).get("/investor/status/").context["parts"]
    assert investor[0].url == "/investor/offers/"


def test_add_next_names_only_what_a_review_needs_or_a_ranking_reads(startup, ayesha):
    consents.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=factories.MOMENT)
    startup.forms.set(PartnershipForm.objects.all()[:1])
    Startup.objects.update(website="", registration_number="", founders="", team_size=None)
    stated = completeness(Startup.objects.get())
    assert stated.missing
    assert stated.next_field is None
    Startup.objects.update(revenue="")
    found = completeness(Startup.objects.get()).next_field
    assert found
    assert found.name == "revenue"


class TestWrongSide:
    def test_a_draft_moves_to_the_other_side_with_one_click_and_keeps_its_texts(self, as_user):
        client = as_user(factories.make_user("new@example.com", Side.STARTUP))
        typed = {"name_en": "Silk Lake", "pitch": "Patient capital", "summary_en": "We buy and build."}
        factories.begin(client, **typed)
        page = client.get(reverse("company_start"))
        assert f'action="{reverse("company_move")}"' in page.text
        moved = client.post(reverse("company_move"), follow=True)
        assert moved.redirect_chain[-1][0] == reverse("company_start")
        assert not Startup.objects.exists()
        investor = Investor.objects.get()
        assert {name: getattr(investor, name) for name in typed} == typed
        assert investor.memberships.get().is_owner

    def test_moving_to_and_fro_ends(self, as_user):
        client = as_user(factories.make_user("new@example.com", Side.STARTUP))
        factories.begin(client, name_en="Silk Lake")
        answers = [client.post(reverse("company_move")).status_code for _time in range(6)]
        assert answers == [302] * 5 + [429]
        assert Investor.objects.get().name_en == "Silk Lake"

    def test_what_was_submitted_or_has_a_team_stays(self, as_user, ayesha):
        assert as_user(ayesha).post(reverse("company_move")).status_code == 404
        founder = factories.make_user("new@example.com", Side.STARTUP)
        client = as_user(founder)
        factories.begin(client, name_en="Silk Lake")
        startup = Startup.objects.get(name_en="Silk Lake")
        factories.make_founder("second@example.com", startup)
        assert reverse("company_move") not in client.get(reverse("company_start")).text
        assert client.post(reverse("company_move")).status_code == 404
        assert Startup.objects.filter(pk=startup.pk).exists()
