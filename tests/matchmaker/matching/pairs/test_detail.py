"""One pair in full: its portrait, parts that sum, what may be seen, and where the two profiles meet."""

import math
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.management.commands.bench_pages import MOST_QUERIES
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.match_page import match_page
from matchmaker.matching.pairs.selectors.pair import pair_of
from matchmaker.models.pair_action import Interest
from matchmaker.models.ranking import Ranking
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import Audience, FeePolicy, Purpose, Status
from profiles.companies.steps import services as companies
from profiles.models import Consent, Investor, Need, NeedType, PartnershipForm, Place, Sector, Stage, Startup
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
FILTERED = "/matches/?sector=AGR&sort=new"


def test_the_filters_stay_also_after_an_act_on_the_page(as_user, li_wei, startup):
    client, page = as_user(li_wei), reverse("match", args=[startup.public_id])
    first = client.get(page, headers={"Referer": f"http://testserver{FILTERED}"})
    client.post(reverse("match_interest", args=[startup.public_id]), {"wanted": "1"})
    again = client.get(page, headers={"Referer": f"http://testserver{page}"})
    link = f'href="{FILTERED.replace("&", "&amp;")}"'
    assert (link in first.content.decode(), link in again.content.decode()) == (True, True)


def test_from_elsewhere_it_leads_to_the_whole_list(as_user, li_wei, startup):
    for referer in ("https://evil.example/matches/?sector=AGR", "", "http://testserver/home/"):
        page = as_user(li_wei).get(reverse("match", args=[startup.public_id]), headers={"Referer": referer})
        assert 'class="back" href="/matches/"' in page.content.decode()


def portrait(client, profile):
    """The first facts on the page, by their labels."""
    return {fact.label: fact.value for fact in shown(client, profile).portrait}


def test_it_comes_after_the_reasons_and_before_the_proof(as_user, li_wei, startup):
    ranked.rank_whole()
    page = as_user(li_wei).get(f"/matches/{startup.public_id}/").content.decode()
    parts = ["<h1", "Why this match", startup.summary_en, "Punjab", "Factor by factor", "Data practices"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_of_a_startup_it_tells_what_it_does_where_and_what_it_seeks(as_user, li_wei, startup):
    Startup.objects.update(visibility={"ask": Audience.MATCHED})
    for code in ("capital", "hardware"):
        need(startup, code)

    assert portrait(as_user(li_wei), startup) == {
        "Sectors": "Smart irrigation and water management",
        "Stage": "Seed",
        "Main location": "Punjab",
        "Amount to raise": "within USD 150,000 – 650,000",
        "Looks for": "Capital, Hardware and devices",
        "Partnership types": "Equity investment",
    }


def test_of_a_partner_it_tells_who_it_is_where_and_what_it_seeks_and_offers(as_user, ayesha, investor):
    investor.offers.create(type=NeedType.objects.get(code="mentorship"))
    assert portrait(as_user(ayesha), investor) == {
        "Kind": "Venture fund",
        "Main location": "Guangdong",
        "Looks for": "Agritech and food",
        "Stages": "Seed",
        "Ticket size": "USD 100,000 – 600,000",
        "Partnership types": "Equity investment",
        "Offers": "Capital, Mentorship",  # its ticket brings the first, as the needs met on the same page say
    }


def test_what_is_hidden_is_no_part_of_it(as_user, li_wei, startup):
    Startup.objects.update(visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL})
    client = as_user(li_wei)
    page = client.get(f"/matches/{startup.public_id}/").content.decode()
    assert startup.name_en not in page
    assert "Startup: Smart irrigation and water management, Punjab" in page
    assert "Amount to raise" not in portrait(client, startup)


def test_no_fact_stands_twice(as_user, li_wei, startup):
    page = shown(as_user(li_wei), startup)
    labels = [fact.label for fact in (*page.portrait, *page.facts, *page.data_card)]
    assert sorted(labels) == sorted(set(labels))


def address(profile):
    return f"/matches/{profile.public_id}/"


def shown(client, profile):
    return client.get(address(profile)).context["match"]


def need(startup, code, **fields):
    return Need.objects.create(startup=startup, type=NeedType.objects.get(code=code), **fields)


# --- Numbers -----------------------------------------------------------------------------------------------


