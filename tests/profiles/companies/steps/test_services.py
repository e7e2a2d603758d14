"""Writing profiles: declared fields, money at the dated rate, review, duplicates."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from profiles import models
from profiles.catalogue.consents import services as consents
from profiles.catalogue.taxonomy.selectors.money import NoRateError, rate_for
from profiles.catalogue.visibility import services as disclosures
from profiles.catalogue.visibility.fields import CATALOGUE, editable
from profiles.choices import Purpose, Side, Status
from profiles.companies.steps import services as companies
from profiles.companies.steps.selectors import completeness, named_like
from profiles.companies.steps.services import NotReadyError, NotSubmittableError, UndeclaredFieldError
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.signals import profile_changed
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT.replace(year=2026, month=3)


@pytest.fixture
def nudges():
    heard: list[tuple[Any, int]] = []

    def hear(side: Side, pk: int, **_rest: Any) -> None:
        heard.append((side, pk))

    profile_changed.connect(hear)
    yield heard
    profile_changed.disconnect(hear)


@pytest.fixture
def draft(stranger):
    return companies.create(models.Startup, name_en="Chenab Cloud", by=stranger, at=MOMENT, owner=stranger)


def edit(startup: models.Startup, by: models.User, **changes: Any) -> models.Startup:
    return companies.edit(startup, changes=changes, by=by, at=LATER)


# --- Editing ---------------------------------------------------------------------------------------


def test_a_new_company_belongs_to_whoever_names_it(draft, stranger):
    assert models.Membership.objects.get(startup=draft).user == stranger
    assert (draft.status, draft.name_key, draft.matching_consent) == (Status.DRAFT, "|chenabcloud|", False)


def test_an_edit_is_written_audited_and_told(startup, ayesha, nudges):
    edited = edit(
        startup, ayesha, team_size=12, other_sectors=list(models.Sector.objects.filter(code="NET01"))
    )
    edited.refresh_from_db()
    assert (edited.team_size, [sector.code for sector in edited.other_sectors.all()]) == (12, ["NET01"])
    record = models.AuditRecord.objects.get(action="edited")
    assert record.details["fields"] == ["other_sectors", "team_size"]
    assert record.kept.before == {"team_size": "9", "other_sectors": []}
    assert record.kept.after["team_size"] == "12"
    assert (record.subject, record.actor, record.at) == (f"startup:{startup.public_id}", ayesha, LATER)
    assert (edited.changed_at, nudges) == (LATER, [(Side.STARTUP, startup.pk)])


def test_an_edit_that_changes_nothing_leaves_no_trace(startup, ayesha, nudges):
    edit(startup, ayesha, team_size=9, languages=["ur", "en"], forms=list(startup.forms.all()))
    assert (models.AuditRecord.objects.count(), nudges) == (0, [])


def test_a_forms_instance_does_not_hide_a_change(startup, ayesha):
    startup.team_size = 40  # as a form has written it into the instance already
    assert edit(startup, ayesha, team_size=40).team_size == 40
    assert models.Startup.objects.get().team_size == 40


def test_no_other_field_of_a_startup_can_be_set(startup, ayesha):
    others = {field.name for field in models.Startup._meta.get_fields()} - editable(CATALOGUE[Side.STARTUP])
    before = models.Startup.objects.filter(pk=startup.pk).values().get()
    for name in {*others, "pk"}:
        with pytest.raises(UndeclaredFieldError):
            edit(startup, ayesha, team_size=99, **{name: "1"})
    assert models.Startup.objects.filter(pk=startup.pk).values().get() == before


def test_no_other_field_of_an_investor_can_be_set(li_wei):
    investor = models.Investor.objects.get()
    for name in {field.name for field in models.Investor._meta.get_fields()} - editable(
        CATALOGUE[Side.INVESTOR]
    ):
        with pytest.raises(UndeclaredFieldError):
            companies.edit(investor, changes={name: "1"}, by=li_wei, at=LATER)


def test_no_other_field_of_a_thesis_or_deal_can_be_set(li_wei):
    for save, others in (
        (companies.save_thesis, ("investor", "id", "ticket_min_usd", "rate_on")),
        (companies.save_deal, ("investor", "source", "is_demo", "amount_usd")),
    ):
        for name in others:
            with pytest.raises(UndeclaredFieldError):
                save(models.Investor.objects.get(), values={name: 1}, by=li_wei, at=LATER)


def test_no_other_field_of_a_need_can_be_set(startup, ayesha):
    need = {"type": models.NeedType.objects.get(code="cloud"), "startup": startup}
    with pytest.raises(UndeclaredFieldError):
        companies.edit(startup, changes={}, rows={"needs": [need]}, by=ayesha, at=LATER)


def test_visibility_takes_only_offered_choices_and_keeps_the_others(startup, ayesha):
    startup.visibility = {"name": "mutual"}
    startup.save()
    chosen = {"ask": "matched", "contact": "public", "status": "approved", "revenue": "everyone"}
    assert edit(startup, ayesha, visibility=chosen).visibility == {"name": "mutual", "ask": "matched"}


def test_needs_are_replaced_as_a_whole(startup, ayesha, nudges):
    rows = [{"type": models.NeedType.objects.get(code=code), "urgency": 3} for code in ("cloud", "hardware")]
    companies.edit(startup, changes={}, rows={"needs": rows}, by=ayesha, at=LATER)
    companies.edit(startup, changes={}, rows={"needs": list(reversed(rows))}, by=ayesha, at=LATER)
    assert len(nudges) == 1
    companies.edit(startup, changes={}, rows={"needs": rows[:1]}, by=ayesha, at=LATER)
    assert [need.type.code for need in startup.needs.all()] == ["cloud"]
    assert len(nudges) == 2


def test_somebody_elses_thesis_or_deal_does_not_exist(li_wei):
    investor, other = models.Investor.objects.get(), factories.make_investor("Other Fund")
    thesis = other.theses.get()
    deal = other.deals.create(startup_name="X", closed_on=date(2026, 1, 1))
    for act in (
        lambda: companies.save_thesis(investor, values={"name": "Mine"}, thesis=thesis, by=li_wei, at=LATER),
        lambda: companies.delete_row(investor, row=thesis, by=li_wei, at=LATER),
    ):
        with pytest.raises(models.Thesis.DoesNotExist):
            act()
    for act in (
        lambda: companies.save_deal(investor, values={"startup_name": "Y"}, deal=deal, by=li_wei, at=LATER),
        lambda: companies.delete_row(investor, row=deal, by=li_wei, at=LATER),
    ):
        with pytest.raises(models.Deal.DoesNotExist):
            act()
    assert (other.theses.get().name, other.deals.get().startup_name) == ("Seed in food and farming", "X")


# --- Money -----------------------------------------------------------------------------------------


def test_an_ask_is_converted_at_the_dated_rate(startup, sana):
    models.ExchangeRate.objects.exclude(source__startswith="Round").delete()
    for currency, amount, usd in (
        ("USD", "250000", "250000.00"),
        ("PKR", "70000000", "250000.00"),
        ("PKR", "1", "0.00"),
        ("CNY", "7.10", "1.00"),
        ("CNY", "1000000", "140845.07"),
    ):
        edited = edit(startup, sana, ask_min=Decimal(0), ask_max=Decimal(amount), ask_currency=currency)
        assert edited.ask_max_usd == Decimal(usd)
        assert edited.rate_on == (None if currency == "USD" else date(2026, 11, 1))


def test_a_deal_takes_the_rate_of_its_day(li_wei):
    source = {"currency": "PKR", "source": "Test"}
    models.ExchangeRate.objects.create(per_usd=100, quoted_on=date(2020, 1, 1), **source)
    models.ExchangeRate.objects.create(per_usd=160, quoted_on=date(2021, 1, 1), **source)
    days = ("2019-05-01", "2020-01-01", "2020-12-31", "2021-01-01", "2030-01-01")
    found = [rate_for("PKR", on=date.fromisoformat(day)).per_usd for day in days]
    assert found == [100, 100, 100, 160, 280]
    values = {"startup_name": "X", "closed_on": date(2020, 6, 1), "amount": Decimal(5000), "currency": "PKR"}
    deal = companies.save_deal(models.Investor.objects.get(), values=values, by=li_wei, at=LATER)
    assert (deal.amount_usd, deal.rate_on, deal.source) == (Decimal(50), date(2020, 1, 1), "self")


def test_without_a_rate_nothing_is_written(startup, ayesha):
    models.ExchangeRate.objects.all().delete()
    with pytest.raises(NoRateError):
        edit(startup, ayesha, team_size=77, ask_currency="PKR")
    startup.refresh_from_db()
    assert (startup.team_size, startup.ask_currency) == (9, "USD")


def test_a_new_currency_alone_is_converted_too(startup, sana):
    assert edit(startup, sana, ask_currency="CNY").ask_min_usd == Decimal("28169.01")


def test_the_database_holds_the_rules(startup):
    for wrong in (
        {"ask_min": 5, "ask_max": 4},
        {"founded": 1066},
        {"capacity": 0},
        {"foreign_share_pct": 101},
        {"status": "nice"},
        {"name_en": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Startup.objects.filter(pk=startup.pk).update(**wrong)


# --- Statuses --------------------------------------------------------------------------------------


def ready(startup: models.Startup, by: models.User) -> models.Startup:
    edit(
        startup,
        by,
        pitch="Clouds for clinics",
        summary_ur="کلینکوں کے لیے کلاؤڈ",
        place=models.Place.objects.get(code="PK-LHE"),
        primary_sector=models.Sector.objects.get(code="NET01"),
        stage=factories.Stage.objects.get(code="seed"),
        seeks_capital=True,
        ask_max=Decimal(100),
        forms=list(factories.PartnershipForm.objects.filter(code="equity")),
    )
    consents.set_all(startup, purposes=frozenset({Purpose.MATCHING, Purpose.SHOWING}), by=by, at=LATER)
    return startup


def test_submission_names_what_is_missing(draft, stranger):
    with pytest.raises(NotReadyError) as caught:
        companies.submit(draft, by=stranger, at=LATER)
    assert [field.name for field in caught.value.missing] == [
        "pitch", "summary", "place", "primary_sector", "stage", "needs", "forms", "matching", "showing",
    ]  # fmt: skip
    assert models.Startup.objects.get(pk=draft.pk).status == Status.DRAFT


def test_a_ready_draft_is_submitted(draft, stranger):
    colleague = factories.make_founder("colleague@example.com", draft, language="zh-hans")
    for days in (1, 1, 2, 3, 9):
        models.Review.objects.create(
            startup=draft,
            outcome="approved",
            decided_by=stranger,
            decided_at=LATER,
            waited_since=LATER - timedelta(days=days),
        )
    submitted = companies.submit(ready(draft, stranger), by=stranger, at=LATER)
    assert (submitted.status, submitted.submitted_at) == (Status.SUBMITTED, LATER)
    assert models.AuditRecord.objects.filter(action="submitted").count() == 1
    receipts = {
        mail.recipient: mail.body for mail in models.OutboxMail.objects.filter(kind="profile_received")
    }
    assert receipts.keys() == {stranger.email, colleague.email}
    usual = "Half of the last 5 reviews took at most 2 days, nineteen of twenty at most 9."
    assert f"received the profile of {draft.name}" in receipts[stranger.email]
    assert usual in receipts[stranger.email]
    assert reverse("startup_status") in receipts[stranger.email]
    assert "半数在 2 天内完成" in receipts[colleague.email]


def test_what_came_back_is_not_called_ready(draft, stranger, client):
    review = ready(draft, stranger).reviews.create(outcome="returned", decided_by=stranger)
    review.given.create(field="pitch", text="Who?")
    models.Startup.objects.update(status=Status.RETURNED)
    client.force_login(stranger)
    page = client.get(reverse("startup_status")).content.decode()
    assert "What to change" in page
    assert "Submit again" in page
    assert "Ready for review" not in page


def test_only_drafts_and_returned_profiles_are_submitted(draft, stranger):
    ready(draft, stranger)
    for status in (Status.SUBMITTED, Status.APPROVED, Status.REJECTED):
        models.Startup.objects.filter(pk=draft.pk).update(status=status)
        with pytest.raises(NotSubmittableError):
            companies.submit(draft, by=stranger, at=LATER)
        assert models.Startup.objects.get(pk=draft.pk).status == status


@pytest.mark.parametrize(
    ("change", "submitted_at"),
    [
        ({"name_en": "Indus Glow"}, LATER),  # waits for a curator
        ({"stage": None}, LATER),  # holds at once, and is looked at
        ({"team_size": 10}, LATER),  # so is this, and its readers see that it has changed
        ({"business_model": "b2b"}, MOMENT),  # disturbs no curator
    ],
)
def test_what_an_edit_changes_says_whether_it_is_reviewed(startup, ayesha, change, submitted_at):
    edited = edit(startup, ayesha, **change)
    assert (edited.status, edited.is_published, edited.submitted_at) == (Status.APPROVED, True, submitted_at)


def test_an_investors_jurisdiction_follows_its_place(li_wei):
    place = models.Place.objects.get(code="SG")
    assert (
        companies.edit(
            models.Investor.objects.get(), changes={"place": place}, by=li_wei, at=LATER
        ).jurisdiction
        == "SG"
    )


# --- Consent ---------------------------------------------------------------------------------------


def test_matching_follows_consent(draft, stranger):
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
        states.append(models.Startup.objects.get(pk=draft.pk).matching_consent)
    assert states == [True, True, True, False, True, False, False]
    assert models.Consent.objects.count() == 3
    assert models.AuditRecord.objects.filter(action="consented").count() == 5


def test_consent_stays_on_record_with_its_words(draft, stranger):
    consents.give(draft, purpose=Purpose.MATCHING, by=stranger, at=MOMENT)
    consents.withdraw(draft, purpose=Purpose.MATCHING, by=stranger, at=LATER)
    kept = models.Consent.objects.get()
    assert (kept.given_at, kept.withdrawn_at, kept.text_version) == (MOMENT, LATER, consents.TEXT_VERSION)


# --- Opening exact amounts -------------------------------------------------------------------------


def test_a_curator_opens_amounts_with_a_reason_on_record(startup, sana, ayesha):
    with pytest.raises(NotACuratorError):
        disclosures.open_restricted(startup, reason="curious", by=ayesha, at=LATER)
    with pytest.raises(ReasonMissingError):
        disclosures.open_restricted(startup, reason="  ", by=sana, at=LATER)
    record = disclosures.open_restricted(startup, reason="Checks the round", by=sana, at=LATER)
    assert (record.action, record.details) == ("viewed", {"reason": "Checks the round"})


# --- Completeness and duplicates -------------------------------------------------------------------


def test_a_round_makes_a_profile_more_complete_and_who_raises_nothing_is_not_asked(startup):
    startup.needs.create(type=models.NeedType.objects.get(code="hardware"))
    models.Startup.objects.filter(pk=startup.pk).update(seeks_capital=False, ask_min=None, ask_max=None)
    before = completeness(models.Startup.objects.get(pk=startup.pk))
    assert "ask" not in [field.name for field in before.missing]
    models.Startup.objects.filter(pk=startup.pk).update(seeks_capital=True)
    assert "ask" in [field.name for field in completeness(models.Startup.objects.get(pk=startup.pk)).missing]
    models.Startup.objects.filter(pk=startup.pk).update(ask_max=500_000)
    assert completeness(models.Startup.objects.get(pk=startup.pk)).percent > before.percent


def test_completeness_names_the_next_useful_field(draft, stranger):
    before = completeness(draft)
    assert before.next_field is not None
    assert (before.next_field.name, before.next_field.step) == ("pitch", "basics")
    after = completeness(models.Startup.objects.get(pk=ready(draft, stranger).pk))
    assert after.percent > before.percent
    assert completeness(models.Startup.objects.get(pk=draft.pk)).needed == ()


def test_a_round_is_answered_by_its_amount_or_by_other_needs(draft):
    def is_open() -> bool:
        asked = completeness(models.Startup.objects.get(pk=draft.pk)).missing
        return "round" in {item.step for item in asked}

    assert is_open(), "an empty draft has not answered it"
    draft.needs.create(type=models.NeedType.objects.earliest("position"))
    assert not is_open(), "needs beyond capital"
    models.Startup.objects.filter(pk=draft.pk).update(seeks_capital=True)
    assert is_open(), "money, but how much?"


def test_the_same_name_is_found_in_any_script(startup, sana):
    edit(startup, sana, name_en="Indus Grow", name_ur="انڈس گرو")
    for names, count in (
        (("INDUS-GROW (Pvt) Ltd",), 1),
        (("", "انڈس گرو"), 1),
        (("Indus",), 0),
        (("|", "%", ""), 0),
    ):
        assert named_like(models.Startup, *names).count() == count
