"""What would change this: the answer is what happens when the edit is made."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models import Advice
from matchmaker.pairs import services as pairs
from matchmaker.pairs.selectors.pair import answer_of
from profiles.changes.services import notify_changed
from profiles.choices import Importance, Status
from profiles.models import Investor, PartnershipForm, Startup, User
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db


def only(investor: Investor, form: str) -> None:
    """Let the investor accept this form of partnership and no other."""
    thesis = investor.theses.get()
    thesis.forms.set(PartnershipForm.objects.filter(code=form))
    thesis.form_importance = Importance.MUST
    thesis.save()


@pytest.fixture
def market() -> Startup:
    """A startup that accepts equity only, before six investors who must have a pilot or equity."""
    startup = ranked.make_startup(0)
    startup.forms.set(PartnershipForm.objects.filter(code="equity"))
    for i in range(6):
        only(ranked.make_investor(i), "pilot" if i < 4 else "equity")
    ranked.rank_whole()
    return startup


def test_the_advice_comes_true(market: Startup) -> None:
    pairs.ask(market, at=timezone.now())
    assert pairs.answer_due(at=timezone.now()) == 1
    stored = Advice.objects.get()
    pilot = PartnershipForm.objects.get(code="pilot")
    best = next(item for item in stored.items if (item["kind"], item["pk"]) == ("form", pilot.pk))
    assert best["eligible"] == 4

    before = len(ranked.on_list(Side.STARTUP, market))
    market.forms.add(pilot)
    ranked.touch(market)
    ranked.work()

    assert len(ranked.on_list(Side.STARTUP, market)) - before == best["eligible"]
    pairs.ask(market, at=timezone.now())
    pairs.answer_due(at=timezone.now())
    assert Advice.objects.get().fitting - stored.fitting == best["fitting"]


def test_only_what_adds_a_partner_is_said_and_no_more_than_three(market: Startup) -> None:
    pairs.ask(market, at=timezone.now())
    pairs.answer_due(at=timezone.now())
    gains = [item["fitting"] for item in Advice.objects.get().items]

    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    assert len(gains) <= 3


def test_an_unpublished_startup_gets_an_empty_answer(market: Startup) -> None:
    Startup.objects.filter(pk=market.pk).update(status=Status.RETURNED)
    ranked.touch(market)
    ranked.work()
    pairs.ask(market, at=timezone.now())
    pairs.answer_due(at=timezone.now())

    assert (answer_of(market).waits, answer_of(market).items) == (False, [])


def test_a_question_before_the_first_ranking_is_answered_empty() -> None:
    startup = ranked.make_startup(0)
    pairs.ask(startup, at=timezone.now())
    assert answer_of(startup).waits
    pairs.answer_due(at=timezone.now())
    assert not answer_of(startup).waits


def test_the_page_asks_waits_and_answers(
    startup: Startup, ayesha: User, as_user: Callable[[User], Client]
) -> None:
    browser = as_user(ayesha)
    assert browser.get(reverse("advice")).context["answer"].advice is None

    assert browser.post(reverse("advice_ask")).headers["Location"] == reverse("advice")
    assert browser.get(reverse("advice")).context["answer"].waits

    pairs.answer_due(at=timezone.now())
    assert not browser.get(reverse("advice")).context["answer"].waits


def test_who_is_on_no_list_is_told_what_comes_first(
    startup: Startup, ayesha: User, as_user: Callable[[User], Client]
) -> None:
    Startup.objects.update(status=Status.DRAFT)
    tab = as_user(ayesha)
    page = tab.get(reverse("advice")).content.decode()
    assert (reverse("startup_status") in page, reverse("advice_ask") in page) == (True, False)
    tab.post(reverse("advice_ask"))
    assert not Advice.objects.exists()


def test_an_answer_about_an_older_profile_says_so(
    startup: Startup, ayesha: User, as_user: Callable[[User], Client]
) -> None:
    browser = as_user(ayesha)
    browser.post(reverse("advice_ask"))
    pairs.answer_due(at=timezone.now())
    assert "As your profile stands" in browser.get(reverse("advice")).content.decode()

    notify_changed(startup, at=timezone.now())
    page = browser.get(reverse("advice")).content.decode()
    assert ("As your profile stands" in page, "Your profile has changed since" in page) == (False, True)
    browser.post(reverse("advice_ask"))
    pairs.answer_due(at=timezone.now())
    assert "As your profile stands" in browser.get(reverse("advice")).content.decode()
