"""What the page of a pair tells beside it: what a change would do, and how the other side replies."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.advice import answer_of
from matchmaker.matching.pairs.selectors.pair import replies_of
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pair_action import Advice, CuratorOverride
from profiles.catalogue.taxonomy.selectors.money import span
from profiles.choices import Importance, Status
from profiles.models import Need, NeedType, Offer, PartnershipForm, Place, Sector, Stage, Startup, User
from profiles.platform.changes.services import notify_changed
from tests.factories import make_founder, make_investor, make_partner, make_startup
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db


def only(investor, form):
    """Let the investor accept this form of partnership and no other."""
    thesis = investor.theses.get()
    thesis.forms.set(PartnershipForm.objects.filter(code=form))
    thesis.form_importance = Importance.MUST
    thesis.save()


@pytest.fixture
def market():
    """A startup that accepts equity only, before six investors who must have a pilot or equity."""
    startup = ranked.make_startup(0)
    startup.forms.set(PartnershipForm.objects.filter(code="equity"))
    for i in range(6):
        only(ranked.make_investor(i), "pilot" if i < 4 else "equity")
    ranked.rank_whole()
    return startup


def test_the_advice_comes_true(market):
    pairs.ask(market, at=timezone.now())
    assert pairs.answer_due(at=timezone.now()) == 1
    stored = Advice.objects.get()
    pilot = PartnershipForm.objects.get(code="pilot")
    best = next(item for item in stored.items if (item["kind"], item["pk"]) == ("form", pilot.pk))
    assert best["eligible"] == 4
    gains = [item["fitting"] for item in stored.items]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0, "only what adds a partner is kept"

    before = len(ranked.on_list(Side.STARTUP, market))
    market.forms.add(pilot)
    ranked.touch(market)
    ranked.work()

    assert len(ranked.on_list(Side.STARTUP, market)) - before == best["eligible"]
    pairs.ask(market, at=timezone.now())
    pairs.answer_due(at=timezone.now())
    assert Advice.objects.get().fitting - stored.fitting == best["fitting"]


def best_of(company):
    """Let the worker answer what is new or old, and return the company's edits by kind and term."""
    pairs.refresh_advice(at=timezone.now())
    stored = Advice.objects.get(**{company.side: company})
    return stored, {(item["kind"], item["pk"]): item for item in stored.items}


def again(company):
    ranked.touch(company)
    ranked.work()
    return best_of(type(company).objects.get(pk=company.pk))[0]


@pytest.fixture
def wide_market():
    """A startup without a stage and an investor that insists on one, among others of all kinds."""
    startup = ranked.make_startup(0, stage=None, primary_sector=Sector.objects.get(code="AGR06"))
    for i in range(12):
        thesis = ranked.make_investor(i).theses.get()
        thesis.stages.set(Stage.objects.filter(code="seed" if i % 3 else "series_b"))
        thesis.places.set(Place.objects.filter(code="CN" if i % 2 else "PK"))
        if i % 4 > 1:
            thesis.forms.set(PartnershipForm.objects.filter(code="debt"))
    investor = ranked.make_investor(20, pitch="We provide sensors.")
    investor.theses.update(stage_importance=Importance.MUST)
    Offer.objects.create(investor=investor, type=NeedType.objects.get(code="data"))
    for i in range(1, 13):
        sector = ("AGR06", "AGR05", "FIN02", "AGR01")[i % 4]
        other = ranked.make_startup(
            i, primary_sector=Sector.objects.get(code=sector), seeks_capital=i % 2 > 0
        )
        Need.objects.create(startup=other, type=NeedType.objects.get(code="hardware"), urgency=3)
    ranked.rank_whole()
    return startup, investor


def test_stating_a_stage_brings_what_was_said(wide_market):
    startup, _investor = wide_market
    before, edits = best_of(startup)
    gains = {pk: item["fitting"] for (kind, pk), item in edits.items() if kind == "stage"}
    assert gains
    for pk, gain in gains.items():
        Startup.objects.filter(pk=startup.pk).update(stage=pk)
        assert again(startup).fitting - before.fitting == gain


def test_what_an_investor_would_gain_comes_true(wide_market, as_user):
    _startup, investor = wide_market
    thesis, hardware = investor.theses.get(), NeedType.objects.get(code="hardware")
    before, edits = best_of(investor)
    offer, must = edits["offer", hardware.pk], edits["must", thesis.pk]
    page = as_user(make_partner("p@example.com", investor)).get("/home/").content.decode()
    assert f"{offer['fitting']} more startup" in page
    assert f"{must['fitting']} more startup" in page

    listed = len(ranked.on_list(Side.INVESTOR, investor))
    investor.theses.update(stage_importance=Importance.NICE)
    after = again(investor)
    gained = len(ranked.on_list(Side.INVESTOR, investor)) - listed, after.fitting - before.fitting
    assert gained == (must["eligible"], must["fitting"])
    investor.theses.update(stage_importance=Importance.MUST)
    Offer.objects.create(investor=investor, type=hardware)
    assert again(investor).fitting - before.fitting == offer["fitting"]


