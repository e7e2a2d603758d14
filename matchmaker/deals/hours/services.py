"""Publishing weekly hours, and publishing none any more."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from matchmaker.deals.hours.kinds import HOURS, HOURS_LIMIT
from matchmaker.models.hours import AvailableDay, AvailableHours, DayOff
from profiles.models import Membership, User
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits


@transaction.atomic
def publish(
    membership: Membership,
    *,
    values: Mapping[str, Any],
    days: Mapping[int, tuple[time, time]],
    days_off: Sequence[tuple[date, date]],
    by: User,
    at: datetime,
) -> AvailableHours:
    """Store a person's hours in place of the earlier ones. Meetings that are agreed stay.

    Raises:
        LimitReachedError: if the person changes them too often.
    """
    limits.take_token(HOURS_LIMIT, account=by, at=at)
    lock_profiles(membership.company)  # who chooses a time holds it too
    hours, _made = AvailableHours.objects.update_or_create(membership=membership, defaults=values)
    hours.days.all().delete()
    hours.days_off.all().delete()
    AvailableDay.objects.bulk_create(
        AvailableDay(hours=hours, weekday=weekday, begins=begins, ends=ends)
        for weekday, (begins, ends) in days.items()
    )
    DayOff.objects.bulk_create(DayOff(hours=hours, first_on=first, last_on=last) for first, last in days_off)
    audit.record(HOURS, subject=f"user:{by.pk}", by=by, at=at)
    return hours


@transaction.atomic
def remove(membership: Membership, *, by: User, at: datetime) -> None:
    """Let no one choose a time any more. Meetings that are agreed stay."""
    lock_profiles(membership.company)
    removed, _by_model = AvailableHours.objects.filter(membership=membership).delete()
    if removed:
        audit.record(HOURS, subject=f"user:{by.pk}", by=by, at=at, details={"done": "removed"})