def test_parts_sum_to_the_total_for_every_pair_and_both_sides_read_the_same(db):
    startups, investors = ranked.make_market(5, 3)
    founders = [factories.make_founder(f"f{at}@example.com", row) for at, row in enumerate(startups)]
    partners = [factories.make_partner(f"p{at}@example.com", row) for at, row in enumerate(investors)]
    ranked.rank_whole()

    for founder, startup in zip(founders, startups, strict=True):
        for partner, investor in zip(partners, investors, strict=True):
            ours = scored_for(founder, investor)
            theirs = scored_for(partner, startup)
            for total, parts in (
                (ours.total_startup, [row.startup for row in ours.rows]),
                (ours.total_investor, [row.investor for row in ours.rows]),
            ):
                assert total == sum(parts)
            assert [(row.startup, row.investor) for row in ours.rows] == [
                (row.startup, row.investor) for row in theirs.rows
            ]
            exact = 100 * math.sqrt(ours.total_startup * ours.total_investor) / 1000
            assert abs(ours.score - exact) <= 0.6


def test_a_listed_pair_reads_as_if_it_were_scored_now(db):
    startups, investors = ranked.make_market(3, 2)
    founders = [factories.make_founder(f"f{at}@example.com", row) for at, row in enumerate(startups)]
    partners = [factories.make_partner(f"p{at}@example.com", row) for at, row in enumerate(investors)]
    Startup.objects.filter(pk=startups[0].pk).update(primary_sector=Sector.objects.get(code="AGR"))
    investors[1].theses.update(weights={"sector": 3, "needs": 1}, place_importance="must")
    ranked.rank_whole()
    sides = [(founder, investor) for founder in founders for investor in investors]
    sides += [(partner, startup) for partner in partners for startup in startups]

    def read():
        with CaptureQueriesContext(connection) as queries:
            pages = [scored_for(user, other) for user, other in sides]
        return pages, len(queries)

    listed, few = read()
    Ranking.objects.update(computed_at=timezone.now() - timedelta(days=1))  # older than what they name
    scored_now, many = read()

    assert listed == scored_now
    assert few + 15 * len(sides) < many


def scored_for(user, other):
    """The numbers of a pair as one of its people sees them."""
    member = current_company(user)
    assert member
    pair = pair_of(member, other.public_id, whole=True)
    assert pair
    return match_page(pair).scored


def test_the_page_draws_every_factor_for_both_sides(as_user, li_wei, startup):
    ranked.rank_whole()

    page = shown(as_user(li_wei), startup)

    assert page.scored
    assert [row.label for row in page.scored.rows] == [
        "Sector", "Stage", "Ticket size", "Location", "Needs and offers", "Partnership types", "Descriptions",
        "Activity",
    ]  # fmt: skip
    assert sum(row.startup_max for row in page.scored.rows) == 1000
    assert sum(row.investor_max for row in page.scored.rows) == 1000
    assert [row.note for row in page.scored.rows if row.label == "Partnership types"] == [
        "You both accept Equity investment"
    ]


def test_the_page_says_why_a_description_counts_for_more(as_user, li_wei, startup):
    more = "; they do not name a specific sub-sector, so their description counts for more"
    told = []
    for code in ("AGR01", "AGR"):
        sector = Sector.objects.get(code=code)
        Startup.objects.filter(pk=startup.pk).update(primary_sector=sector, pitch="Pumps for canals")
        ranked.rank_whole()
        page = shown(as_user(li_wei), startup)
        assert page.scored
        (row,) = [row for row in page.scored.rows if row.label == "Descriptions"]
        told.append((row.note.endswith(more), row.startup_max))

    assert told == [(False, 130), (True, 250)]


def test_only_must_haves_are_hard_rules(as_user, li_wei, startup, investor):
    investor.theses.update(stage_importance="must")
    ranked.rank_whole()

    page = shown(as_user(li_wei), startup)

    assert page.scored
    assert [(str(rule.label), rule.passed) for rule in page.scored.rules] == [
        ("A curator has approved both profiles, and both companies have agreed to matching", True),
        ("The startup has no exclusion that applies to the partner", True),
        ("The partner has no exclusion that applies to the startup", True),
        ("Must-have: the stage", True),
    ]
    assert page.scored.optional == ["Sector", "Ticket size", "Location", "Partnership types"]


