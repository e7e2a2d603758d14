"""What an organiser sets up, and what those who take part say about their delegation."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from matchmaker.choices import Side
from matchmaker.events.forms import labelled, several
from matchmaker.events.missions.selectors.changes import movable
from matchmaker.events.missions.selectors.day import LATE, place_of
from matchmaker.events.programmes.forms.programmes import MomentField, require_order
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionSlot, MissionTable
from matchmaker.models.missions.mission import (
    COMPANIES,
    COMPANIES_OF_BOTH,
    MINUTES,
    MOST_MEETINGS,
    MOST_SLOTS,
    MOST_WANTED,
    Blocked,
)
from matchmaker.models.missions.plan import TEXT, AfterMeeting
from matchmaker.models.programmes import Programme
from profiles.choices import WORKING_LANGUAGES
from profiles.companies.steps.forms.fields import LineField, TermField, WebField, day
from profiles.companies.steps.forms.layout import helper, side_by_side
from profiles.models import Place
from profiles.platform.form_fields import CountedField, worded

MOST_DAYS, BLOCKED_ROWS, MOST_TABLES_AT_ONCE = 14, 4, 80
NOTHING = ("", _("Meetings"))
LONGEST = timedelta(days=MOST_DAYS - 1)
KEPT_FREE = (  # to begin with
    (Blocked.MEAL, time(12, 30), time(13, 30)),
    (Blocked.PRAYER, time(13, 30), time(14, 0)),
)
DELEGATION = ("people", "languages", "arrives_at", "leaves_at", "is_online", "most", "place")


def _clock(**options: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class SetUpForm(forms.Form):
    """Days and hours, from which the grid of slots is made; what is kept free every day."""

    helper = helper(
        "first_day+last_day day_from+day_until slot_minutes+pause wanted",
        *(side_by_side(f"kind_{at}", f"from_{at}", f"until_{at}") for at in range(1, BLOCKED_ROWS + 1)),
    )

    first_day = day(label=_("First day"))
    last_day = day(label=_("Last day"))
    day_from = _clock(label=_("Daily start time"))
    day_until = _clock(label=_("Daily end time"))
    slot_minutes = forms.IntegerField(
        min_value=MINUTES[0], max_value=MINUTES[1], label=_("Minutes per meeting")
    )
    pause = forms.IntegerField(
        min_value=0, max_value=60, label=_("Minutes between two meetings, for walking")
    )
    wanted = forms.IntegerField(
        min_value=1, max_value=MOST_WANTED, label=_("Minimum number of wanted meetings for each delegation")
    )
    table_count = forms.IntegerField(
        min_value=1, max_value=MOST_TABLES_AT_ONCE, required=False, label=_("Number of tables")
    )

    def __init__(self, data: Any = None, *, programme: Programme, mission: Mission | None = None) -> None:
        super().__init__(data, initial=_start(programme, mission))
        self.zone = programme.zone
        for at in range(1, BLOCKED_ROWS + 1):
            label = format_lazy(_("Daily break {number}"), number=at)
            self.fields[f"kind_{at}"] = forms.ChoiceField(
                choices=[("", "–"), *Blocked.choices], required=False, label=label
            )
            self.fields[f"from_{at}"] = _clock(required=False, label=pgettext("hours", "From"))
            self.fields[f"until_{at}"] = _clock(required=False, label=pgettext("hours", "Until"))
        for field in self.fields.values():
            worded(field)

    def clean(self) -> dict[str, Any]:
        """Ask for days and hours in their order, and for a grid that is neither empty nor endless."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and not first <= last <= first + LONGEST:
            self.add_error(
                "last_day", _("Choose up to fourteen days. The last day must not be before the first.")
            )
        require_order(self, "day_from", "day_until")
        for at in range(1, BLOCKED_ROWS + 1):
            kind, *hours = (values.get(f"{name}_{at}") for name in ("kind", "from", "until"))
            if kind and not all(hours):
                self.add_error(f"kind_{at}", _("Enter a start time and an end time."))
            elif kind:
                require_order(self, f"from_{at}", f"until_{at}")
        if not self.errors and not 1 <= len(self.slots) <= MOST_SLOTS:
            self.add_error(
                "day_until",
                _(
                    "With these hours there is no meeting time, or there are more than two hundred. "
                    "Change the hours."
                ),
            )
        return values

    @property
    def tables(self) -> list[dict[str, str]]:
        """Return the tables to begin with, numbered as the page of the tables would number them."""
        count = self.cleaned_data["table_count"] or 0
        return [{"name": f"{_('Table')} {at}"} for at in range(1, count + 1)]

    @property
    def mission_values(self) -> dict[str, Any]:
        entered = {name: self[name].value() for name in self.fields if name != "table_count"}
        return {**{name: self.cleaned_data[name] for name in ("slot_minutes", "wanted")}, "entered": entered}

    @property
    def slots(self) -> list[dict[str, Any]]:
        values, slots = self.cleaned_data, []
        blocks = [
            tuple(values[f"{name}_{at}"] for name in ("kind", "from", "until"))
            for at in range(1, BLOCKED_ROWS + 1)
            if values.get(f"kind_{at}")
        ]
        length = timedelta(minutes=values["slot_minutes"])
        step = length + timedelta(minutes=values["pause"])
        day: date = values["first_day"]
        while day <= values["last_day"]:
            begins = datetime.combine(day, values["day_from"])
            while begins + length <= datetime.combine(day, values["day_until"]):
                ends = begins + length
                blocked = [kind for kind, start, end in blocks if start < ends.time() and begins.time() < end]
                slots.append(
                    {
                        "starts_at": begins.replace(tzinfo=self.zone),
                        "ends_at": ends.replace(tzinfo=self.zone),
                        "blocked": blocked[0] if blocked else "",
                    }
                )
                begins += step
            day += timedelta(days=1)
        return slots


