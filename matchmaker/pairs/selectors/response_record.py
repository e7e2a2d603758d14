"""How a company answers who asks for an introduction: this month against its capacity, and its record.

What counts is what has reached it: a request that waits in the queue, or was taken back, is none. Yes, later
and no are answers; the first one counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matchmaker.choices import PinKind, Side
from matchmaker.models import Introduction, Pin
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.selectors.pair import Pair
from profiles.models import Investor, Startup

MONTH = timedelta(days=30)
ENOUGH = 5  # requests of others before a record is told: fewer would tell who was passed on
TENTHS = 10


@dataclass(frozen=True)
class Replies:
    """What was asked of a company and answered. Requests that may still wait are not part of `due`.

    `tenths` of ten due requests were answered within `within` days; None where less than one in ten was.
    """

    month: int
    capacity: int
    waiting: int
    due: int
    answered: int
    in_time: int
    days: int | None  # the promise; startups make none
    tenths: int = 0
    within: int | None = None

    @property
    def width(self) -> int:
        """The length of the bar of the month: the capacity, or more where more was asked."""
        return max(self.capacity, self.month)

    @property
    def is_telling(self) -> bool:
        """Whether there is enough of a record to tell others."""
        return self.due >= ENOUGH


def replies_of(
    side: Side, company: Startup | Investor, *, at: datetime, except_pk: int | None = None
) -> Replies:
    """Return a company's record up to `at`, without the request of `except_pk`. One query."""
    own = {side.value: company}
    other = f"{side.other.value}_id"
    hidden = Pin.objects.filter(kind=PinKind.HIDE, released_at=None, **own).values(other)
    asked = Introduction.objects.filter(asked_by=side.other, due_at__isnull=False, **own)
    asked = asked.exclude(**{f"{other}__in": hidden}).exclude(state=IntroductionState.WITHDRAWN)
    rows = asked.order_by().values_list(other, "delivered_at", "answered_at", "ended_at")
    requests = [Request(reached, said, ended) for pk, reached, said, ended in rows if pk != except_pk]
    return _counted(requests, company, at)


def replies_to(pair: Pair, *, at: datetime) -> Replies:
    """Return the record of a pair's investor as the startup may know it: without its own request."""
    return replies_of(Side.INVESTOR, pair.investor, at=at, except_pk=pair.startup.pk)


@dataclass(frozen=True)
class Request:
    """When a request reached the company, was answered, and was over."""

    reached: datetime
    answered: datetime | None
    ended: datetime | None

    def is_due(self, promise: timedelta, at: datetime) -> bool:
        """Whether it counts: answered, over, or waiting for longer than was promised."""
        return bool(self.answered or self.ended) or at - self.reached > promise


def _counted(requests: list[Request], company: Any, at: datetime) -> Replies:
    """Count requests with their answers."""
    days = getattr(company, "reply_days", None)
    promise = timedelta(days=days) if days else MONTH
    due = [one for one in requests if one.is_due(promise, at)]
    took = sorted(one.answered - one.reached for one in due if one.answered)
    tenths, within = _nine_of_ten(took, len(due))
    return Replies(
        month=sum(at - one.reached <= MONTH for one in requests),
        capacity=company.capacity,
        waiting=sum(not (one.answered or one.ended) for one in requests),
        due=len(due),
        answered=len(took),
        in_time=sum(each <= promise for each in took),
        days=days,
        tenths=tenths,
        within=within,
    )


def _nine_of_ten(took: list[timedelta], due: int) -> tuple[int, int | None]:
    """Return how many of ten due requests were answered, nine at most, and within how many whole days."""
    tenths = min(len(took) * TENTHS // due, TENTHS - 1) if due else 0
    if not tenths:
        return 0, None
    slowest = took[-(-due * tenths // TENTHS) - 1]
    return tenths, max(1, -(-slowest // timedelta(days=1)))
