"""What a description says and the profile does not: shown to its owner and the curator, never set."""

import pytest
from django.urls import reverse

from matchmaker.models.ranking import InferredSector
from profiles.choices import Status
from profiles.companies.steps.proposals import proposals_of
from profiles.models import AuditRecord, Investor, Need, NeedType, Sector, Startup, Thesis
from tests import factories

pytestmark = pytest.mark.django_db

OURS = (
    "Drip irrigation for cotton. We need sensors, but we do not need cloud. We also sell in Sindh, not in "
    "Balochistan. Telemedicine is our second product. We do not work with state-owned companies."
)
THEIRS = (
    "We provide training and sensors. We do not take fresh fruit. No early stage. We invest in Punjab and "
    "in telemedicine. 不投无收入的项目。"
)


def keys(company):
    return [each.key for each in proposals_of(type(company).objects.get(pk=company.pk))]


@pytest.fixture
def told(startup, ayesha):
    Startup.objects.filter(pk=startup.pk).update(summary_en=OURS)
    return startup


@pytest.fixture
def partner(li_wei):
    investor = li_wei.membership.investor
    Investor.objects.filter(pk=investor.pk).update(summary_en=THEIRS, pitch="")
    return investor


def test_of_a_startup_what_it_does_not_state_is_proposed(told):
    assert keys(told) == ["+need:hardware", "+place:PK-SD", "+sector:HLT01", "-no_state_owned:"]


def test_one_click_adds_it_with_a_record_and_nothing_else(told, ayesha, as_user):
    Need.objects.create(startup=told, type=NeedType.objects.get(code="cloud"), quantity="two servers")
    browser = as_user(ayesha)
    for key in keys(told):
        answer = browser.post(reverse("proposal_answer"), {"key": key, "next": "/startup/needs/"})
        assert answer.headers["Location"] == "/startup/needs/"
    told.refresh_from_db()
    assert sorted(told.needs.values_list("type__code", "quantity")) == [
        ("cloud", "two servers"), ("hardware", ""),
    ]  # fmt: skip
    assert [place.code for place in told.operating_places.all()] == ["PK-SD"]
    assert [sector.code for sector in told.other_sectors.all()] == ["HLT01"]
    assert (told.no_state_owned, told.stage.code, told.primary_sector.code) == (True, "seed", "AGR01")
    assert keys(told) == []
    assert AuditRecord.objects.filter(action="edited").count() == 4


def test_a_declined_proposal_never_comes_back_and_changes_nothing_that_others_see(told, ayesha, as_user):
    before = told.changed_at
    as_user(ayesha).post(reverse("proposal_answer"), {"key": "+place:PK-SD", "decline": "1"})
    told.refresh_from_db()
    assert "+place:PK-SD" not in keys(told)
    Startup.objects.filter(pk=told.pk).update(summary_en="We sell in Sindh.")
    assert keys(told) == []
    assert (told.changed_at, told.operating_places.count()) == (before, 0)


@pytest.mark.parametrize("key", ["+place:PK-BA", "+sector:FIN01", "-no_state_owned:x", "", "+need:"])
def test_only_what_is_proposed_can_be_added_or_declined(told, founder, key):
    founder.post(reverse("proposal_answer"), {"key": key})
    founder.post(reverse("proposal_answer"), {"key": key, "decline": "1"})
    told.refresh_from_db()
    assert (told.declined, told.operating_places.count(), told.no_state_owned) == ([], 0, False)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "match", "account_logout"])
def test_it_leads_to_no_other_site_nor_to_a_view_by_its_name(told, ayesha, as_user, where):
    answer = as_user(ayesha).post(reverse("proposal_answer"), {"key": "x", "next": where})
    assert answer.headers["Location"] == "/home/"


