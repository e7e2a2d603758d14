"""The measured record of answers: what it counts, and what it keeps to itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matchmaker.choices import PassReason, PinKind
from matchmaker.matches.selectors.response_record import Replies, replies_of
from matchmaker.models import Interest, Pass, Pin
from profiles.choices import Side
from profiles.models import Investor, Startup, User
from tests.factories import make_investor, make_partner, make_startup

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def partner(db: None) -> Investor:
    investor = make_investor("Chengsui", capacity=2, reply_days=14)
    make_partner("partner@example.com", investor)
    return investor


def day(ago: int) -> object:
    return NOW - timedelta(days=ago)


def ask(partner: Investor, name: str, ago: int) -> Startup:
    startup = make_startup(name)
    by = User.objects.earliest("pk")
    Interest.objects.create(side=Side.STARTUP, startup=startup, investor=partner, by=by, at=day(ago))
    return startup


def answer(partner: Investor, startup: Startup, ago: int, *, is_yes: bool = True) -> None:
    pair = {"side": Side.INVESTOR, "startup": startup, "investor": partner, "by": User.objects.earliest("pk")}
    if is_yes:
        Interest.objects.create(**pair, at=day(ago))
    else:
        Pass.objects.create(**pair, reason=PassReason.SECTOR, at=day(ago))


def record(partner: Investor, except_pk: int | None = None) -> Replies:
    return replies_of(Side.INVESTOR, partner, at=NOW, except_pk=except_pk)


def told(replies: Replies) -> tuple[int, ...]:
    return replies.month, replies.waiting, replies.due, replies.answered, replies.in_time


def test_yes_and_no_are_answers_and_those_in_time_are_counted(partner: Investor) -> None:
    answer(partner, ask(partner, "Soon", 40), 35)
    answer(partner, ask(partner, "Late", 60), 20, is_yes=False)
    assert told(record(partner)) == (0, 0, 2, 2, 1)


def test_a_request_is_due_once_the_promise_has_passed(partner: Investor) -> None:
    ask(partner, "Fresh", 3)
    ask(partner, "Overdue", 20)
    assert told(record(partner)) == (2, 2, 1, 0, 0)


def test_who_was_asked_first_answers_no_request(partner: Investor) -> None:
    startup = make_startup("Wanted")
    answer(partner, startup, 10)
    Interest.objects.create(
        side=Side.STARTUP, startup=startup, investor=partner, by=User.objects.earliest("pk"), at=day(5)
    )
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
    assert '<strong class="number">3</strong> asked in the last 30 days; you take' in page
    assert "More than you can take" in page
    assert "3 wait for your answer" in page