def test_with_several_theses_what_fits_is_what_their_lists_recommend(wide_market, as_user):
    """Each thesis has a list that ends by its own best: a poor one recommends the best of what it has."""
    _startup, investor = wide_market
    first = investor.theses.get()
    second = investor.theses.create(name="Later", is_active=True, stage_importance=Importance.MUST)
    second.stages.set(Stage.objects.filter(code="series_a"))
    second.sectors.set(Sector.objects.filter(code="HLT01"))
    first.sectors.set(Sector.objects.filter(code="AGR06"))
    page = as_user(make_partner("p@example.com", investor))

    before = again(investor)
    assert before.fitting == page.get("/home/").context["page"]["best"]["count"]

    offered = next(item for item in before.items if item["kind"] == "offer")
    Offer.objects.create(investor=investor, type_id=offered["pk"])
    assert again(investor).fitting == before.fitting + offered["fitting"]
    assert page.get("/home/").context["page"]["best"]["count"] == before.fitting + offered["fitting"]


def test_an_answer_about_an_older_profile_names_no_gain(market, as_user):
    founder = make_founder("f@example.com", market)
    best_of(market)
    assert "Changes that would help most" in as_user(founder).get("/home/").content.decode()
    notify_changed(market, at=timezone.now())
    assert "Changes that would help most" not in as_user(founder).get("/home/").content.decode()
    assert (pairs.refresh_advice(at=timezone.now()), pairs.refresh_advice(at=timezone.now())) == (1, 0)
    assert pairs.refresh_advice(at=timezone.now() + timedelta(days=2)) == 7


def test_advice_keeps_the_end_of_the_amount_that_stays(market):
    """A range of 150,000–400,000 of an amount of 160,000–300,000, one range wider at the lower end."""
    Startup.objects.update(ask_min_usd=160_000, ask_max_usd=300_000)
    first, last = span(160_000, 300_000)
    edits = [
        {"kind": "ask", "pk": 0, "first": first - 1, "last": last, "eligible": 1, "fitting": 1},
        {"kind": "ask", "pk": 0, "first": first, "last": last + 1, "eligible": 1, "fitting": 1},
    ]
    Advice.objects.create(startup=market, asked_at=timezone.now(), answered_at=timezone.now(), items=edits)
    assert [item.text for item in answer_of(Startup.objects.get(pk=market.pk)).items] == [
        "If you ask for USD 100,000 – 300,000",
        "If you ask for USD 160,000 – 650,000",
    ]


def test_an_unpublished_startup_gets_an_empty_answer(market):
    Startup.objects.filter(pk=market.pk).update(status=Status.RETURNED)
    ranked.touch(market)
    ranked.work()
    pairs.ask(market, at=timezone.now())
    pairs.answer_due(at=timezone.now())

    assert (answer_of(market).waits, answer_of(market).items) == (False, [])


def test_a_question_before_the_first_ranking_is_answered_empty():
    startup = ranked.make_startup(0)
    pairs.ask(startup, at=timezone.now())
    assert answer_of(startup).waits
    pairs.answer_due(at=timezone.now())
    assert not answer_of(startup).waits


def test_the_page_asks_waits_and_answers(startup, ayesha, as_user):
    browser = as_user(ayesha)
    assert browser.get(reverse("advice")).context["answer"].advice is None

    assert browser.post(reverse("advice_ask")).headers["Location"] == reverse("advice")
    assert browser.get(reverse("advice")).context["answer"].waits

    pairs.answer_due(at=timezone.now())
    assert not browser.get(reverse("advice")).context["answer"].waits


def test_who_is_on_no_list_is_told_what_comes_first(startup, ayesha, as_user):
    Startup.objects.update(status=Status.DRAFT)
    tab = as_user(ayesha)
    page = tab.get(reverse("advice")).content.decode()
    assert (reverse("startup_status") in page, reverse("advice_ask") in page) == (True, False)
    tab.post(reverse("advice_ask"))
    assert not Advice.objects.exists()