def test_a_founder_reads_the_amount_as_typed(as_user, ayesha, li_wei, startup):
    amounts = {"ask_min": 160_000, "ask_max": 300_000, "ask_min_usd": 160_000, "ask_max_usd": 300_000}
    Startup.objects.filter(pk=startup.pk).update(visibility={"ask": Audience.MATCHED}, **amounts)
    investor = li_wei.membership.investor
    for ticket, ours in (
        ((100_000, 600_000), "Their ticket size (USD 100,000 – 600,000) fits your round"),
        ((350_000, 380_000), "Their ticket size (USD 350,000 – 380,000) is close to your round"),
        ((100_000, 150_000), "Their largest ticket (USD 150,000) is below your round"),
        ((400_000, 500_000), "Their smallest ticket (USD 400,000) is above your round"),
    ):
        low, high = ticket
        investor.theses.update(ticket_min=low, ticket_max=high, ticket_min_usd=low, ticket_max_usd=high)
        ranked.rank_whole()

        def read(user, profile):
            shown_to = as_user(user).get(address(profile)).context["match"].scored
            return next(row.note for row in shown_to.rows if row.label == "Ticket size")

        assert read(ayesha, investor) == f"{ours} (USD 160,000 – 300,000)"
        assert "its round (within USD 150,000 – 400,000)" in read(li_wei, startup)


def accept_apart(startup, investor, ours, theirs):
    startup.forms.set(PartnershipForm.objects.filter(code__in=ours))
    investor.theses.get().forms.set(PartnershipForm.objects.filter(code__in=theirs))
    ranked.rank_whole()


def test_that_no_form_of_investing_is_in_common_stands_on_the_card_before_all_else(
    as_user, ayesha, li_wei, startup, investor
):
    Startup.objects.update(visibility={"ask": Audience.MATCHED})
    investor.theses.get().stages.set(Stage.objects.filter(code="growth"))  # which costs more points
    Investor.objects.update(fee_policy=FeePolicy.DISCLOSED)
    accept_apart(startup, investor, ("equity", "pilot"), ("pilot",))
    barred = "but you share no partnership type that involves investment"

    for user, other, fees in ((li_wei, startup, False), (ayesha, investor, True)):
        client = as_user(user)
        matches = client.get("/matches/").context["matches"]
        (card,) = (*matches.cards, *matches.less_likely.cards)
        assert barred in card.caution
        assert card.caution.startswith("Charges startups; see the fees; ") == fees
        assert barred in shown(client, other).scored.against[0]


def test_money_is_named_as_one_thing_all_over_the_page(as_user, ayesha, startup, investor):
    for theirs, offers in (
        (("pilot",), ""),  # a ticket alone brings nothing where no form does
        (("pilot", "debt"), "Capital"),
    ):
        accept_apart(startup, investor, ("equity", "pilot"), theirs)

        answer = as_user(ayesha).get(address(investor), {"more": "needs"})

        page = answer.context["match"]
        told = next((fact.value for fact in page.portrait if fact.label == "Offers"), "")
        assert told == offers
        assert [(row.need, row.is_met) for row in page.needs] == [("Capital", False)]
        barred = "Offered, but you share no partnership type that involves investment"
        assert (barred in answer.content.decode()) == bool(offers)


def test_it_says_who_checked_the_profiles_when_and_against_what(as_user, ayesha, investor, startup):
    Startup.objects.filter(pk=startup.pk).update(reviewed_at="2026-03-02T12:00Z")
    ranked.rank_whole()
    row = shown(as_user(ayesha), investor).scored.rules[0]
    assert row.label == "A curator has approved both profiles, and both companies have agreed to matching"
    assert row.note.startswith("Yours on 2 Mar 2026, theirs on 5 Jan 2026. A curator compared")


def test_what_is_not_stated_is_said(as_user, li_wei, startup):
    client = as_user(li_wei)
    ranked.rank_whole()
    before = shown(client, startup).scored
    Startup.objects.filter(pk=startup.pk).update(stage=None)
    ranked.touch(startup)  # its new ranking is still to come

    after = shown(client, startup).scored

    assert before
    assert after
    assert [label for label in after.not_stated if label not in before.not_stated] == ["Stage"]
    assert [row.not_stated for row in after.rows if row.label == "Stage"] == [True]


