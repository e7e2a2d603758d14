"""The measured record of answers: what it counts, and what it keeps to itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matchmaker.choices import PinKind
from matchmaker.models import Introduction, Pin
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.selectors.pair import Replies, replies_of
from profiles.choices import Side
from profiles.models import Investor, Startup, User
from tests.factories import make_investor, make_partner, make_startup
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def partner(db: None) -> Investor:
    investor = make_investor("Chengsui", capacity=2, reply_days=14)
    make_partner("partner@example.com", investor)
    return investor


def day(ago: int) -> datetime:
    return NOW - timedelta(days=ago)


def ask(partner: Investor, name: str, ago: int) -> Startup:
    startup = make_startup(name)
    by = User.objects.earliest("pk")
    make_introduction(startup, partner, by=by, at=day(ago))
    return startup


def answer(partner: Investor, startup: Startup, ago: int, *, is_yes: bool = True) -> None:
    by = User.objects.earliest("pk")
    state = IntroductionState.MUTUAL if is_yes else IntroductionState.DECLINED
    asked = Introduction.objects.filter(startup=startup, investor=partner)
    ended_at = None if is_yes else day(ago)
    asked.update(
        state=state, answered_at=day(ago), answered_by=by, closes_at=None, remind_at=None, ended_at=ended_at
    )


def record(partner: Investor, except_pk: int | None = None) -> Replies:
    return replies_of(Side.INVESTOR, partner, at=NOW, except_pk=except_pk)


def told(replies: Replies) -> tuple[int, ...]:
    return replies.month, replies.waiting, replies.due, replies.answered, replies.in_time


def test_yes_and_no_are_answers_and_those_in_time_are_counted(partner: Investor) -> None:
    answer(partner, ask(partner, "Soon", 40), 35)
    answer(partner, ask(partner, "Late", 60), 20, is_yes=False)
    assert told(record(partner)) == (0, 0, 2, 2, 1)


def test_what_is_promised_stands_beside_what_was_done(partner: Investor) -> None:
    for at, days in enumerate([1, 2, 2, 3, 4, 4, 5, 5, 6, 30]):
        answer(partner, ask(partner, f"S{at}", 60), 60 - days)
    found = record(partner)
    assert (found.tenths, found.within, found.days) == (9, 6, 14)


def test_later_is_an_answer_and_what_closed_without_one_is_none(partner: Investor) -> None:
    by = User.objects.earliest("pk")
    pair = make_startup("Later"), make_startup("Never")
    make_introduction(pair[0], partner, by=by, state=IntroductionState.LATER, at=day(9), answered_at=day(8))
    make_introduction(
        pair[1], partner, by=by, state=IntroductionState.EXPIRED, at=day(50), answered_at=day(20)
    )
    assert told(record(partner)) == (1, 0, 2, 1, 1)


def test_a_request_is_due_once_the_promise_has_passed(partner: Investor) -> None:
    ask(partner, "Fresh", 3)
    ask(partner, "Overdue", 20)
    assert told(record(partner)) == (2, 2, 1, 0, 0)


def test_who_was_asked_first_answers_no_request(partner: Investor) -> None:
    startup = make_startup("Wanted")
    by = User.objects.earliest("pk")
    make_introduction(startup, partner, by=by, side=Side.INVESTOR, at=day(10))
    assert told(record(partner)) == (0, 0, 0, 0, 0)


def test_a_pair_that_a_curator_hides_was_never_asked(partner: Investor) -> None:
    startup = ask(partner, "Kept apart", 3)
    Pin.objects.create(
        startup=startup, investor=partner, kind=PinKind.HIDE, note="x", by=User.objects.earliest("pk")
    )
    assert told(record(partner)) == (0, 0, 0, 0, 0)


def test_a_startup_is_not_told_what_became_of_its_own_request(partner: Investor) -> None:
    own = ask(partner, "Own", 10)
    before = record(partner, except_pk=own.pk)
    answer(partner, own, 1, is_yes=False)
    assert record(partner, except_pk=own.pk) == before


def test_a_short_record_is_not_told_to_others(partner: Investor) -> None:
    for at in range(4):
        answer(partner, ask(partner, f"S{at}", 40), 35)
    assert record(partner).is_telling is False
    answer(partner, ask(partner, "Fifth", 40), 35)
    assert record(partner).is_telling is True


def test_home_draws_the_month_against_the_capacity(
    partner: Investor, as_user: Callable[[User | None], Client]
) -> None:
    for at in range(3):
        ask(partner, f"S{at}", 3)
    user = User.objects.get(email="partner@example.com")
    page = as_user(user).get("/home/").content.decode()
    assert '<strong class="number">3</strong> asked you in the last 30 days; you take' in page
    assert "More than you can take" in page
    assert "3 wait for your answer" in page