def test_an_exclusion_is_proposed_for_the_theses_and_never_set_without_a_click(partner, li_wei, as_user):
    second = factories.make_thesis(partner, "Later stages")
    second.stages.clear()
    assert keys(partner) == [
        "+offer:training", "+offer:hardware", "-sector:AGR05", "-stage:idea|pre_seed|angel|seed",
        "-no_pre_revenue:",
    ]  # fmt: skip
    browser = as_user(li_wei)
    for path in ("/home/", "/investor/status/", "/investor/theses/", "/investor/offers/"):
        browser.get(path)
    assert not Thesis.objects.exclude(sectors_out=None).exists()

    for key in keys(partner):
        browser.post(reverse("proposal_answer"), {"key": key})
    first = partner.theses.exclude(pk=second.pk).get()
    early = ["angel", "idea", "pre_seed", "seed"]
    assert sorted(second.stages_out.values_list("code", flat=True)) == early
    assert first.stages_out.count() == 0  # it wants seed: its own words win
    assert [thesis.sectors_out.get().code for thesis in (first, second)] == ["AGR05"] * 2
    assert set(partner.theses.values_list("no_pre_revenue", flat=True)) == {True}
    assert sorted(partner.offers.values_list("type__code", flat=True)) == ["hardware", "training"]


def test_what_a_single_thesis_lacks_is_proposed(partner):
    thesis = partner.theses.get()
    thesis.places.clear()
    thesis.save()
    assert {"+sector:HLT01", "+place:PK-PB"} <= {*keys(partner)}


def test_the_owner_reads_it_on_the_way_and_the_curator_in_review(told, founder, sana, as_user):
    paths = "/startup/status/", "/startup/needs/"
    found = {path: founder.get(path).content.decode() for path in paths}
    assert all("you need Hardware and devices. Add it" in page for page in found.values())
    assert "Do you work there?" not in found["/startup/needs/"]

    Startup.objects.filter(pk=told.pk).update(status=Status.SUBMITTED, reviewed_at=None)
    page = as_user(sana).get(reverse("review", args=["startup", told.public_id])).content.decode()
    assert "In the description, but not stated" in page
    assert reverse("proposal_answer") not in page


def test_a_curator_says_with_one_click_whether_it_is_a_sector(told, sana, as_user):
    Startup.objects.filter(pk=told.pk).update(
        status=Status.SUBMITTED,
        reviewed_at=None,
        summary_en="Telemedicine and drip irrigation. Crop insurance.",
    )
    page, answer = (reverse(name, args=["startup", told.public_id]) for name in ("review", "review_proposal"))
    browser = as_user(sana)
    assert answer in browser.get(page).content.decode()
    assert browser.post(answer, {"refuse": "+sector:HLT01"}).headers["Location"] == page
    browser.post(answer, {"add": "+sector:HLT01"})  # refused for good
    browser.post(answer, {"add": "+sector:FIN01"})  # nothing says so
    told.refresh_from_db()
    assert (told.declined, told.other_sectors.count()) == (["+sector:HLT01"], 0)
    refused = AuditRecord.objects.get(action="edited")
    assert (refused.actor, refused.details) == (sana, {"act": "refused"})
    (key,) = [key for key in keys(told) if key.startswith("+sector:")]
    browser.post(answer, {"add": key})
    assert [f"+sector:{sector.code}" for sector in told.other_sectors.all()] == [key]


def test_while_somebody_types_it_says_what_it_reads_and_keeps_nothing(startup, ayesha, stranger, as_user):
    answer = as_user(ayesha).post(reverse("read_typed"), {"summary_ur": "ہمیں سینسر کی ضرورت ہے۔"})
    assert [each.key for each in answer.context["read"]] == ["+need:hardware"]
    assert not Startup.objects.exclude(summary_ur="").exists()
    newcomer = factories.make_founder("new@example.com", None)
    answer = as_user(newcomer).post(reverse("read_typed"), {"pitch": "Drip irrigation in Sindh"})
    assert [each.key for each in answer.context["read"]] == ["+sector:AGR01", "+place:PK-SD"]


def test_a_sector_inferred_from_the_whole_text_is_proposed_as_a_likeness(startup):
    Startup.objects.filter(pk=startup.pk).update(primary_sector=Sector.objects.get(code="AGR"), pitch="")
    InferredSector.objects.create(startup=startup, sector=Sector.objects.get(code="AGR05"), position=0)
    (found,) = proposals_of(Startup.objects.get(pk=startup.pk))
    assert (found.key, str(found)) == (
        "+sector:AGR05",
        "Your description may be about Farm-to-market and produce trading. Add this to your sectors?",
    )
