"""Free times: the hours of a person without days off and without what the companies already have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from matchmaker.models.hours import AvailableHours
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting import AGREED_STATES, LIVE, Meeting, MeetingSlot
from matchmaker.registry import BUSY_TIMES
from profiles.models import Investor, Startup, User

Busy = tuple[datetime, datetime]


@dataclass(frozen=True)
class FreeTime:
    starts_at: datetime
    ends_at: datetime

    @property
    def sent(self) -> str:
        """What a form sends for it."""
        return str(int(self.starts_at.timestamp()))


def hours_of(user: User) -> AvailableHours | None:
    return _whole().filter(membership__user=user).first()


def hours_in(company: Startup | Investor) -> "QuerySet[AvailableHours]":
    """Return what the people of a company publish, the first member's first."""
    mine = _whole().filter(**{f"membership__{company.side}": company}, membership__user__is_active=True)
    return mine.order_by("membership__joined_at", "pk")


def _whole() -> "QuerySet[AvailableHours]":
    return AvailableHours.objects.select_related("membership__user").prefetch_related("days", "days_off")


def free_times(hours: AvailableHours, busy: Iterable[Busy], *, at: datetime) -> list[FreeTime]:
    taken = list(busy)
    return [
        free
        for free in _times(hours, at=at)
        if not any(begins < free.ends_at and free.starts_at < ends for begins, ends in taken)
    ]


def _times(hours: AvailableHours, *, at: datetime) -> Iterator[FreeTime]:
    """Yield every time of the hours, by the clock of their zone.

    An hour that the clock leaves out is skipped. Of an hour that it repeats, the first one counts.
    """
    zone, length = ZoneInfo(hours.time_zone), timedelta(minutes=hours.minutes)
    days = {day.weekday: day for day in hours.days.all()}
    off = [(each.first_on, each.last_on) for each in hours.days_off.all()]
    today, earliest = at.astimezone(zone).date(), at + timedelta(hours=hours.notice_hours)
    for number in range(7 * hours.weeks + 1):
        date = today + timedelta(days=number)
        day = days.get(date.weekday())
        if day is None or any(first <= date <= last for first, last in off):
            continue
        clock, closes = datetime.combine(date, day.begins), datetime.combine(date, day.ends)
        while clock + length <= closes:
            starts_at = clock.replace(tzinfo=zone).astimezone(UTC)
            ends_at = starts_at + length
            is_real = starts_at.astimezone(zone).replace(tzinfo=None) == clock
            if is_real and starts_at >= earliest and ends_at.astimezone(zone).replace(tzinfo=None) <= closes:
                yield FreeTime(starts_at, ends_at)
            clock += length


def busy_times(introduction: Introduction, *, at: datetime) -> list[Busy]:
    """Return when either company has something: agreed meetings, proposed times, missions.

    Without what the introduction itself has: a time that is chosen takes its place.
    """
    startup, investor = introduction.pair
    either = Q(introduction__startup=startup) | Q(introduction__investor=investor)
    others = Meeting.objects.filter(either).exclude(introduction=introduction)
    agreed = others.filter(state__in=AGREED_STATES, ends_at__gt=at).values_list("starts_at", "ends_at")
    slots = MeetingSlot.objects.filter(meeting__in=others.filter(state__in=LIVE), starts_at__gt=at)
    return [
        *((begins, ends) for begins, ends in agreed if begins and ends),
        *((slot.starts_at, slot.ends_at) for slot in slots),
        *(busy for busy_of in BUSY_TIMES for busy in busy_of(startup, investor, at)),
    ]
