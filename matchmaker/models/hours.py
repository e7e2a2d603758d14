"""Weekly hours in which a person can be met, for others to choose a time themselves."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from matchmaker.models.meeting import MINUTES
from profiles.models import Membership

NOTICE_HOURS = (2, 12, 24, 48, 72)
MOST_WEEKS = 8


class AvailableHours(models.Model):
    """What a member of a company publishes; its times are those of the clock in `time_zone`."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="available_hours")
    time_zone = models.CharField(_("time zone"), max_length=64)
    minutes = models.PositiveSmallIntegerField(_("minutes"), choices=[(each, each) for each in MINUTES])
    notice_hours = models.PositiveSmallIntegerField(_("hours before a meeting"))
    weeks = models.PositiveSmallIntegerField(_("weeks ahead"))

    class Meta:
        verbose_name = _("available hours")
        verbose_name_plural = _("available hours")
        ordering = ["membership"]
        constraints = [
            CheckConstraint(
                condition=Q(minutes__in=MINUTES, weeks__gte=1, weeks__lte=MOST_WEEKS),
                name="hours_known_values",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.time_zone}"


class AvailableDay(models.Model):
    """From when to when on one day of each week."""

    hours = models.ForeignKey(AvailableHours, models.CASCADE, related_name="days")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=list(WEEKDAYS.items()))
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("available day")
        verbose_name_plural = _("available days")
        ordering = ["weekday", "pk"]
        constraints = [
            UniqueConstraint(fields=["hours", "weekday"], name="availableday_once"),
            CheckConstraint(condition=Q(weekday__lte=6), name="availableday_weekday"),
            CheckConstraint(condition=Q(ends__gt=F("begins")), name="availableday_order"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.begins:%H:%M}–{self.ends:%H:%M}"


class DayOff(models.Model):
    """Dates on which the hours do not count: a holiday, a journey."""

    hours = models.ForeignKey(AvailableHours, models.CASCADE, related_name="days_off")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering = ["first_on", "pk"]
        constraints = [CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="dayoff_order")]

    def __str__(self) -> str:
        return f"{self.first_on}–{self.last_on}"
