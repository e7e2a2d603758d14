"""What is proposed from a deck, and what of it the founder adds."""

import time
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.prefill import services
from matchmaker.deals.prefill.selectors import proposals_in_deck
from matchmaker.lab.evaluation.decks import judged_decks, shares
from matchmaker.models.deck import Deck, DeckVersion
from profiles.companies.steps import services as companies
from profiles.models import Startup
from profiles.validators import LONGEST
from tests import factories
from tests.matchmaker.deals.decks.decked import make_deck

DECKS = Path(__file__).with_name("decks.toml")
PAGES = (
    "PAANI TRACK\nSmart irrigation that saves water on small farms\nPitch deck 2026",
    "Our product\nA sensor on each plot opens the water only when the crop needs it.",
    "Team\nWe work from our head office in Faisalabad.",
    "The ask\nA seed round of USD 600,000\nSensor hardware and a manufacturer\nA joint venture, no debt",
)


@pytest.fixture
def founder(db):
    return factories.make_founder("hina@example.com", None)


@pytest.fixture
def draft(founder):
    return companies.create(Startup, name_en="Paani", by=founder, owner=founder, at=timezone.now())


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def send_deck(startup, founder, pages=PAGES):
    version = make_deck(startup, founder, pages=len(pages)).current
    for page, text in zip(version.pages.order_by("number"), pages, strict=True):
        page.text = text
        page.save()
    services.read_decks(at=timezone.now())


def test_most_of_what_a_review_needs_is_proposed_from_twelve_decks_and_right(db):
    found, asked, right, proposed = shares(judged_decks(DECKS))
    assert (len(list(judged_decks(DECKS))), asked) == (12, 107)
    assert found >= 0.65 * asked
    assert right >= 0.9 * proposed


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Raising USD 1.2M seed", ("1200000", "USD")),
        ("PKR 30 crore", ("300000000", "PKR")),
        ("融资人民币500万元", ("5000000", "CNY")),
        ("۵ کروڑ روپے درکار", ("50000000", "PKR")),
        ("US$1–1.5M", ("1500000", "USD")),
        ("PKR 3 arab", ("3000000000", "PKR")),
        ("We need $3 for each sensor", None),
    ],
)
def test_the_amount_of_a_round_is_read_as_founders_write_it(db, line, expected):
    found = proposals_in_deck(["PAANI TRACK", f"The ask\n{line}"])
    assert next((each.values for each in found if each.field == "ask_max"), None) == expected


def test_what_a_startup_only_uses_is_not_its_sector(db):
    pages = ["Hunar Ghar\nA market for women who embroider", "How it works\nBuyers pay by wallet."]
    pages.append("Traction\nPayments of PKR 4 million through mobile payments")
    assert "primary_sector" not in {each.field for each in proposals_in_deck(pages)}


def test_only_what_the_founder_ticks_is_added(draft, founder, client):
    send_deck(draft, founder)
    client.force_login(founder)
    form = client.get(reverse("deck_proposals")).context["form"]
    assert list(form.fields) == [
        "pitch", "summary_en", "primary_sector", "stage", "place", "needs", "ask_max", "forms"
    ]  # fmt: skip
    assert not any(form[name].value() for name in form.fields)

    ticked = {"pitch": "1", "primary_sector": "AGR01", "needs": ["hardware"], "ask_max": "1", "stage": "seed"}
    answer = client.post(reverse("deck_proposals"), ticked)
    assert answer.url == reverse("company_start")
    draft.refresh_from_db()
    assert (draft.pitch, draft.primary_sector.code) == (
        "Smart irrigation that saves water on small farms",
        "AGR01",
    )
    assert (draft.ask_max, draft.ask_currency, draft.seeks_capital) == (600_000, "USD", True)
    assert [need.type.code for need in draft.needs.all()] == ["hardware"]
    assert (draft.place, draft.summary_en, list(draft.forms.all())) == (None, "", [])
    assert list(client.get(reverse("deck_proposals")).context["form"].fields) == [
        "summary_en", "place", "needs", "forms"
    ]  # fmt: skip


def test_what_the_deck_refuses_is_not_proposed(draft, founder, client):
    send_deck(draft, founder)
    client.force_login(founder)
    form = client.get(reverse("deck_proposals")).context["form"]
    assert [code for code, _label in form.fields["forms"].choices] == ["joint_venture"]


