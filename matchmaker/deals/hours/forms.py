"""What a person publishes: hours for each day of the week, and days off."""

from datetime import date, time
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from matchmaker.models.hours import MOST_WEEKS, NOTICE_HOURS, AvailableHours
from matchmaker.models.meeting import MINUTES
from profiles.companies.steps.forms.fields import day
from profiles.companies.steps.forms.layout import helper, side_by_side
from profiles.people.accounts.time_zones import zone_choices

MOST_OFF, SPARE_ROWS = 12, 2
VALUES = ("time_zone", "minutes", "notice_hours", "weeks")


def _clock(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    return forms.TimeField(required=False, label=label, widget=widget)


def _in_one_row(*names: str) -> Div:
    """Stand side by side, on a phone too."""
    return Div(*(Div(name, css_class="col") for name in names), css_class="row")


def _number(label: Any, words: Any, numbers: Any) -> forms.TypedChoiceField:
    choices = [(number, format_lazy(words, number=number)) for number in numbers]
    return forms.TypedChoiceField(label=label, coerce=int, choices=choices)


class HoursForm(forms.Form):
    time_zone = forms.ChoiceField(label=_("Time zone of these hours"))
    minutes = _number(_("Length of a meeting"), _("{number} minutes"), MINUTES)
    notice_hours = _number(_("A time can be chosen until"), _("{number} hours before"), NOTICE_HOURS)
    weeks = _number(
        _("How many weeks ahead a time can be chosen"), _("Weeks ahead: {number}"), range(1, MOST_WEEKS + 1)
    )

    def __init__(self, data: Any = None, *, hours: AvailableHours | None, zone: str) -> None:
        off = list(hours.days_off.all()) if hours else []
        super().__init__(data, initial=_start(hours, off, zone))
        self.fields["time_zone"].choices = zone_choices(get_language() or "en")  # type: ignore[attr-defined]
        rows: list[Any] = [side_by_side("time_zone", "minutes"), side_by_side("notice_hours", "weeks")]
        for weekday, name in WEEKDAYS.items():
            words = {"day": name}
            self.fields[f"from_{weekday}"] = _clock(_("%(day)s, from") % words)
            self.fields[f"until_{weekday}"] = _clock(_("%(day)s, until") % words)
            rows.append(_in_one_row(f"from_{weekday}", f"until_{weekday}"))
        self.off_rows = range(min(len(off) + SPARE_ROWS, MOST_OFF))
        for row in self.off_rows:
            self.fields[f"off_from_{row}"] = day(required=False, label=_("Day off"))
            self.fields[f"off_until_{row}"] = day(required=False, label=_("Last day off (optional)"))
            rows.append(_in_one_row(f"off_from_{row}", f"off_until_{row}"))
        self.helper = helper(*rows)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for weekday in WEEKDAYS:
            begins, ends = values.get(f"from_{weekday}"), values.get(f"until_{weekday}")
            if (begins is None) != (ends is None):
                self.add_error(f"until_{weekday}", _("Enter both times, or neither."))
            elif begins and ends and values.get("minutes") and _between(begins, ends) < values["minutes"]:
                self.add_error(f"until_{weekday}", _("No meeting of this length fits between these times."))
        for row in self.off_rows:
            first, last = values.get(f"off_from_{row}"), values.get(f"off_until_{row}")
            if last and (first is None or last < first):
                self.add_error(f"off_until_{row}", _("The last day is before the first one."))
        if not self.errors and not self.days:
            self.add_error("from_0", _("Enter the hours of one day at least."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in VALUES}

    @property
    def days(self) -> dict[int, tuple[time, time]]:
        stated = self.cleaned_data
        return {
            weekday: (stated[f"from_{weekday}"], stated[f"until_{weekday}"])
            for weekday in WEEKDAYS
            if stated.get(f"from_{weekday}") and stated.get(f"until_{weekday}")
        }

    @property
    def days_off(self) -> list[tuple[date, date]]:
        rows = (
            (self.cleaned_data[f"off_from_{row}"], self.cleaned_data[f"off_until_{row}"])
            for row in self.off_rows
        )
        return [(first, last or first) for first, last in rows if first]


def _between(begins: time, ends: time) -> int:
    return (ends.hour - begins.hour) * 60 + ends.minute - begins.minute


def _start(hours: AvailableHours | None, off: list[Any], zone: str) -> dict[str, Any]:
    if hours is None:
        return {"time_zone": zone, "minutes": 30, "notice_hours": 24, "weeks": 3}
    start = {name: getattr(hours, name) for name in VALUES}
    for each in hours.days.all():
        start |= {f"from_{each.weekday}": each.begins, f"until_{each.weekday}": each.ends}
    for row, each in enumerate(off):
        start |= {f"off_from_{row}": each.first_on, f"off_until_{row}": each.last_on}
    return start
