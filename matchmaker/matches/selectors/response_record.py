"""How a company answers who asks for an introduction: this month against its capacity, and its record.

A request is the other side's interest that came before any word of the company; a withdrawn one is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matchmaker.choices import PinKind, Side
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models import Interest, Pass, Pin
from profiles.models import Investor, Startup

MONTH = timedelta(days=30)
ENOUGH = 5  # requests of others before a record is told: fewer would tell who was passed on


@dataclass(frozen=True)
class Replies:
    """What was asked of a company and answered. Requests that may still wait are not part of `due`."""

    month: int
    capacity: int
    waiting: int
    due: int
    answered: int
    in_time: int
    days: int | None  # the promise; startups make none

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
    """Return a company's record up to `at`, without the request of `except_pk`. Three queries."""
    own = {side.value: company}
    other = f"{side.other.value}_id"
    hidden = Pin.objects.filter(kind=PinKind.HIDE, released_at=None, **own).values(other)
    asked = Interest.objects.filter(side=side.other, **own).exclude(**{f"{other}__in": hidden})
    said = _first(
        act
        for model in (Interest, Pass)
        for act in model.objects.filter(side=side, **own).values_list(other, "at")
    )
    requests = [
        (when, said.get(pk))
        for pk, when in asked.values_list(other, "at")
        if pk != except_pk and not (pk in said and said[pk] < when)
    ]
    return _counted(requests, company, at)


def replies_to(pair: Pair, *, at: datetime) -> Replies:
    """Return the record of a pair's investor as the startup may know it: without its own request."""
    return replies_of(Side.INVESTOR, pair.investor, at=at, except_pk=pair.startup.pk)


def _first(acts: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    """Return when each counterpart first got a word."""
    found: dict[int, datetime] = {}
    for pk, when in acts:
        found[pk] = min(when, found.get(pk, when))
    return found


def _counted(requests: list[tuple[datetime, datetime | None]], company: Any, at: datetime) -> Replies:
    """Count requests with their answers."""
    days = getattr(company, "reply_days", None)
    promise = timedelta(days=days) if days else MONTH
    answers = [(asked, said) for asked, said in requests if said is not None]
    overdue = sum(said is None and at - asked > promise for asked, said in requests)
    return Replies(
        month=sum(at - asked <= MONTH for asked, _said in requests),
        capacity=company.capacity,
        waiting=len(requests) - len(answers),
        due=len(answers) + overdue,
        answered=len(answers),
        in_time=sum(said - asked <= promise for asked, said in answers),
        days=days,
    )