def test_a_value_that_was_not_proposed_is_refused_and_nothing_changes(draft, founder, client):
    send_deck(draft, founder)
    client.force_login(founder)
    answer = client.post(reverse("deck_proposals"), {"stage": "series_c", "needs": ["hardware"]})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert (draft.stage, draft.needs.count()) == (None, 0)


def test_a_text_that_its_field_does_not_accept_is_not_proposed(draft, founder, client):
    send_deck(draft, founder, [f"Paani\n{'Water saved on every small farm. ' * 40}"])
    client.force_login(founder)
    assert client.get(reverse("deck_proposals")).context["proposals"] == []


def test_a_deck_of_pictures_says_that_it_cannot_be_read(draft, founder, client):
    send_deck(draft, founder, ["", ""])
    client.force_login(founder)
    page = client.get(reverse("deck_proposals"))
    assert (page.context["can_read"], page.context["proposals"]) == (False, [])


def test_a_page_reads_no_deck_and_says_when_the_worker_has_not_read_it(draft, founder, client):
    send_deck(draft, founder)
    DeckVersion.objects.update(proposals=None)
    client.force_login(founder)
    page = client.get(reverse("deck_proposals"))
    assert page.context["proposals"] == []
    assert "Your deck is being read." in page.content.decode()
    services.read_decks(at=timezone.now())
    assert client.get(reverse("deck_proposals")).context["proposals"]


def test_no_one_else_sees_what_is_proposed(draft, founder, ayesha, li_wei, client):
    send_deck(draft, founder)
    client.force_login(ayesha)
    assert client.get(reverse("deck_proposals")).context["version"] is None
    client.force_login(li_wei)
    assert client.get(reverse("deck_proposals")).status_code == 404


def test_four_and_twenty_pages_take_the_same_queries(draft, founder, client, django_assert_num_queries):
    send_deck(draft, founder, PAGES)
    client.force_login(founder)
    with django_assert_num_queries(60, exact=False) as few:
        client.get(reverse("deck_proposals"))
    Deck.objects.all().delete()
    send_deck(draft, founder, [*PAGES, *["Market\nSmart irrigation in Punjab"] * 16])
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("deck_proposals"))


def test_the_first_page_saves_and_goes_on_to_the_deck(founder, client):
    client.force_login(founder)
    answer = client.post(
        reverse("company_start"), {"name_en": "Paani", "ask_currency": "USD", "later": "/deck/"}
    )
    assert (answer.status_code, answer.url) == (302, reverse("deck"))
    assert Startup.objects.get().name_en == "Paani"
    elsewhere = {"name_en": "Paani", "ask_currency": "USD", "later": "//elsewhere.example"}
    assert client.post(reverse("company_start"), elsewhere).url == reverse("home")


@pytest.mark.parametrize("amount", ["1.000.000", "99,999,999,999,999,999,999"])
def test_an_amount_that_its_field_does_not_accept_is_not_proposed(draft, founder, client, amount):
    send_deck(draft, founder, [PAGES[0], f"The ask\nA seed round of USD {amount}"])
    client.force_login(founder)
    form = client.get(reverse("deck_proposals")).context["form"]
    assert "ask_max" not in form.fields


def test_many_lines_take_the_same_queries(draft, founder, client, django_assert_num_queries):
    client.force_login(founder)
    send_deck(draft, founder, [f"{PAGES[0]}\nPakistan"])
    with django_assert_num_queries(60, exact=False) as few:
        client.get(reverse("deck_proposals"))
    Deck.objects.all().delete()
    send_deck(draft, founder, [PAGES[0] + "\nPakistan" * 30])
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("deck_proposals"))


HOSTILE = (
    "1", "1 ", "1,", "1-", "([", "1   ", "a", "\u200f1", "we\n", "office Lahore\n", "office Lahore, ",
    "need a sensor ", "Rs 5 million ", "Rs ", "raising USD 5 seed\n", "一", "پانی ", "a. ",
)  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("unit", HOSTILE)
def test_the_worst_deck_costs_the_worker_seconds_and_no_page_anything(db, unit):
    page = "The ask\n" + unit * (LONGEST // len(unit))
    begun = time.thread_time()
    proposals_in_deck(["PAANI TRACK", *[page] * 59])
    assert time.thread_time() - begun < 5  # some tenths of a second where nothing else runs
