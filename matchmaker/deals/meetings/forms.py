"""What the two sides say about a meeting: times, where the call takes place, how it went."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.deals.meetings.selectors import check_call_address
from matchmaker.models.meeting import ADDRESS_LENGTH, MINUTES, MeetingAnswer
from profiles.companies.steps.forms.fields import TidyField
from profiles.people.accounts.time_zones import zone_label

FARTHEST = timedelta(days=180)  # that a time may be ahead
DAY_BEGINS, NIGHT_BEGINS = time(7), time(22)
LOCAL = "%Y-%m-%dT%H:%M"  # what a browser's field for day and time sends


class CallAddressField(TidyField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Place or link (optional)"),
            required=False,
            max_length=ADDRESS_LENGTH,
            help_text=_(
                "A link to any service, a WeChat ID or a WhatsApp number. Only the two teams can read it, "
                "and it is deleted after the meeting."
            ),
            widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            **options,
        )

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        check_call_address(address)
        return address


class CallAddressForm(forms.Form):
    call_address = CallAddressField()


class TimeField(forms.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            input_formats=[LOCAL, f"{LOCAL}:%S"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
            **options,
        )


class TimesForm(forms.Form):
    """Up to three times of equal length, in the proposer's time zone.

    The caller must activate that zone; skipped or repeated hours are refused.
    """

    first = TimeField(label=_("Day and time"))
    second = TimeField(label=_("Second option (optional)"))
    third = TimeField(label=_("Third option (optional)"))
    minutes = forms.TypedChoiceField(
        label=_("Duration"),
        coerce=int,
        initial=30,
        choices=[(minute, format_lazy(_("{minutes} minutes"), minutes=minute)) for minute in MINUTES],
    )
    call_address = CallAddressField()
    at_night = forms.BooleanField(label=_("Propose this time anyway"), required=False)

    def __init__(self, *args: Any, at: datetime, their_zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.their_zone = at, their_zone
        self.nights: list[str] = []  # the proposed times that are at night for the other side, in its words

    @property
    def times(self) -> list[datetime]:
        return [self.cleaned_data[name] for name in TIMES if self.cleaned_data.get(name)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        stated = {name: values[name] for name in TIMES if values.get(name)}
        if not stated and not self.errors:
            self.add_error("first", _("Enter a date and a time."))
        for name, proposed in stated.items():
            if proposed <= self.at:
                self.add_error(name, _("This time has passed."))
            elif proposed > self.at + FARTHEST:
                self.add_error(name, _("State a time within the next six months."))
            elif list(stated.values()).index(proposed) < list(stated).index(name):
                self.add_error(name, _("This time is already in the list."))
        self.warn_of_nights(stated, is_meant=bool(values.get("at_night")))
        return values

    def warn_of_nights(self, stated: dict[str, datetime], *, is_meant: bool) -> None:
        for name, proposed in stated.items():
            theirs = timezone.localtime(proposed, self.their_zone)
            if DAY_BEGINS <= theirs.time() < NIGHT_BEGINS:
                continue
            self.nights.append(name)
            if not is_meant and name not in self.errors:
                params = {"when": date_format(theirs, "l, H:i"), "zone": zone_label(self.their_zone)}
                self.add_error(name, _("This is at night for them: %(when)s (%(zone)s).") % params)


TIMES = ("first", "second", "third")


class ChosenTimeForm(forms.Form):
    """A time in published hours: whose, and the second at which it begins."""

    hours = forms.IntegerField(min_value=1, max_value=2**62)
    time = forms.IntegerField(min_value=0, max_value=2**35)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "time" in values:
            values["starts_at"] = datetime.fromtimestamp(values.pop("time"), UTC)
        return values


class ReplyForm(forms.Form):
    answer = forms.ChoiceField(choices=MeetingAnswer.choices)