def test_an_answer_about_an_older_profile_says_so(startup, ayesha, as_user):
    browser = as_user(ayesha)
    browser.post(reverse("advice_ask"))
    pairs.answer_due(at=timezone.now())
    assert "With your current profile" in browser.get(reverse("advice")).content.decode()

    notify_changed(startup, at=timezone.now())
    page = browser.get(reverse("advice")).content.decode()
    assert ("With your current profile" in page, "Your profile has changed since" in page) == (False, True)
    browser.post(reverse("advice_ask"))
    pairs.answer_due(at=timezone.now())
    assert "With your current profile" in browser.get(reverse("advice")).content.decode()


NOW = timezone.now()


@pytest.fixture
def partner(db):
    investor = make_investor("Chengsui", capacity=2, reply_days=14)
    make_partner("partner@example.com", investor)
    return investor


def day(ago):
    return NOW - timedelta(days=ago)


def ask(partner, name, ago):
    startup = make_startup(name)
    by = User.objects.earliest("pk")
    make_introduction(startup, partner, by=by, at=day(ago))
    return startup


def answer(partner, startup, ago, *, is_yes=True):
    by = User.objects.earliest("pk")
    state = IntroductionState.MUTUAL if is_yes else IntroductionState.DECLINED
    asked = Introduction.objects.filter(startup=startup, investor=partner)
    ended_at = None if is_yes else day(ago)
    asked.update(
        state=state, answered_at=day(ago), answered_by=by, closes_at=None, remind_at=None, ended_at=ended_at
    )


def record(partner, except_pk=None):
    return replies_of(Side.INVESTOR, partner, at=NOW, except_pk=except_pk)


def told(replies):
    return replies.month, replies.waiting, replies.due, replies.answered, replies.in_time


def test_yes_and_no_are_answers_and_those_in_time_are_counted(partner):
    answer(partner, ask(partner, "Soon", 40), 35)
    answer(partner, ask(partner, "Late", 60), 20, is_yes=False)
    assert told(record(partner)) == (0, 0, 2, 2, 1)


def test_what_is_promised_stands_beside_what_was_done(partner):
    for at, days in enumerate([1, 2, 2, 3, 4, 4, 5, 5, 6, 30]):
        answer(partner, ask(partner, f"S{at}", 60), 60 - days)
    found = record(partner)
    assert (found.tenths, found.within, found.days) == (9, 6, 14)


def test_later_is_an_answer_and_what_closed_without_one_is_none(partner):
    by = User.objects.earliest("pk")
    pair = make_startup("Later"), make_startup("Never")
    make_introduction(pair[0], partner, by=by, state=IntroductionState.LATER, at=day(9), answered_at=day(8))
    make_introduction(
        pair[1], partner, by=by, state=IntroductionState.EXPIRED, at=day(50), answered_at=day(20)
    )
    assert told(record(partner)) == (1, 0, 2, 1, 1)


def test_a_request_is_due_once_the_promise_has_passed(partner):
    ask(partner, "Fresh", 3)
    ask(partner, "Overdue", 20)
    assert told(record(partner)) == (2, 2, 1, 0, 0)


def test_who_was_asked_first_answers_no_request(partner):
    startup = make_startup("Wanted")
    by = User.objects.earliest("pk")
    make_introduction(startup, partner, by=by, side=Side.INVESTOR, at=day(10))
    assert told(record(partner)) == (0, 0, 0, 0, 0)


def test_a_pair_that_a_curator_hides_was_never_asked(partner):
    startup = ask(partner, "Kept apart", 3)
    CuratorOverride.objects.create(
        startup=startup, investor=partner, kind=OverrideKind.HIDE, note="x", by=User.objects.earliest("pk")
    )
    assert told(record(partner)) == (0, 0, 0, 0, 0)


def test_a_startup_is_not_told_what_became_of_its_own_request(partner):
    own = ask(partner, "Own", 10)
    before = record(partner, except_pk=own.pk)
    answer(partner, own, 1, is_yes=False)
    assert record(partner, except_pk=own.pk) == before


def test_a_short_record_is_not_told_to_others(partner):
    for at in range(4):
        answer(partner, ask(partner, f"S{at}", 40), 35)
    assert record(partner).is_telling is False
    answer(partner, ask(partner, "Fifth", 40), 35)
    assert record(partner).is_telling is True


def test_home_draws_the_month_against_the_capacity(partner, as_user):
    for at in range(3):
        ask(partner, f"S{at}", 3)
    user = User.objects.get(email="partner@example.com")
    page = as_user(user).get("/home/").content.decode()
    assert (
        'Requests received in the last 30 days: <strong class="number">3</strong>. You accept up to' in page
    )
    assert "This is more than you can take" in page
    assert "3 requests are waiting for your answer" in page
