"""Writing profiles: only declared fields, money at the dated rate, a record of all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from profiles.choices import Side, Status
from profiles.companies import services as companies
from profiles.companies.services import UndeclaredFieldError
from profiles.models import (
    AuditRecord,
    Deal,
    ExchangeRate,
    Investor,
    Membership,
    NeedType,
    Sector,
    Startup,
    Thesis,
    User,
)
from profiles.signals import profile_changed
from profiles.taxonomy.selectors.money import NoRateError, rate_for
from profiles.visibility.fields import CATALOGUE, editable
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT.replace(year=2026, month=3)


@pytest.fixture
def nudges() -> Any:
    heard: list[tuple[Any, int]] = []

    def hear(side: Side, pk: int, **_rest: Any) -> None:
        heard.append((side, pk))

    profile_changed.connect(hear)
    yield heard
    profile_changed.disconnect(hear)


@pytest.fixture
def draft(stranger: User) -> Startup:
    return companies.create(Startup, name_en="Chenab Cloud", by=stranger, at=MOMENT, owner=stranger)


def edit(startup: Startup, by: User, **changes: Any) -> Startup:
    return companies.edit(startup, changes=changes, by=by, at=LATER)


# --- Editing ---------------------------------------------------------------------------------------


def test_a_new_company_belongs_to_whoever_names_it(draft: Startup, stranger: User) -> None:
    assert Membership.objects.get(startup=draft).user == stranger
    assert (draft.status, draft.name_key, draft.matching_consent) == (Status.DRAFT, "|chenabcloud|", False)


def test_an_edit_is_written_audited_and_told(startup: Startup, ayesha: User, nudges: Any) -> None:
    edited = edit(startup, ayesha, team_size=12, other_sectors=list(Sector.objects.filter(code="NET01")))
    edited.refresh_from_db()
    assert (edited.team_size, [sector.code for sector in edited.other_sectors.all()]) == (12, ["NET01"])
    record = AuditRecord.objects.get(action="edited")
    assert record.details == {"fields": ["other_sectors", "team_size"]}
    assert (record.subject, record.actor, record.at) == (f"startup:{startup.public_id}", ayesha, LATER)
    assert (edited.changed_at, nudges) == (LATER, [(Side.STARTUP, startup.pk)])


def test_an_edit_that_changes_nothing_leaves_no_trace(startup: Startup, ayesha: User, nudges: Any) -> None:
    edit(startup, ayesha, team_size=9, languages=["ur", "en"], forms=list(startup.forms.all()))
    assert (AuditRecord.objects.count(), nudges) == (0, [])


def test_a_forms_instance_does_not_hide_a_change(startup: Startup, ayesha: User) -> None:
    startup.team_size = 40  # as a form has written it into the instance already
    assert edit(startup, ayesha, team_size=40).team_size == 40
    assert Startup.objects.get().team_size == 40


@pytest.mark.parametrize(
    "name",
    [*sorted({field.name for field in Startup._meta.get_fields()} - editable(CATALOGUE[Side.STARTUP])), "pk"],
)
def test_no_other_field_of_a_startup_can_be_set(startup: Startup, ayesha: User, name: str) -> None:
    before = Startup.objects.filter(pk=startup.pk).values().get()
    with pytest.raises(UndeclaredFieldError):
        edit(startup, ayesha, team_size=99, **{name: "1"})
    assert Startup.objects.filter(pk=startup.pk).values().get() == before


@pytest.mark.parametrize(
    "name", sorted({field.name for field in Investor._meta.get_fields()} - editable(CATALOGUE[Side.INVESTOR]))
)
def test_no_other_field_of_an_investor_can_be_set(li_wei: User, name: str) -> None:
    investor = Investor.objects.get()
    with pytest.raises(UndeclaredFieldError):
        companies.edit(investor, changes={name: "1"}, by=li_wei, at=LATER)


@pytest.mark.parametrize("name", ["investor", "id", "ticket_min_usd", "rate_on"])
def test_no_other_field_of_a_thesis_can_be_set(li_wei: User, name: str) -> None:
    with pytest.raises(UndeclaredFieldError):
        companies.save_thesis(Investor.objects.get(), values={"name": "New", name: 1}, by=li_wei, at=LATER)


@pytest.mark.parametrize("name", ["investor", "source", "is_demo", "amount_usd"])
def test_no_other_field_of_a_deal_can_be_set(li_wei: User, name: str) -> None:
    values = {"startup_name": "X", "closed_on": date(2026, 1, 1), name: 1}
    with pytest.raises(UndeclaredFieldError):
        companies.save_deal(Investor.objects.get(), values=values, by=li_wei, at=LATER)


def test_no_other_field_of_a_need_can_be_set(startup: Startup, ayesha: User) -> None:
    need = {"type": NeedType.objects.get(code="cloud"), "startup": startup}
    with pytest.raises(UndeclaredFieldError):
        companies.edit(startup, changes={}, rows={"needs": [need]}, by=ayesha, at=LATER)


def test_visibility_takes_only_offered_choices_and_keeps_the_others(startup: Startup, ayesha: User) -> None:
    startup.visibility = {"name": "mutual"}
    startup.save()
    chosen = {"ask": "matched", "contact": "public", "status": "approved", "revenue": "everyone"}
    assert edit(startup, ayesha, visibility=chosen).visibility == {"name": "mutual", "ask": "matched"}


def test_needs_are_replaced_as_a_whole(startup: Startup, ayesha: User, nudges: Any) -> None:
    rows = [{"type": NeedType.objects.get(code=code), "urgency": 3} for code in ("cloud", "hardware")]
    companies.edit(startup, changes={}, rows={"needs": rows}, by=ayesha, at=LATER)
    companies.edit(startup, changes={}, rows={"needs": list(reversed(rows))}, by=ayesha, at=LATER)
    assert len(nudges) == 1
    companies.edit(startup, changes={}, rows={"needs": rows[:1]}, by=ayesha, at=LATER)
    assert [need.type.code for need in startup.needs.all()] == ["cloud"]
    assert len(nudges) == 2


def test_somebody_elses_thesis_or_deal_does_not_exist(li_wei: User) -> None:
    investor, other = Investor.objects.get(), factories.make_investor("Other Fund")
    thesis = other.theses.get()
    deal = other.deals.create(startup_name="X", closed_on=date(2026, 1, 1))
    for act in (
        lambda: companies.save_thesis(investor, values={"name": "Mine"}, thesis=thesis, by=li_wei, at=LATER),
        lambda: companies.delete_row(investor, row=thesis, by=li_wei, at=LATER),
    ):
        with pytest.raises(Thesis.DoesNotExist):
            act()
    for act in (
        lambda: companies.save_deal(investor, values={"startup_name": "Y"}, deal=deal, by=li_wei, at=LATER),
        lambda: companies.delete_row(investor, row=deal, by=li_wei, at=LATER),
    ):
        with pytest.raises(Deal.DoesNotExist):
            act()
    assert (other.theses.get().name, other.deals.get().startup_name) == ("Seed in food and farming", "X")


# --- Money -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "amount", "usd"),
    [
        ("USD", "250000", "250000.00"),
        ("PKR", "70000000", "250000.00"),
        ("PKR", "1", "0.00"),
        ("CNY", "7.10", "1.00"),
        ("CNY", "1000000", "140845.07"),
    ],
)
def test_an_ask_is_converted_at_the_dated_rate(
    startup: Startup, ayesha: User, currency: str, amount: str, usd: str
) -> None:
    ExchangeRate.objects.exclude(source__startswith="Round").delete()
    edited = edit(startup, ayesha, ask_min=Decimal(0), ask_max=Decimal(amount), ask_currency=currency)
    assert edited.ask_max_usd == Decimal(usd)
    assert edited.rate_on == (None if currency == "USD" else date(2026, 11, 1))


def test_a_deal_takes_the_rate_of_its_day(li_wei: User) -> None:
    source = {"currency": "PKR", "source": "Test"}
    ExchangeRate.objects.create(per_usd=100, quoted_on=date(2020, 1, 1), **source)
    ExchangeRate.objects.create(per_usd=160, quoted_on=date(2021, 1, 1), **source)
    found = {
        day: rate_for("PKR", on=day).per_usd
        for day in (
            date(2019, 5, 1),
            date(2020, 1, 1),
            date(2020, 12, 31),
            date(2021, 1, 1),
            date(2030, 1, 1),
        )
    }
    assert list(found.values()) == [100, 100, 100, 160, 280]
    values = {"startup_name": "X", "closed_on": date(2020, 6, 1), "amount": Decimal(5000), "currency": "PKR"}
    deal = companies.save_deal(Investor.objects.get(), values=values, by=li_wei, at=LATER)
    assert (deal.amount_usd, deal.rate_on, deal.source) == (Decimal(50), date(2020, 1, 1), "self")


def test_without_a_rate_nothing_is_written(startup: Startup, ayesha: User) -> None:
    ExchangeRate.objects.all().delete()
    with pytest.raises(NoRateError):
        edit(startup, ayesha, team_size=77, ask_currency="PKR")
    startup.refresh_from_db()
    assert (startup.team_size, startup.ask_currency) == (9, "USD")


def test_a_new_currency_alone_is_converted_too(startup: Startup, ayesha: User) -> None:
    assert edit(startup, ayesha, ask_currency="CNY").ask_min_usd == Decimal("28169.01")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ask_min": 5, "ask_max": 4},
        {"founded": 1066},
        {"capacity": 0},
        {"foreign_share_pct": 101},
        {"status": "nice"},
        {"name_en": ""},
    ],
)
def test_the_database_holds_the_rules(startup: Startup, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Startup.objects.filter(pk=startup.pk).update(**wrong)
