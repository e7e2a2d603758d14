"""From draft to review, consent, opening figures, completeness, duplicates."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profiles.choices import Purpose, Status
from profiles.companies import services as companies
from profiles.companies.selectors import WAITING, completeness, duplicates_of, missing_for_submission
from profiles.companies.services import NotReadyError, NotSubmittableError
from profiles.consents import services as consents
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Consent, Investor, NeedType, Place, Sector, Startup, User
from profiles.visibility import services as disclosures
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT.replace(year=2026, month=3)


@pytest.fixture
def draft(stranger: User) -> Startup:
    return companies.create(Startup, name_en="Chenab Cloud", by=stranger, at=MOMENT, owner=stranger)


def edit(startup: Startup, by: User, **changes: Any) -> Startup:
    return companies.edit(startup, changes=changes, by=by, at=LATER)


# --- Statuses --------------------------------------------------------------------------------------


def ready(startup: Startup, by: User) -> Startup:
    edit(
        startup,
        by,
        pitch="Clouds for clinics",
        summary_ur="کلینکوں کے لیے کلاؤڈ",
        place=Place.objects.get(code="PK-LHE"),
        primary_sector=Sector.objects.get(code="NET01"),
        stage=factories.Stage.objects.get(code="seed"),
        seeks_capital=True,
        ask_max=Decimal(100),
        forms=list(factories.PartnershipForm.objects.filter(code="equity")),
    )
    consents.set_all(startup, purposes=frozenset({Purpose.MATCHING, Purpose.SHOWING}), by=by, at=LATER)
    return startup


def test_submission_names_what_is_missing(draft: Startup, stranger: User) -> None:
    with pytest.raises(NotReadyError) as caught:
        companies.submit(draft, by=stranger, at=LATER)
    assert [item.field for item in caught.value.missing] == [
        "pitch", "summary", "place", "primary_sector", "stage", "needs", "forms", "matching", "showing",
    ]  # fmt: skip
    assert Startup.objects.get(pk=draft.pk).status == Status.DRAFT


def test_a_ready_draft_is_submitted(draft: Startup, stranger: User) -> None:
    submitted = companies.submit(ready(draft, stranger), by=stranger, at=LATER)
    assert (submitted.status, submitted.submitted_at) == (Status.SUBMITTED, LATER)
    assert AuditRecord.objects.filter(action="submitted").count() == 1


def test_what_came_back_is_not_called_ready(draft: Startup, stranger: User, client: Client) -> None:
    ready(draft, stranger).reviews.create(outcome="returned", reasons={"pitch": "Who?"}, decided_by=stranger)
    Startup.objects.update(status=Status.RETURNED)
    client.force_login(stranger)
    page = client.get(reverse("startup_status")).content.decode()
    assert [words in page for words in ("What to change", "Submit again", "Ready for review")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.REJECTED])
def test_only_drafts_and_returned_profiles_are_submitted(draft: Startup, stranger: User, status: str) -> None:
    ready(draft, stranger)
    Startup.objects.filter(pk=draft.pk).update(status=status)
    with pytest.raises(NotSubmittableError):
        companies.submit(draft, by=stranger, at=LATER)
    assert Startup.objects.get(pk=draft.pk).status == status


def test_a_new_name_is_reviewed_before_it_is_matched(startup: Startup, ayesha: User) -> None:
    edited = edit(startup, ayesha, name_en="Indus Glow")
    assert (edited.status, edited.submitted_at, edited.name_key) == (Status.SUBMITTED, LATER, "|lndusglovv|")


def test_another_material_edit_stays_published_and_is_looked_at(startup: Startup, ayesha: User) -> None:
    edited = edit(startup, ayesha, pitch="Something else")
    assert (edited.status, edited.submitted_at, edited.is_published) == (Status.APPROVED, LATER, True)


def test_a_small_edit_disturbs_no_curator(startup: Startup, ayesha: User) -> None:
    edited = edit(startup, ayesha, team_size=10)
    assert (edited.status, edited.submitted_at) == (Status.APPROVED, MOMENT)


@pytest.mark.parametrize(
    ("group", "change"),
    [("name", {"name_en": "Indus Glow"}), ("registration", {"registration_number": "0012345"})],
)
def test_a_hidden_identity_is_reviewed_and_moves_nobody(
    startup: Startup, ayesha: User, group: str, change: dict[str, str]
) -> None:
    startup.visibility = {group: "mutual"}
    startup.save()
    edited = edit(startup, ayesha, **change)
    assert (edited.status, edited.submitted_at, edited.is_published) == (Status.APPROVED, LATER, True)
    assert Startup.objects.filter(WAITING, pk=startup.pk).count() == 1

    shown = companies.edit(edited, changes={"visibility": {group: "matched"}}, by=ayesha, at=LATER)
    assert shown.status == Status.SUBMITTED  # nobody reads what no curator has read


def test_a_checked_identity_may_be_shown_at_once(startup: Startup, ayesha: User) -> None:
    startup.visibility = {"name": "mutual"}
    startup.save()
    edited = edit(startup, ayesha, visibility={"name": "matched"})
    assert (edited.status, edited.submitted_at) == (Status.APPROVED, MOMENT)


def test_hiding_a_name_does_not_smuggle_in_another(startup: Startup, ayesha: User) -> None:
    edited = edit(startup, ayesha, visibility={"name": "mutual"}, name_en="Indus Glow")
    assert edited.status == Status.APPROVED
    assert edit(edited, ayesha, visibility={"name": "matched"}).status == Status.SUBMITTED


@pytest.mark.parametrize(("audience", "status"), [("matched", Status.SUBMITTED), ("mutual", Status.APPROVED)])
def test_an_investors_legal_name_is_reviewed(li_wei: User, audience: str, status: Status) -> None:
    Investor.objects.update(visibility={"registration": audience})
    edited = companies.edit(Investor.objects.get(), changes={"legal_name": "PRC Ltd"}, by=li_wei, at=LATER)
    assert (edited.status, edited.submitted_at) == (status, LATER)


def test_an_investors_jurisdiction_follows_its_place(li_wei: User) -> None:
    place = Place.objects.get(code="SG")
    assert (
        companies.edit(Investor.objects.get(), changes={"place": place}, by=li_wei, at=LATER).jurisdiction
        == "SG"
    )


# --- Consent ---------------------------------------------------------------------------------------


def test_matching_follows_consent(draft: Startup, stranger: User) -> None:
    states = []
    for act, purpose in (
        (consents.give, Purpose.MATCHING),
        (consents.give, Purpose.MATCHING),
        (consents.give, Purpose.SHOWING),
        (consents.withdraw, Purpose.SHOWING),
        (consents.give, Purpose.SHOWING),
        (consents.withdraw, Purpose.MATCHING),
        (consents.withdraw, Purpose.MATCHING),
    ):
        act(draft, purpose=purpose, by=stranger, at=LATER)
        states.append(Startup.objects.get(pk=draft.pk).matching_consent)
    assert states == [True, True, True, False, True, False, False]
    assert Consent.objects.count() == 3
    assert AuditRecord.objects.filter(action="consented").count() == 5


def test_consent_stays_on_record_with_its_words(draft: Startup, stranger: User) -> None:
    consents.give(draft, purpose=Purpose.MATCHING, by=stranger, at=MOMENT)
    consents.withdraw(draft, purpose=Purpose.MATCHING, by=stranger, at=LATER)
    kept = Consent.objects.get()
    assert (kept.given_at, kept.withdrawn_at, kept.text_version) == (MOMENT, LATER, consents.TEXT_VERSION)


# --- Opening exact amounts -------------------------------------------------------------------------


def test_a_curator_opens_amounts_with_a_reason_on_record(startup: Startup, sana: User, ayesha: User) -> None:
    with pytest.raises(NotACuratorError):
        disclosures.open_restricted(startup, reason="curious", by=ayesha, at=LATER)
    with pytest.raises(ReasonMissingError):
        disclosures.open_restricted(startup, reason="  ", by=sana, at=LATER)
    record = disclosures.open_restricted(startup, reason="Checks the round", by=sana, at=LATER)
    assert (record.action, record.details) == ("viewed", {"reason": "Checks the round"})


# --- Completeness and duplicates -------------------------------------------------------------------


def test_completeness_names_the_next_useful_field(draft: Startup, stranger: User) -> None:
    before = completeness(draft)
    assert before.next_field is not None
    assert (before.next_field.field, before.next_field.step) == ("pitch", "basics")
    after = completeness(Startup.objects.get(pk=ready(draft, stranger).pk))
    assert after.percent > before.percent
    assert missing_for_submission(Startup.objects.get(pk=draft.pk)) == ()


def test_a_round_is_answered_by_its_amount_or_by_other_needs(draft: Startup) -> None:
    def is_open() -> bool:
        asked = completeness(Startup.objects.get(pk=draft.pk)).missing
        return "round" in {item.step for item in asked}

    assert is_open(), "an empty draft has not answered it"
    draft.needs.create(type=NeedType.objects.earliest("position"))
    assert not is_open(), "needs beyond capital"
    Startup.objects.filter(pk=draft.pk).update(seeks_capital=True)
    assert is_open(), "money, but how much?"


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"names": ("INDUS-GROW (Pvt) Ltd",)}, 1),
        ({"names": ("", "انڈس گرو")}, 1),
        ({"names": ("Indus",)}, 0),
        ({"website": "https://www.indus.example/en"}, 1),
        ({"website": "https://indus.example.evil"}, 0),
        ({"website": ""}, 0),
        ({"registration": "a-1"}, 1),
        ({"registration": "A"}, 0),
        ({"names": ("|", "%", "")}, 0),
    ],
)
def test_duplicates_are_found_in_any_script(startup: Startup, ayesha: User, given: Any, count: int) -> None:
    edit(
        startup,
        ayesha,
        name_en="Indus Grow",
        name_ur="انڈس گرو",
        website="https://indus.example",
        registration_number="A-1",
    )
    assert duplicates_of(Startup, **given).count() == count
    assert duplicates_of(Startup, **given, except_pk=startup.pk).count() == 0