def test_before_the_first_ranking_and_without_scoring_a_pair_has_no_numbers(as_user, li_wei, startup):
    response = as_user(li_wei).get(address(startup))
    assert response.context["match"].scored is None
    assert response.content.decode().count("This pair cannot be scored yet.") == 1

    ranked.rank_whole()

    response = as_user(li_wei).get(address(startup) + "?view=plain")
    assert response.context["match"].scored is None
    assert response.content.decode().count('class="score') == 0


# --- Who sees what -----------------------------------------------------------------------------------------


def body(response):
    """The page without what differs every time: its forms' tokens, and how long ago a moment was."""
    content = re.sub(rb'value="[A-Za-z0-9]{64}"', b"", response.content)
    return re.sub(rb"(<time [^>]*>)[^<]*", rb"\1", content)


@pytest.mark.attack
def test_what_one_may_not_see_answers_as_what_does_not_exist(as_user, ayesha, li_wei, startup, investor):
    draft = factories.make_investor("Draft Fund", status=Status.DRAFT)
    silent = factories.make_investor("Silent Fund", matching_consent=False)
    other = factories.make_startup("Ravi Soil")
    client = as_user(ayesha)
    absent = client.get("/matches/000000000000/")

    for hidden in (draft, silent, other, startup):
        answer = client.get(address(hidden))
        same = body(answer).replace(hidden.public_id.encode(), b"000000000000")
        assert (answer.status_code, same) == (404, body(absent))


@pytest.mark.attack
def test_contacts_open_with_mutual_interest_and_consent_and_close_with_it(
    as_user, ayesha, li_wei, startup, investor
):
    Startup.objects.filter(pk=startup.pk).update(contact_name="Ayesha Khan", contact_email="a@paani.example")
    client = as_user(li_wei)

    def contacts():
        return [fact.value for fact in shown(client, startup).facts if fact.label.startswith("Contact")]

    mine = Interest.objects.create(side=Side.INVESTOR, startup=startup, investor=investor, by=li_wei)
    Interest.objects.create(side=Side.STARTUP, startup=startup, investor=investor, by=ayesha)
    assert contacts() == []

    given = {"text_version": TEXT_VERSION, "given_by": ayesha, "given_at": timezone.now()}
    Consent.objects.create(startup=startup, purpose=Purpose.CROSS_BORDER, **given)
    assert contacts() == ["Ayesha Khan", "a@paani.example"]

    mine.delete()
    assert contacts() == []


def hide_and_edit(startup, by):
    """Change what a startup hides, as its owner does."""
    amounts = {"ask_min_usd": 5_000_000, "ask_max_usd": 9_000_000}
    Startup.objects.filter(pk=startup.pk).update(contact_name="Nobody", **amounts)
    changes = {
        "name_en": "Secret Name", "name_ur": "راز", "website": "https://secret.example",
        "registration_number": "0012345", "founders": "Somebody", "cap_table": "All mine",
    }  # fmt: skip
    companies.edit(startup, changes=changes, by=factories.any_curator(), at=timezone.now())


def rename_partner(rival, by):
    """Change what an investor hides: its registration, and whom its deal was with."""
    at, other = timezone.now(), {"startup_name": "Other"}
    companies.save_deal(rival, deal=rival.deals.get(), values=other, by=by, at=at)
    secret = {"legal_name": "Secret", "registry_id": "9"}
    companies.edit(rival, changes=secret, by=factories.any_curator(), at=at)


@pytest.mark.attack
@pytest.mark.parametrize("whole", [False, True])
def test_a_hidden_field_changes_nothing_on_an_outsiders_pages(as_user, ayesha, li_wei, startup, *, whole):
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL})
    startup.refresh_from_db()
    rival = factories.make_investor("Jade Fund")
    today = timezone.now().date()
    for partner in (rival, li_wei.membership.investor):
        partner.deals.create(startup_name="Ravi Soil", closed_on=today, stage=Stage.objects.get(code="seed"))
    ours = [(as_user(li_wei), path) for path in ("/matches/", "/directory/", address(startup))]
    other = factories.make_founder("other@example.com", factories.make_startup("Chenab Cloud"))
    ranked.rank_whole()
    pages = [*ours, *((as_user(other), path) for path in ("/matches/", address(rival)))]
    for client, path in pages:
        client.get(path)
    before = [body(client.get(path)) for client, path in pages]

    hide_and_edit(startup, ayesha)
    rename_partner(rival, li_wei)
    ranked.work()
    if whole:
        ranked.rank_whole()

    assert [body(client.get(path)) for client, path in pages] == before


