"""A month of requests, played with the real services, and whether what came of it adds up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.core.management import call_command
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.digests import services as digests
from matchmaker.deals.digests.kinds import NEW_MATCHES
from matchmaker.deals.introductions import kinds
from matchmaker.deals.introductions.selectors import MONTH, REQUEST_SLOTS
from matchmaker.deals.introductions.services import deadlines, decisions
from matchmaker.deals.introductions.services.decisions import (
    NO_WORDS,
    AskedLatelyError,
    NoRequestSlotError,
    PassedError,
    RequestWords,
)
from matchmaker.models.introduction import (
    ENDED,
    PENDING,
    WAITING,
    Introduction,
    IntroductionAct,
    IntroductionState,
    IntroductionStep,
)
from matchmaker.models.pair_action import DigestEntry
from matchmaker.transitions import NotOpenError, PausedError
from profiles.choices import Role
from profiles.models import SIDES, Investor, Membership, Notice, OutboxMail, Startup, User
from profiles.platform.notifications import services as notifications

DAYS = 30
REFUSALS = (PassedError, NotOpenError, AskedLatelyError, NoRequestSlotError, PausedError)
WORDS = RequestWords("They make what we need.", "A pilot of two seasons.", "A call next week.")


@dataclass
class Month:
    chance: Random
    begun_at: datetime
    refused: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    expired: int = 0
    delivered: int = 0
    digests: int = 0
    most_places: int = 0


@dataclass(frozen=True)
class Sum:
    name: str
    found: int
    expected: int
    is_limit: bool = False  # found may be less

    @property
    def holds(self) -> bool:
        return self.found <= self.expected if self.is_limit else self.found == self.expected


def play(*, startups: int, investors: int, seed: int) -> Month:
    """Play the month on an empty database with tables, and return what was seen while it passed."""
    call_command("load_tables", verbosity=0)
    call_command("seed_market", startups=startups, investors=investors, seed=seed, verbosity=0)
    call_command("rank", verbosity=0)
    month = Month(Random(seed), timezone.now())  # noqa: S311  the same month for the same seed
    _people(month)
    for day in range(DAYS + 1):
        at = month.begun_at + timedelta(days=day)
        _speak(month, at)
        _pass_time(month, at)
    return month


def _people(month: Month) -> None:
    for side, model in SIDES.items():
        for company in model._default_manager.published().order_by("pk"):
            for number in range(month.chance.choice([1, 1, 2])):
                user = User.objects.create_user(f"{side}-{company.pk}-{number}@example.com", role=Role(side))
                company.memberships.create(user=user)
    for investor in Investor.objects.order_by("pk"):
        days = {"capacity": month.chance.randint(4, 16), "reply_days": month.chance.randint(2, 10)}
        Investor.objects.filter(pk=investor.pk).update(**days)


def _speak(month: Month, at: datetime) -> None:
    startups, investors = (list(SIDES[side]._default_manager.published().order_by("pk")) for side in Side)
    for startup in startups:
        if month.chance.random() < 0.5:
            _yes(month, startup, month.chance.choice(investors), Side.STARTUP, at)
    for investor in investors:
        if month.chance.random() < 0.15:
            _yes(month, month.chance.choice(startups), investor, Side.INVESTOR, at)
    waiting = Introduction.objects.filter(state__in=WAITING).select_related("startup", "investor")
    for introduction in waiting.order_by("pk"):
        _consider(month, introduction, at)


def _yes(month: Month, startup: Startup, investor: Investor, side: Side, at: datetime) -> None:
    by = _person(startup if side is Side.STARTUP else investor)
    words = WORDS if side is Side.STARTUP else NO_WORDS
    try:
        decisions.express_interest(startup, investor, side=side, by=by, at=at, words=words)
    except REFUSALS as refusal:
        month.refused[type(refusal).__name__] += 1


def _consider(month: Month, introduction: Introduction, at: datetime) -> None:
    pair, dice = introduction.pair, month.chance.random()
    asked, asker = introduction.asked_side, introduction.asked_side.other
    answerer = _person(introduction.company_on(asked))
    if dice < 0.02:
        decisions.withdraw_interest(*pair, side=asker, by=_person(introduction.company_on(asker)), at=at)
    elif introduction.state == IntroductionState.QUEUED or dice > 0.12:
        return
    elif dice < 0.05:
        decisions.express_interest(*pair, side=asked, by=answerer, at=at)
    elif dice < 0.09:
        decisions.pass_on(*pair, side=asked, reason=PassReason.STAGE, by=answerer, at=at)
    elif introduction.state == IntroductionState.ASKED:
        decisions.answer_later(*pair, side=asked, line="After the harvest.", by=answerer, at=at)


def _person(company: Startup | Investor) -> User:
    return company.memberships.select_related("user").order_by("pk")[0].user


def _pass_time(month: Month, at: datetime) -> None:
    month.expired += deadlines.expire_due(at=at)
    month.delivered += deadlines.deliver_due(at=at)
    deadlines.remind_due(at=at)
    while written := digests.send_due_digests(at=at):
        month.digests += written
    while sent := notifications.send_due(at=at):
        month.sent += sent
    pending = Introduction.objects.filter(asked_by=Side.STARTUP, state__in=PENDING).order_by()
    taken = pending.values_list("startup").annotate(count=Count("pk")).values_list("count", flat=True)
    month.most_places = max([month.most_places, *taken])


def sums(month: Month) -> Iterator[Sum]:
    rows, steps = Introduction.objects, IntroductionStep.objects
    by_act = Counter(steps.values_list("act", flat=True))
    by_state = Counter(rows.values_list("state", flat=True))
    begun = sum(by_act[act] for act in (IntroductionAct.QUEUE, IntroductionAct.ASK, IntroductionAct.MEET))
    yield Sum("introductions begun = rows", begun, rows.count())
    yield Sum("rows = open + ended", rows.count(), sum(by_state.values()))
    ends = (IntroductionAct.DECLINE, IntroductionAct.WITHDRAW, IntroductionAct.EXPIRE, IntroductionAct.CLOSE)
    yield Sum(
        "ended = steps that end", sum(by_state[state] for state in ENDED), sum(by_act[act] for act in ends)
    )
    yield Sum("closed by time = expiries seen", by_act[IntroductionAct.EXPIRE], month.expired)
    yield Sum("left the queue = deliveries seen", by_act[IntroductionAct.DELIVER], month.delivered)
    yield Sum("most places a startup ever had taken", month.most_places, REQUEST_SLOTS, is_limit=True)
    yield Sum("places taken + given back = requests of startups", *_places())
    yield Sum("companies beyond their capacity in 30 days", _over_capacity(month), 0)
    for kind, expected in _expected_notices():
        yield Sum(f"notices: {kind}", Notice.objects.filter(kind=kind).count(), expected)
    yield Sum("mails waiting or parked", OutboxMail.objects.filter(sent_at=None).count(), 0)
    yield Sum("mails sent = rows", month.sent, OutboxMail.objects.count())
    yield Sum("digest mails", OutboxMail.objects.filter(kind=NEW_MATCHES).count(), month.digests)
    yield Sum("digests longer than the capacity", _long_digests(), 0)


def _places() -> tuple[int, int]:
    mine = Introduction.objects.filter(asked_by=Side.STARTUP)
    back = (*ENDED, IntroductionState.LATER, IntroductionState.MUTUAL)
    taken, given = mine.filter(state__in=PENDING).count(), mine.filter(state__in=back).count()
    return taken + given, mine.count()


def _over_capacity(month: Month) -> int:
    """Return how many companies were reached by more in the last 30 days than they take."""
    since = month.begun_at + timedelta(days=DAYS) - MONTH
    over = 0
    for side, model in SIDES.items():
        reached = Introduction.objects.filter(
            steps__act__in=(IntroductionAct.ASK, IntroductionAct.DELIVER),
            asked_by=Side(side).other,
            delivered_at__gt=since,
        )
        counts = reached.order_by().values_list(f"{side}_id").annotate(count=Count("pk", distinct=True))
        capacity = dict(model._default_manager.values_list("pk", "capacity"))
        over += sum(count > capacity[pk] for pk, count in counts)
    return over


def _expected_notices() -> Iterator[tuple[str, int]]:
    for kind, acts, of_asker in (
        (kinds.REQUEST_RECEIVED, (IntroductionAct.ASK, IntroductionAct.DELIVER), False),
        (kinds.REQUEST_DECLINED, (IntroductionAct.DECLINE,), True),
        (kinds.REQUEST_EXPIRED, (IntroductionAct.EXPIRE,), True),
        (kinds.REQUEST_LATER, (IntroductionAct.POSTPONE,), True),
    ):
        expected = 0
        for step in IntroductionStep.objects.filter(act__in=acts).select_related("introduction"):
            side = step.introduction.asked_side
            company = step.introduction.company_on(side.other if of_asker else side)
            expected += company.memberships.count()
        yield kind, expected


def _long_digests() -> int:
    digests_of = DigestEntry.objects.order_by().values_list("user", "at").annotate(count=Count("pk"))
    takes = Coalesce("startup__capacity", "investor__capacity")
    capacity = dict(Membership.objects.values_list("user", takes))
    return sum(count > capacity[user] for user, _at, count in digests_of)
