"""What the record teaches: worked out by the worker, judged by what came later, applied by a curator only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Factor, PassReason, Side
from matchmaker.desk.what_if import services
from matchmaker.matching.ranking.selectors import desk
from matchmaker.matching.ranking.services import weights
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.outcome import OutcomeQuestion
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import Weights
from matchmaker.models.what_if import WhatIf
from tests.factories import make_investor, make_startup
from tests.matchmaker.deals.outcomes.conftest import answer, record
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import make_introduction
from tests.matchmaker.matching.ranking.test_learning import decide, make_record

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def by_needs(levels, random):
    return levels["needs"] + random.normal(0, 20) > 128


def by_chance(_levels, random):
    return random.random() < 0.5


def studied(curator):
    """Ask for it on the page, work as the worker does, and return the page and its address."""
    led_to = curator.post(reverse("learned")).url
    while services.work_out(at=timezone.now()):
        pass
    return curator.get(led_to), led_to


def test_without_decisions_no_chart_is_drawn_and_without_enough_no_probability(sana, as_user):
    curator = as_user(sana)
    page = studied(curator)[0].content.decode()
    assert page.count("No decisions yet.") == 3
    assert "The bar shows" not in page
    pair = {"side": Side.INVESTOR, "startup": make_startup("S"), "investor": make_investor("I")}
    decide(pair, dict.fromkeys(Factor.values, 200), yes=True, by=sana, number=1)
    page = studied(curator)[0].content.decode()
    assert page.count("No decisions yet.") == 2
    assert "The bar shows" in page
    assert "more decisions are needed before a probability can be calculated" in page
    assert "The mark shows" not in page


def test_a_known_preference_is_found_and_nothing_is_applied_by_itself(sana, as_user):
    make_record(by_needs, by=sana)
    curator = as_user(sana)
    waits = curator.post(reverse("learned")).url
    assert "<progress" in curator.get(waits).content.decode()
    page, _address = studied(curator)
    investors, startups = page.context["lessons"]
    assert (investors.reason, startups.reason) == ("adopt", "too_few")
    assert max(investors.points, key=investors.points.get) == Factor.NEEDS
    assert (investors.decisions, investors.judged) == (160, 54)
    assert "would have predicted the last 54 answers and outcomes better" in page.content.decode()
    assert Weights.objects.count() <= 1

    row = WhatIf.objects.first()
    curator.post(reverse("learned_apply", args=[row.pk]))
    made = Weights.objects.first()
    assert made.for_investor == investors.points
    assert made.lessons == [investors.facts]
    refused = curator.post(reverse("learned_apply", args=[row.pk]))  # other weights are in force by now
    assert refused.url == reverse("learned")
    assert Weights.objects.first() == made


def test_a_record_made_by_chance_is_no_better(sana, as_user):
    make_record(by_chance, by=sana)
    page, address = studied(as_user(sana))
    lesson = page.context["lessons"][0]
    assert lesson.reason == "no_better"
    assert "would not have predicted the last 54 answers and outcomes better" in page.content.decode()
    assert "Apply the learned weights" not in page.content.decode()
    pk = address.rstrip("/").rsplit("/", 1)[1]
    as_user(sana).post(reverse("learned_apply", args=[pk]))
    assert Weights.objects.count() <= 1


def test_too_few_say_how_many_are_missing(sana, as_user):
    page, _address = studied(as_user(sana))
    assert [lesson.missing for lesson in page.context["lessons"]] == [[60, 12, 12], [60, 12, 12]]
    text = page.content.decode()
    assert "At least 60 more answers or outcomes are needed." in text
    assert "At least 100 more decisions are needed before a probability can be calculated." in text
    assert as_user(sana).get(reverse("learned")).context["row"] == WhatIf.objects.first()


# --- What counts as a decision ------------------------------------------------------------------------------


@pytest.fixture
def introduction(startup, investor, ayesha):
    """Both said yes, with the factors of that moment."""
    made = make_introduction(
        startup, investor, by=ayesha, state=IntroductionState.MUTUAL, at=NOW - timedelta(days=120)
    )
    factors = {"levels": dict.fromkeys(Factor.values, 200), "score": 800}
    Interest.objects.update(factors=factors)
    return made


def outcomes_read():
    """Return what each side's record says of outcomes; it is the same for both."""
    found = [desk.by_side(side) for side in Side]
    said = [rows.accepted[~rows.is_answer].tolist() for rows in found]
    assert said[0] == said[1]
    return said[0]


def test_a_confirmed_outcome_is_a_yes_of_both(introduction, ayesha, li_wei):
    outcome = record(introduction, ayesha)
    assert outcomes_read() == []
    answer(outcome, li_wei)
    assert outcomes_read() == [True]
    answer(record(introduction, ayesha, "memorandum"), li_wei)
    assert outcomes_read() == [True]  # once an introduction


def test_a_signed_deal_on_record_is_one_too(introduction, ayesha, li_wei):
    confirm(propose(introduction, ayesha, "signed", wants_record=True), li_wei, records=True)
    assert outcomes_read() == [True]


def test_a_disputed_or_withdrawn_outcome_says_nothing(introduction, ayesha, li_wei):
    answer(record(introduction, ayesha), li_wei, "That is not so")
    assert outcomes_read() == []


def test_who_expects_nothing_more_says_no(introduction):
    question = OutcomeQuestion.objects.create(
        introduction=introduction, side="startup", asked_rounds=1, answered_rounds=1, answered_at=NOW
    )
    assert outcomes_read() == []  # "nothing yet"
    question.answered_rounds = 3
    question.save()
    assert outcomes_read() == [False]


def test_an_introduction_that_ended_says_no_unless_a_pass_says_why(introduction, startup, investor, ayesha):
    introduction.state, introduction.ended_at = IntroductionState.CLOSED, NOW
    introduction.save()
    assert outcomes_read() == [False]
    pair = {"side": Side.STARTUP, "startup": startup, "investor": investor, "by": ayesha}
    Pass.objects.create(**pair, reason=PassReason.TEAM)
    assert outcomes_read() == []


def test_the_chance_on_pages_counts_answers_only(introduction, ayesha, li_wei):
    answer(record(introduction, ayesha), li_wei)
    answers = desk.by_side(Side.INVESTOR, with_outcomes=False)
    assert answers.accepted.tolist() == [True]
    assert weights.chance(Side.INVESTOR, 0.5) is None
