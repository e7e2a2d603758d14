"""Weeks, months and quarters. They begin at midnight UTC; a week begins on Monday."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEKS, MONTHS, QUARTERS = 53, 13, 8  # so many of each are counted, with the one that goes on
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the first day to the day before `end`. `key` is how a row and an address name it."""

    kind: str
    first: date
    end: date

    @property
    def key(self) -> str:
        return self.first.isoformat()

    @property
    def span(self) -> tuple[datetime, datetime]:
        begin, end = (datetime.combine(day, time(), UTC) for day in (self.first, self.end))
        return begin, end

    @property
    def label(self) -> str:
        if self.kind == "week":
            return _("Week of %(day)s") % {"day": date_format(self.first)}
        if self.kind == "month":
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        number = (self.first.month + 2) // 3
        return _("Quarter %(number)d of %(year)d") % {"number": number, "year": self.first.year}


def week(day: date) -> Period:
    first = day - timedelta(days=day.weekday())
    return Period("week", first, first + timedelta(days=7))


def month(day: date) -> Period:
    first = day.replace(day=1)
    return Period("month", first, (first + timedelta(days=31)).replace(day=1))


def quarter(day: date) -> Period:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period("quarter", first, (first + timedelta(days=92)).replace(day=1))


KINDS: dict[str, Callable[[date], Period]] = {"week": week, "month": month, "quarter": quarter}


def day_of(moment: datetime) -> date:
    """Return the day of a moment, in UTC."""
    return moment.astimezone(UTC).date()


def period_of(kind: str, key: str) -> Period:
    """Return the period with this key.

    Raises:
        ValueError: there is none.
    """
    found = KINDS[kind](date.fromisoformat(key))
    if found.key != key:
        raise ValueError(key)
    return found


def newest(kind: str, count: int, *, at: datetime) -> list[Period]:
    """Return so many periods, the last with `at` in it, the oldest first."""
    return list(_backwards(kind, count, at))[::-1]


def _backwards(kind: str, count: int, at: datetime) -> Iterator[Period]:
    day = day_of(at)
    for _each in range(count):
        period = KINDS[kind](day)
        yield period
        day = period.first - DAY
