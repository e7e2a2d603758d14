"""Figures of the market, deals on record, and how much hangs on one partner."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing.selectors.figures import (
    TOPICS,
    Spread,
    by_sector,
    context_topics,
    sector_of,
)
from matchmaker.deals.fair_dealing.selectors.governance import applying, askable_checks, tried_pairs
from matchmaker.desk.reports import services as reports
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.models import Deal, ExistingPartner, Investor, Need, NeedType, Place, Sector
from tests import factories
from tests.matchmaker.deals.fair_dealing import pairs
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db


def test_every_figure_of_the_file_is_shown_with_its_source():
    rows = list(csv_rows(DATA / "context_numbers.csv"))
    assert {row["topic"] for row in rows} == set(TOPICS)

    figures = [figure for topic in context_topics() for figure in topic["figures"]]
    assert len(figures) == len(rows)
    assert [
        f["metric"] for f in figures if f["publisher"] and not (f["source_url"] and f["source_date"])
    ] == []
    assert [(f["value"], f["bar"]) for f in figures if not f["publisher"]] == [("", 0)] * 2

    funding = context_topics()[0]
    of_2024 = [
        (figure["publisher"].split(" ")[0].strip(","), figure["value"])
        for figure in funding["drawn"]
        if figure["year"] == "2024"
    ]
    assert of_2024 == [("Data", "22.5"), ("invest2innovate", "43"), ("invest2innovate", "34")]
    assert max(figure["bar"] for figure in funding["drawn"]) == 1000
    assert next(figure["bar"] for figure in funding["drawn"] if figure["value"] == "36.6") == 100  # of 365.87

    drawn = [figure for topic in context_topics() for figure in topic["drawn"] if figure["unit"] == "percent"]
    assert {figure["value"]: figure["bar"] for figure in drawn}.items() >= {"13.9": 139, "67": 670}.items()


def test_everybody_may_read_them_in_three_languages_and_every_page_leads_there(client):
    assert client.get("/context/").status_code == 200
    assert 'href="/context/"' in client.get("/").content.decode()
    metrics = {"ur": "چین سے خالص براہِ راست سرمایہ کاری", "zh-hans": "来自中国的净外商直接投资"}
    for language, metric in metrics.items():
        client.cookies["django_language"] = language
        assert metric in client.get("/context/").content.decode()


# Worked by hand from profiles/data: who, in which form, and the checks without their "GOV-".
BY_HAND = {
    # Both in Pakistan, fisheries, a grant: nothing crosses a border, and no rule of a sector applies.
    ("Makran Machhera × Bolan Business Circle", "Grant or prize"): "",
    # Both in Pakistan; 7 % and 120,000 USD at 280 are 33.6m PKR: below both lines of the competition rules.
    ("Mandi Mizaan × Ravi Rung Angels", "Equity investment"): "",
    # Both in Pakistan, factory sensors (IND01): economic zones are of interest to all of IND.
    ("Sanat Sensor × Sutlej Sanat Group", "Pilot project"): "PK-15",
    # Both in Pakistan, lending (FIN03), data at home: the licence, and no question about a cloud abroad.
    ("Qatra Qarz × Kirthar Microbank", "Loan or venture debt"): "PK-08",
    # From Britain, a loan to a lender (FIN03): loans, owners, sanctions, a vehicle in a third place.
    ("Fasli Qarz Ghar × Northmere Development Finance", "Loan or venture debt"): (
        "IN-01 IN-02 IN-04 PK-04 PK-08"
    ),
    # From China, a licence of language technology (ENT02) with training and a platform; personal data that is
    # kept in several countries.
    ("Zaban Zameen × Langtong Cloud", "Technology licence"): "CN-02 CN-06 CN-07 IN-01 IN-05 PK-06 PK-14",
    # From China, a strategic stake of 34 % in a payments firm (FIN01) with personal data.
    ("Rezgari Raah × Qiaoxi Pay", "Strategic stake (investment tied to a business agreement)"): (
        "CN-01 CN-02 CN-03 CN-06 IN-01 IN-03 IN-04 PK-01 PK-03 PK-08 PK-09"
    ),
    # From China, 26 % of a wallet (FIN02) for savings (FIN11, sensitive in both laws) with biometric data.
    ("Gullak Garh × Qiaoxi Pay", "Equity investment"): (
        "CN-01 CN-02 CN-03 CN-04 CN-06 IN-01 IN-03 IN-04 IN-05 IN-06 PK-01 PK-02 PK-03 PK-08 PK-09"
    ),
}


@pytest.fixture
def found(db, settings):
    """The checks that ask something, by pair and form, for every deal of the demonstration."""
    settings.DEMO = True
    call_command("load_demo", companies=True, verbosity=0)
    checks = list(askable_checks())
    return {
        (pair.name, pair.form): [check.code.removeprefix("GOV-") for check in applying(checks, pair.facts)]
        for pair in tried_pairs()
    }


def test_the_deals_of_the_demonstration(found):
    counts = [len(codes) for codes in found.values()]

    assert (len(counts), min(counts), max(counts)) == (38, 0, 15)
    assert round(sum(counts) / len(counts), 1) == 6.2
    assert {pair: " ".join(found[pair]) for pair in BY_HAND} == BY_HAND


TODAY = date(2026, 11, 25)
OWN = "/startup/dependency/"


def need(startup, code, urgency):
    Need.objects.create(startup=startup, type=NeedType.objects.get(code=code), urgency=urgency)


def provides(startup, name, code, share, **fields):
    kind = NeedType.objects.get(code=code)
    ExistingPartner.objects.create(
        startup=startup, name=name, provides=kind.name_en, type=kind, share_pct=share, **fields
    )


def note(client, investor):
    return client.get(f"/matches/{investor.public_id}/fair-dealing/").context["page"]["dependency"]


def test_before_and_after_accepting_a_partner(talks):
    """Cloud weighs 3 and hardware 2, so all is 500: 3 × 20 = 12 % before, 3 × 100 = 60 % after."""
    need(talks.startup, "cloud", 3)
    need(talks.startup, "hardware", 2)
    provides(talks.startup, "Ravi Parts", "hardware", 100)
    provides(talks.startup, "Pearl  River CAPITAL", "cloud", 20)
    pairs.offer(talks.investor, "cloud")
    client = talks.founder

    found = note(client, talks.investor)
    assert (found["before"], found["after"], found["sole"]) == (12, 60, ["Cloud infrastructure"])

    # Another one has 30 % of the cloud: 3 × 70 = 42 %, and no only source.
    provides(talks.startup, "Third Cloud", "cloud", 30)
    found = note(client, talks.investor)
    assert (found["before"], found["after"], found["sole"]) == (12, 42, [])


def test_a_group_counts_as_one(talks):
    """Both belong to Blue: 2 × (40 + 22) of 200 is 62 %, and no one else provides it."""
    provides(talks.startup, "Blue Cloud", "cloud", 40, group_name="Blue")
    provides(talks.startup, "Blue Hosting", "cloud", 22, group_name="blue")

    found = talks.founder.get(OWN).context["dependency"]
    assert [(one["percent"], one["sole"]) for one in found["partners"]] == [(62, ["Cloud infrastructure"])]

    Investor.objects.update(group_name="BLUE")
    pairs.offer(talks.investor, "cloud")
    found = note(talks.founder, talks.investor)
    assert (found["before"], found["after"], found["sole"]) == (62, 100, ["Cloud infrastructure"])


def test_who_else_offers_it_stands_beside_the_warning(talks):
    need(talks.startup, "cloud", 3)
    sister, second, third = (factories.make_investor(name) for name in ("Sister", "Second", "Third"))
    Investor.objects.filter(pk__in=[talks.investor.pk, sister.pk]).update(group_name="Pearl")
    for one in (talks.investor, sister, third):
        pairs.offer(one, "cloud")
    order = (sister, third, second, talks.investor)
    lists.store(Side.STARTUP, talks.startup.pk, [lists.entry(one.pk, one.theses.get().pk) for one in order])

    assert note(talks.founder, talks.investor)["others"] == ["Third"]


def test_only_the_startup_reads_of_its_dependency(talks):
    pairs.offer(talks.investor, "cloud")
    talks.become_mutual()
    page = talks.partner.get(f"/matches/{talks.startup.public_id}/fair-dealing/")
    provides(talks.startup, "Zebrafinch Hosting", "cloud", 80)
    after = talks.partner.get(f"/matches/{talks.startup.public_id}/fair-dealing/")

    assert (page.context["page"]["dependency"], after.context["page"]["dependency"]) == (None, None)
    assert "Zebrafinch" not in after.content.decode()
    assert pairs.page_text(page) == pairs.page_text(after)


# --- Concentration ------------------------------------------------------------------------------------------


def deal(investor, amount, **fields):
    return Deal.objects.create(
        investor=investor,
        startup_name="Somebody",
        sector=Sector.objects.get(code="AGR01"),
        place=Place.objects.get(code="PK-LHE"),
        amount=amount,
        amount_usd=amount,
        **{"closed_on": TODAY - timedelta(days=30), **fields},
    )


@pytest.fixture
def partners(db):
    """Two of one group and two others, with five deals."""
    found = [factories.make_investor(name) for name in ("A one", "A two", "B", "C")]
    Investor.objects.filter(pk__in=[one.pk for one in found[:2]]).update(group_name="Group A")
    for place, amount in ((0, 100_000), (0, 200_000), (1, 200_000), (2, 300_000), (3, 200_000)):
        deal(found[place], amount)
    return found


def test_the_index_by_hand(partners):
    """Deals 3, 1, 1: 60² + 20² + 20² = 4400. Amounts 50, 30, 20 %: 2500 + 900 + 400 = 3800."""
    (found,) = by_sector(today=TODAY)

    assert (found.name, found.deals, found.partners) == ("Agritech and food", 5, 3)
    assert found.by_count
    assert found.by_amount
    by_count, by_amount = found.by_count, found.by_amount
    assert (by_count.hhi, by_count.largest_pct, by_count.effective) == (4400, 60, Decimal("2.3"))
    assert (by_amount.hhi, by_amount.largest_pct, by_amount.effective) == (3800, 50, Decimal("2.6"))
    assert [(one.name, one.deals) for one in found.within] == [("Punjab", 5)]


@pytest.mark.parametrize(
    ("hhi", "words"),
    [(1_000, "widely spread"), (1_250, "moderately concentrated"), (1_801, "highly concentrated")],
)
def test_the_index_is_told_in_words(hhi, words):
    assert Spread(hhi, 40).words.startswith(words)


def test_never_of_few_deals_or_partners(partners):
    Deal.objects.filter(investor=partners[3]).update(closed_on=TODAY - timedelta(days=900))
    (four,) = by_sector(today=TODAY)
    assert (four.deals, four.by_count, four.by_amount) == (4, None, None)

    deal(partners[2], 100_000)
    (two_partners,) = by_sector(today=TODAY)
    assert (two_partners.deals, two_partners.partners, two_partners.by_count) == (5, 2, None)


def test_a_startup_reads_no_amounts(as_user, ayesha, startup, partners):
    found = sector_of(startup, today=TODAY)
    assert found
    assert found.by_count
    assert (found.by_count.hhi, found.by_amount) == (4400, None)

    before = pairs.page_text(as_user(ayesha).get(OWN))
    Deal.objects.filter(investor=partners[0]).update(amount=9_999_999, amount_usd=9_999_999)
    assert pairs.page_text(as_user(ayesha).get(OWN)) == before


def test_a_startup_reads_of_published_partners_alone(startup, partners):
    hidden = factories.make_investor("Hidden", matching_consent=False)
    deal(hidden, 500_000)
    found = sector_of(startup, today=TODAY)
    assert found
    assert (found.deals, found.partners) == (5, 3)

    startup.matching_consent = False
    assert sector_of(startup, today=TODAY) is None


def compute():
    reports.request(by=None, at=timezone.now())
    assert reports.work(at=timezone.now())


def test_curators_read_what_the_worker_computed(as_user, sana, partners):
    def page():
        return " ".join(as_user(sana).get("/desk/concentration/").text.split())

    assert "No figures yet" in page()
    compute()
    deal(partners[0], 1)  # is counted the next time
    text = page()
    assert "Agritech and food" in text
    assert text.count("5 recorded deals in 24 months, with 3 partners") == 3  # by number, by amount, Punjab
    assert "4400" in text
    assert "3800" in text
    compute()
    assert "6 recorded deals in 24 months, with 3 partners" in page()


def test_the_queries_do_not_grow(as_user, ayesha, sana, startup, partners, same_queries):
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            provides(startup, name, "cloud", 10)
            deal(partners[0], 1000)
        compute()
        with same_queries():
            assert as_user(ayesha).get(OWN).status_code == 200
            assert as_user(sana).get("/desk/concentration/").status_code == 200