def _start(programme: Programme, mission: Mission | None) -> dict[str, Any]:
    """Return the days and hours as they were entered, or to begin with those of the programme."""
    start: dict[str, Any] = dict(mission.entered) if mission else {}
    if start:
        return start
    begins, ends = programme.starts_at or timezone.now(), programme.ends_at or timezone.now()
    first_day, last_day = (timezone.localtime(moment, programme.zone).date() for moment in (begins, ends))
    start = {"first_day": first_day, "last_day": min(last_day, first_day + LONGEST)}
    start |= {"day_from": time(9), "day_until": time(17), "slot_minutes": 20, "pause": 5, "wanted": 4}
    for at, (kind, first, last) in enumerate(KEPT_FREE, start=1):
        start |= {f"kind_{at}": str(kind), f"from_{at}": first, f"until_{at}": last}
    return start


class GridForm(forms.Form):
    def __init__(self, data: Any = None, *, slots: Iterable[MissionSlot]) -> None:
        super().__init__(data)
        for slot in slots:
            starts = timezone.localtime(slot.starts_at)
            self.fields[f"slot_{slot.pk}"] = forms.ChoiceField(
                choices=[NOTHING, *Blocked.choices],
                required=False,
                initial=slot.blocked,
                label=f"{starts:%H:%M}",
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )

    @property
    def blocked(self) -> dict[int, str]:
        return {int(name.removeprefix("slot_")): value for name, value in self.cleaned_data.items()}


