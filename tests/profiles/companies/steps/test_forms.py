"""The forms: errors stand beside their field, rows work without a script, nothing else can be posted."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, editable
from profiles.choices import Side
from profiles.companies.steps import services as companies
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.rows import MOST_ROWS, ROW_FORMS, NeedForm, OfferForm, TractionForm
from profiles.companies.steps.forms.startup import STEP_FORMS, BasicsForm, NeedsForm, ProductForm, RoundForm
from profiles.models import Deal, Investor, Need, NeedType, Offer, Startup, Thesis
from tests import factories
from tests.factories import MOMENT


def posted(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def errors(form: Any, name: str) -> list[str]:
    return list(form.errors.get(name, []))


def test_a_wrong_value_is_told_beside_its_field(db):
    for field, value, message in (
        ("name_en", "", "This field is required."),
        (
            "name_en",
            "Pay\u202epal",
            "Remove the text-direction control character U+202E: it can disguise a name.",
        ),
        ("name_en", "Пани", "Use Latin letters here (A–Z). “П” is not one."),
        ("name_ur", "Paani", "Write this name in Urdu letters."),
        ("name_zh", "Paani", "Write this name in Chinese characters."),
        ("name_ur", "کتاب\u200c", "Remove the invisible character U+200C."),
        ("summary_en", "zero\u200bwidth", "Remove the invisible character U+200B."),
        ("website", "ftp://example.com", "Enter a valid URL."),
        ("website", "javascript:alert(1)", "Enter a valid URL."),
        ("founded", "1066", "Write 1900 or more."),
        ("founded", "2099", "This year is in the future."),
        ("place", "XX", "“XX” is not in the list."),
    ):
        form = BasicsForm(posted(**{"name_en": "Fine", field: value}), instance=Startup())
        assert not form.is_valid()
        assert (errors(form, field), set(form.errors)) == ([message], {field})


def test_no_number_is_larger_than_anybody_can_mean(db):
    product = ProductForm(posted(team_size="99999999999999"), instance=Startup())
    assert errors(product, "team_size") == ["Write 100000 or less."]
    needs = NeedsForm(posted(capacity="99999999999"), instance=Startup())
    assert errors(needs, "capacity") == ["Write 1000 or less."]


def test_no_revenue_is_shown_of_who_has_none(db):
    form = ProductForm(posted(revenue="pre", revenue_band="1m-5m"), instance=Startup())
    assert not form.is_valid()
    assert errors(form, "revenue_band") == [
        "You chose “Pre-revenue”. Leave this empty, or choose “Post-revenue”."
    ]


def test_the_message_is_told_in_the_readers_language(db):
    with translation.override("ur"):
        form = BasicsForm(posted(name_en="Pay\u200bpal"), instance=Startup())
        assert errors(form, "name_en") != ["Remove the invisible character U+200B."]
        assert "U+200B" in errors(form, "name_en")[0]


def test_genuine_urdu_and_chinese_are_kept_as_typed(db):
    text = "نہری پانی، بے\u200cچین کسان۔"
    form = BasicsForm(
        posted(
            name_en="Ａ Name",
            name_ur="بے\u200cچینی",
            name_zh="水尺（北京）",
            summary_ur=text,
            summary_zh="农户，您好！",
        ),
        instance=Startup(),
    )
    assert form.is_valid(), form.errors
    assert {
        name: form.changes[name] for name in ("name_en", "name_ur", "name_zh", "summary_ur", "summary_zh")
    } == {
        "name_en": "A Name",
        "name_ur": "بے\u200cچینی",
        "name_zh": "水尺（北京）",
        "summary_ur": text,
        "summary_zh": "农户，您好！",
    }


def test_amounts_are_read_as_people_write_them(db):
    for typed, amount in (
        ("250000", 250000),
        ("2,50,000", 250000),
        ("250 000.50", "250000.50"),
        ("۲۵۰٬۰۰۰", 250000),
        ("٢٥٠٬٠٠٠", 250000),
        ("500k", 500_000),
        ("1.5m", 1_500_000),
        ("1.5 Million", 1_500_000),
        ("150万", 1_500_000),
        ("１．５亿", 150_000_000),
        ("2 crore", 20_000_000),
        ("2 crore 50 lakh", 25_000_000),
        ("20 لاکھ", 2_000_000),
        ("۲۰ لاكھ", 2_000_000),
        ("1.25 کروڑ", 12_500_000),
        ("پانچ لاکھ", 500_000),
        ("ڈیڑھ کروڑ", 15_000_000),
        ("五百万", 5_000_000),
        ("三千万", 30_000_000),
        ("一亿五千万", 150_000_000),
        ("两百零五万", 2_050_000),
        ("十五萬", 150_000),
    ):
        data = posted(seeks_capital="on", ask_max=typed, ask_currency="PKR", ask_audience="matched")
        form = RoundForm(data, instance=Startup(), is_file=True)
        assert form.is_valid(), form.errors
        assert (form.changes["ask_max"], form.changes["visibility"]) == (Decimal(amount), {"ask": "matched"})


def test_what_could_mean_two_amounts_is_no_amount(db):
    unclear = ("1,5m", "1,5", "2 crore 50", "150个", "m", "$1.5m", "1.5.2k")
    for typed in (*unclear, "三四百万", "一百五万", "پچپن لاکھ"):
        assert errors(RoundForm(posted(ask_max=typed), instance=Startup()), "ask_max") == ["Enter a number."]


def test_the_page_repeats_an_amount_in_figures_beside_its_field(as_user, ayesha, db):
    for typed, repeated in (
        ("150万", "= 1,500,000"),
        ("٢٥٠٬٠٠٠", "= 250,000"),
        ("1500000", ""),
        ("1,500,000.50", ""),
        ("soon", ""),
    ):
        answer = as_user(ayesha).get(reverse("amount"), {"ask_max": typed})
        form = RoundForm(posted(ask_max=typed), instance=Startup())
        assert answer.content.decode() == repeated
        assert f"{repeated}</output>" in str(form["ask_max"])


def test_amounts_are_shown_in_groups_and_whole_ones_without_cents(db):
    for stored, shown in (("800000.00", "800,000"), ("0.00", "0"), ("1512.50", "1,512.50")):
        startup = factories.make_startup(ask_min=Decimal(stored), ask_max=Decimal(stored))
        assert str(RoundForm(instance=startup)["ask_min"].value()) == shown


def test_the_round_is_checked_as_a_whole(db):
    for data, field in (
        ({"ask_max": "5", "ask_min": "6"}, "ask_max"),
        ({"ask_max": "-5"}, "ask_max"),
        ({"seeks_capital": "on", "ask_audience": "matched"}, "ask_max"),
        ({"seeks_capital": "on", "ask_max": "5"}, "ask_audience"),
        ({"ask_currency": "EUR"}, "ask_currency"),
        ({"foreign_share_pct": "101"}, "foreign_share_pct"),
        ({"ask_audience": "public"}, "ask_audience"),
        ({"closing_on": "2020-01-31"}, "closing_on"),
    ):
        form = RoundForm(posted(**{"ask_currency": "USD", **data}), instance=Startup(), is_file=True)
        assert (form.is_valid(), list(form.errors)) == (False, [field])


def test_at_most_five_other_sectors(db):
    codes = [f"AGR0{number}" for number in range(1, 7)]
    form = ProductForm(posted(other_sectors=codes), instance=Startup())
    assert errors(form, "other_sectors") == ["Choose at most 5."]

    form = ProductForm(posted(primary_sector="AGR01", other_sectors=codes[:2]), instance=Startup())
    form.is_valid()
    assert [sector.code for sector in form.changes["other_sectors"]] == ["AGR02"]


# --- Rows ------------------------------------------------------------------------------------------


CLOUD = {"type": "cloud", "urgency": "3", "budget_currency": "USD"}


def need_form(startup: Startup, **values: Any) -> NeedForm:
    form = NeedForm(posted(**{**CLOUD, **values}), instance=Need(startup=startup))
    form.others = startup.needs.all()
    return form


def test_the_same_need_twice_is_told(startup):
    startup.needs.create(type=NeedType.objects.get(code="cloud"), urgency=1)
    assert errors(need_form(startup), "type") == ["This is already in the list."]
    assert need_form(startup, type="data").is_valid()


def test_a_row_with_a_fault_keeps_its_input(startup):
    form = need_form(startup, budget="lots", description="Servers")
    assert not form.is_valid()
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    assert ("Enter a number." in page, "Servers" in page) == (True, True)


def test_a_figure_is_of_a_day_that_has_come(db):
    figure = posted(label="Probes", value="340", as_of_on="2099-01-31", source="Our log")
    assert errors(TractionForm(figure), "as_of_on") == ["This date is in the future."]


def test_too_many_rows_are_refused(startup):
    form = need_form(startup)
    form.others = [Need(type=NeedType.objects.get(code="data"))] * MOST_ROWS
    assert form.non_field_errors() == [f"You can list up to {MOST_ROWS} here."]


@pytest.mark.parametrize("step", STEP_FORMS)
def test_a_step_saved_as_it_is_changes_nothing(startup, ayesha, step):
    startup.visibility = {"ask": "matched"}
    startup.save()
    form = STEP_FORMS[step](instance=startup)
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        fill(data, name, field.prepare_value(form.get_initial_for_field(field, name)))
    again = STEP_FORMS[step](data, instance=Startup.objects.get())
    assert again.is_valid(), again.errors
    edited = companies.edit(startup, changes=again.changes, by=ayesha, at=MOMENT.replace(year=2027))
    assert edited.changed_at != MOMENT.replace(year=2027)


def fill(data: QueryDict, name: str, value: Any) -> None:
    """Post a value as a browser would."""
    if isinstance(value, list):
        data.setlist(name, value)
    elif value not in (None, "", False):
        data[name] = "on" if value is True else str(value)


# --- Mass assignment -------------------------------------------------------------------------------


def test_a_startups_form_sets_only_what_it_asks(startup):
    for step in STEP_FORMS:
        values = {field.name: "1" for field in Startup._meta.get_fields()}
        everything = posted(**values | {"status": "approved", "is_demo": "on"})
        form = STEP_FORMS[step](everything, instance=startup)
        form.is_valid()
        assert set(form.changes) <= editable(CATALOGUE[Side.STARTUP])
        assert {"status", "is_demo", "matching_consent", "public_id", "submitted_at"} & set(
            form.changes
        ) == set()


def test_the_other_forms_set_only_what_they_ask(li_wei):
    everything = posted(
        status="approved", evidence="endorsed", is_demo="on", source="both", investor="1", rate_on="1"
    )
    investor = Investor.objects.get()
    for form, allowed in (
        (InvestorForm(everything, instance=investor), editable(CATALOGUE[Side.INVESTOR])),
        (OfferForm(everything, instance=Offer(investor=investor)), editable(ROWS["offers"])),
        (ThesisForm(everything, instance=Thesis(investor=investor)), companies.OF_A_THESIS),
        (DealForm(everything, instance=Deal(investor=investor)), companies.OF_A_DEAL - {"startup"}),
    ):
        form.is_valid()
        assert set(form.changes) <= allowed


def test_a_thesis_wants_and_excludes_different_things(li_wei):
    investor = Investor.objects.get()
    data = posted(
        name="Seed in food and farming", sectors=["AGR", "FIN"], sectors_out=["FIN"], ticket_min="9",
        ticket_max="5", ticket_currency="CNY", sector_importance="must", stage_importance="nice",
        place_importance="must", ticket_importance="nice", form_importance="nice", revenue_required="pre",
        no_pre_revenue="on",
    )  # fmt: skip
    form = ThesisForm(data, instance=Thesis(investor=investor))
    assert not form.is_valid()
    assert {name: list(messages) for name, messages in form.errors.items()} == {
        "sectors_out": ["You have selected and excluded the same items: Fintech."],
        "place_importance": ["Choose at least one above, or change this to “Nice to have”."],
        "no_pre_revenue": ["You have selected and excluded the same items: Pre-revenue."],
        "ticket_max": ["The highest amount is below the lowest amount."],
        "name": ["You already have a thesis with this name."],
    }


@pytest.mark.parametrize("language", ["ur", "zh-hans"])
def test_every_form_is_drawn_in_every_language(db, language):
    startup, investor = factories.make_startup(), factories.make_investor()
    forms = [step(instance=startup) for step in STEP_FORMS.values()]
    forms += [
        InvestorForm(instance=investor),
        *(form(instance=form._meta.model()) for form in ROW_FORMS.values()),
        ThesisForm(instance=investor.theses.get()),
    ]
    with translation.override(language):
        day, amount = NeedForm().fields["starts_on"].label, RoundForm().fields["ask_min"].label
        assert day != amount  # one English word once stood for both, and became “at least” elsewhere
        pages = [
            Template("{% load crispy_forms_tags %}{% crispy form %}").render(
                Context({"form": form, "csrf_token": "x"})
            )
            for form in [*forms, DealForm(instance=Deal(investor=investor))]
        ]
    for form, page in zip(forms, pages, strict=False):
        assert [name for name in form.fields if f'name="{name}"' not in page] == []