# --- Where the two meet ------------------------------------------------------------------------------------


def test_where_the_two_meet_needs_stand_beside_offers_and_forms_beside_who_accepts_them(
    as_user, li_wei, startup, investor
):
    for code in ("hardware", "capital", "mentorship"):
        need(startup, code)
    for code in ("mentorship", "cloud"):
        investor.offers.create(type=NeedType.objects.get(code=code), description=f"Our {code}")

    page = shown(as_user(li_wei), startup)

    assert [(row.need, row.offer) for row in page.needs] == [
        ("Capital", "USD 100,000 – 600,000"),
        ("Mentorship", "Our mentorship"),
        ("Hardware and devices", ""),
    ]
    assert page.spare_offers == ["Cloud infrastructure"]

    startup.forms.set(PartnershipForm.objects.filter(code__in=("equity", "pilot")))
    investor.theses.get().forms.set(PartnershipForm.objects.filter(code__in=("equity", "joint_venture")))

    page = shown(as_user(li_wei), startup)

    assert [(row.name, row.accepted_by) for row in page.forms] == [
        ("Equity investment", "both"),
        ("Pilot project", "startup"),
        ("Joint venture", "partner"),
    ]

    Startup.objects.filter(pk=startup.pk).update(data_classes=["personal"], data_location="PK")

    page = shown(as_user(li_wei), startup)

    assert [fact.value for fact in page.data_card] == ["Personal", "Pakistan", "", "", "", ""]


def test_a_thesis_is_held_against_the_record(as_user, ayesha, startup):
    investor = factories.make_investor("Jade Fund")
    for stage, place in (("seed", "PK-LHE"), ("seed", "CN-GD"), ("series_a", "PK-PB")):
        where = {"stage": Stage.objects.get(code=stage), "place": Place.objects.get(code=place)}
        investor.deals.create(startup_name="Someone", closed_on=timezone.now().date(), **where)

    page = shown(as_user(ayesha), investor)

    assert [(str(row.label), row.stated, row.fitting, row.deals) for row in page.record] == [
        ("Stages", "Seed", 2, 3),
        ("Locations", "Pakistan", 2, 3),
    ]


def test_a_page_of_more_rows_takes_the_same_queries(as_user, li_wei, startup, investor, same_queries):
    client = as_user(li_wei)
    ranked.rank_whole()
    client.get(address(startup), {"more": "needs"})  # the first one of a day writes its receipts
    codes = ["hardware", "mentorship", "data"]
    for at, more in ((1, codes[:1]), (3, codes[1:])):
        for code in more:
            investor.offers.create(type=need(startup, code).type)
            what = {"sector": Sector.objects.get(code="AGR01"), "place": Place.objects.get(code="PK-LHE")}
            investor.deals.create(startup=startup, closed_on=timezone.now().date(), **what)
        with same_queries():
            page = client.get(address(startup), {"more": "needs"}).context["match"]
        assert len(page.needs) == at + 1  # who raises money needs capital too


def test_the_page_of_a_listed_pair_takes_few_queries_on_both_sides(
    as_user, ayesha, li_wei, startup, investor
):
    ranked.rank_whole()
    for user, other in ((ayesha, investor), (li_wei, startup)):
        client = as_user(user)
        shown(client, other)  # the first page of a day writes its receipts
        with CaptureQueriesContext(connection) as queries:
            assert shown(client, other).listed
        assert len(queries) <= MOST_QUERIES["match"] - 1  # there is no notice, which takes one


def test_a_website_is_a_link_only_when_it_is_one(as_user, li_wei, startup):
    Startup.objects.filter(pk=startup.pk).update(website="javascript:alert(1)")

    links = [fact.url for fact in shown(as_user(li_wei), startup).facts if fact.label == "Website"]

    assert links == [""]