class TablesForm(forms.Form):
    helper = helper("name+count hall+address")

    name = LineField(max_length=30, label=_("Name"), initial=_("Table"))
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_TABLES_AT_ONCE,
        initial=1,
        label=_("Number (if there are several, they are numbered)"),
    )
    hall = LineField(max_length=60, required=False, label=_("Hall"))
    address = WebField(max_length=300, required=False, label=_("Link, if it is an online room"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("address") and values.get("count", 1) > 1:
            self.add_error("count", _("Add online rooms one by one: each has its own link."))
        return values

    @property
    def tables(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        shared = {"hall": values["hall"], "address": values["address"] or ""}
        if values["count"] == 1:
            return [{"name": values["name"], **shared}]
        return [{"name": f"{values['name']} {at}", **shared} for at in range(1, values["count"] + 1)]


class InterpreterForm(forms.Form):
    name = LineField(max_length=80, label=_("Name"))
    languages = several(WORKING_LANGUAGES, label=_("Languages"))
    starts_at = MomentField(required=False, label=_("Available from"))
    ends_at = MomentField(required=False, label=_("Available until"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if len(values.get("languages", ["", ""])) < 2:
            self.add_error("languages", _("Choose at least two languages."))
        require_order(self, "starts_at", "ends_at")
        return values


class DelegationForm(forms.Form):
    helper = helper("people languages arrives_at+leaves_at is_online most+place")

    people = LineField(
        max_length=300,
        required=False,
        help_text=_("Names and roles. The other side of a meeting sees them in its schedule."),
    )
    languages = several(WORKING_LANGUAGES, required=False)
    arrives_at = MomentField(
        required=False, help_text=_("The time from which you can meet. Leave it empty for the first meeting.")
    )
    leaves_at = MomentField(
        required=False, help_text=_("The time until which you can meet. Leave it empty for the last meeting.")
    )
    is_online = forms.BooleanField(required=False)
    most = forms.IntegerField(min_value=1, max_value=MOST_MEETINGS)
    place = TermField(model=Place, required=False)

    def __init__(self, data: Any = None, *, delegation: Delegation) -> None:
        super().__init__(data, initial={name: getattr(delegation, name) for name in DELEGATION})
        labelled(self, Delegation)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        require_order(self, "arrives_at", "leaves_at")
        return values


class MostForm(forms.Form):
    helper = helper("startup+investor")

    startup = forms.IntegerField(
        min_value=1, max_value=MOST_MEETINGS, label=_("Meetings of a startup at most")
    )
    investor = forms.IntegerField(
        min_value=1, max_value=MOST_MEETINGS, label=_("Meetings of an investor or partner at most")
    )

    def __init__(self, data: Any = None, *, mission: Mission) -> None:
        super().__init__(data, initial={str(side): getattr(mission, f"most_{side}") for side in Side})


class SecondForm(forms.Form):
    label = LineField(
        max_length=40,
        label=_("Name of this delegation"),
        help_text=_("For example, an office or a department. It is shown after the company’s name."),
    )


class UntilForm(forms.Form):
    until = MomentField(label=_("Wishes close"))


class DayForm(forms.Form):
    ACTS = ("accept", "decline", "late", "ask", "agree", "keep", *AfterMeeting.values)

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    minutes = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, choices=[(each, each) for each in (0, *LATE)]
    )
    slot = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any = None, *, places: Iterable[tuple[MissionSlot, Any]]) -> None:
        super().__init__(data)
        slot: Any = self.fields["slot"]
        slot.label = _("Another time")
        slot.widget.attrs["class"] = "form-select"
        slot.choices = [
            (each.pk, f"{date_format(timezone.localtime(each.starts_at), 'DATETIME_FORMAT')} · {table.name}")
            for each, table in places
        ]


class LateForm(forms.Form):
    minutes = forms.TypedChoiceField(
        coerce=int,
        label=_("Delay"),
        choices=[
            (0, _("On time")),
            *((each, format_lazy(_("{minutes} minutes"), minutes=each)) for each in LATE),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class NoteForm(forms.Form):
    text = CountedField(
        max_length=TEXT,
        required=False,
        label=_("Note for your team"),
        help_text=_("Only your team can read this. It is deleted with your company."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DelegationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Delegation.objects.none(), to_field_name="public_id", empty_label="–", **options
        )

    def label_from_instance(self, delegation: Any) -> str:
        return str(delegation.called)


class SlotField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, slot: Any) -> str:
        return date_format(timezone.localtime(slot.starts_at), "DATETIME_FORMAT")


class TableField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, table: Any) -> str:
        name = place_of(table)
        return f"{name} ({table.reserved_for})" if table.reserved_for else name


class MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, meeting: Any) -> str:
        when = date_format(timezone.localtime(meeting.slot.starts_at), "DATETIME_FORMAT")
        return f"{when} · {meeting.table.name} · {meeting.startup.called} – {meeting.investor.called}"


class ArrivalForm(forms.Form):
    who = forms.ModelChoiceField(
        queryset=Delegation.objects.none(),
        to_field_name="public_id",
        empty_label="–",
        label=_("Delegation that arrives later"),
    )
    arrives_at = MomentField(
        required=False, label=_("Can meet from"), help_text=_("Leave it empty for the first meeting.")
    )

    def __init__(self, data: Any = None, *, mission: Mission) -> None:
        super().__init__(data)
        who: Any = self.fields["who"]
        who.queryset = mission.delegations.filter(missing_at=None).order_by("name", "pk")


class ByHandForm(forms.Form):
    """One change of the schedule. Which fields it needs depends on the act."""

    NEEDS: ClassVar[dict[str, tuple[str, ...]]] = {
        "add": ("startup", "investor", "slot", "table"),
        "move": ("meeting", "slot", "table"),
        "swap": ("meeting", "other"),
        "cancel": ("meeting",),
    }

    act = forms.ChoiceField(choices=[(act, act) for act in NEEDS], widget=forms.HiddenInput)
    meeting = forms.ModelChoiceField(
        queryset=MissionMeeting.objects.none(), to_field_name="key", required=False, widget=forms.HiddenInput
    )
    startup = DelegationField(label=_("Startup"))
    investor = DelegationField(label=_("Investor or partner"))
    slot = SlotField(queryset=MissionSlot.objects.none(), required=False, label=_("Time"))
    table = TableField(queryset=MissionTable.objects.none(), required=False, label=_("Table"))
    other = MeetingField(
        queryset=MissionMeeting.objects.none(), to_field_name="key", required=False, label=_("Swap with")
    )

    def __init__(self, data: Any = None, *, mission: Mission, act: str, initial: Any = None) -> None:
        super().__init__(data, initial={"act": act, **(initial or {})})
        asked: dict[str, Any] = {
            "meeting": mission.meetings.select_related("slot", "table", *COMPANIES_OF_BOTH),
            "slot": mission.slots.filter(blocked="", starts_at__gt=timezone.now()).order_by("starts_at"),
            "table": mission.tables.filter(closed_at=None).order_by("hall", "pk"),
            "other": movable(mission, at=timezone.now()),
        }
        for side in Side:
            rows = mission.delegations.filter(side=side, missing_at=None).select_related(*COMPANIES)
            asked[str(side)] = rows.order_by("name", "pk")
        for name in list(self.fields):
            if name != "act" and name not in self.NEEDS.get(act, ()):
                del self.fields[name]
            elif name in asked:
                field: Any = self.fields[name]
                field.queryset = asked[name]
                field.required = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("other") and values.get("other") == values.get("meeting"):
            self.add_error("other", _("Choose another meeting."))
        return values
