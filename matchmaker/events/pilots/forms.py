"""What people write about pilots: the pilot itself, a few words for a seat, results, a curator's answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.events.forms import DATA_PRACTICES, CallForm, OtherLanguages, OwnLanguage, labelled
from matchmaker.events.pilots.selectors.pilot import PARTS
from matchmaker.models.pilot import MOST_AIMS, MOST_SLOTS, WORDS, Pilot, PilotAim, Season
from profiles.choices import PlaceLevel
from profiles.companies.steps.forms import fields
from profiles.companies.steps.forms.layout import Hint, More, group, helper, side_by_side
from profiles.languages import leave_out_languages
from profiles.models import NeedType, Place, Sector

MOST_SECTORS, MOST_TERMS, FARTHEST = 4, 8, 5


class PilotForm(CallForm):
    most_aims = MOST_AIMS
    title_en = fields.LineField(max_length=80, required=False)
    title_ur = fields.LineField(max_length=80, required=False)
    title_zh = fields.LineField(max_length=80, required=False)
    summary_en = fields.ProseField(max_length=WORDS, required=False)
    summary_ur = fields.ProseField(max_length=WORDS, required=False)
    summary_zh = fields.ProseField(max_length=WORDS, required=False)
    sector = fields.TermField(model=Sector)
    other_sectors = fields.TermsField(model=Sector, required=False, most=MOST_SECTORS)
    place = fields.TermField(model=Place)
    season = forms.ChoiceField(required=False)
    year = forms.IntegerField(required=False)
    starts_on = fields.day(required=False)
    ends_on = fields.day(required=False)
    apply_by = fields.day(
        required=False,
        help_text=_("The last day on which companies can apply. Leave it empty if there is no deadline."),
    )
    size = fields.LineField(max_length=60, required=False, help_text=_("For example: 200 ha."))
    slots = forms.IntegerField(min_value=1, max_value=MOST_SLOTS, initial=1)
    needs = fields.TermsField(model=NeedType, required=False, most=MOST_TERMS)
    offers = fields.TermsField(model=NeedType, required=False, most=MOST_TERMS)

    helper = helper(
        group(
            _("What it is"),
            Hint(_("Title and summary in at least one language. Everyone can read them.")),
            OwnLanguage("title", "summary"),
            OtherLanguages("title", "summary"),
            "sector",
            More(_("Other sectors"), "other_sectors"),
        ),
        group(
            _("Where and when"),
            Hint(_("Enter a season with its year, or a first and a last day.")),
            "place season+year starts_on+ends_on+apply_by size+slots",
        ),
        group(
            _("What is measured, and how success is judged"),
            Hint(_("Add at least one aim. At the end, you say for each aim whether it was reached.")),
            *(side_by_side(f"measure_{at}", f"success_{at}") for at in range(1, MOST_AIMS + 1)),
        ),
        group(
            _("What each side brings"),
            "who_pays",
            More(_("What the host provides"), "offers"),
            More(_("What the host needs"), "needs"),
        ),
        group(_("Data practices"), *DATA_PRACTICES),
    )

    def __init__(self, data: Any = None, *, pilot: Pilot | None = None) -> None:
        super().__init__(data, initial=_start(pilot) if pilot else None)
        leave_out_languages(self)
        self.last_day = pilot.ends_on if pilot else None
        self.deadline = pilot.apply_by if pilot else None
        for at in range(1, self.most_aims + 1):
            number = {"number": at}
            self.fields[f"measure_{at}"] = fields.LineField(
                max_length=120, required=False, label=_("What is measured (%(number)d)") % number
            )
            self.fields[f"success_{at}"] = fields.LineField(
                max_length=120, required=False, label=_("How success is judged (%(number)d)") % number
            )
        season: Any = self.fields["season"]
        season.choices = [("", fields.NOT_STATED), *Season.choices]
        if place := self.fields.get("place"):
            place.only = lambda term: term.level != PlaceLevel.COUNTRY  # type: ignore[attr-defined]
        labelled(self, Pilot)

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        now = timezone.localdate().year
        if year is not None and not now - 1 <= year <= now + FARTHEST:
            raise forms.ValidationError(_("Choose a year from last year to five ahead."), code="year")
        return year

    def clean_ends_on(self) -> date | None:
        return _not_past(self.cleaned_data["ends_on"], self.last_day)

    def clean_apply_by(self) -> date | None:
        return _not_past(self.cleaned_data["apply_by"], self.deadline)

    def clean(self) -> dict[str, Any]:
        """Ask for a year beside a season, days in order, and a measure beside a success."""
        values = super().clean()
        if values.get("season") and not values.get("year") and "year" not in self.errors:
            self.add_error("year", _("Enter the year in which the season starts."))
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first one."))
        if values.get("apply_by") and ends and values["apply_by"] > ends:
            self.add_error("apply_by", _("The pilot ends before this day. Choose an earlier day."))
        for at in range(1, MOST_AIMS + 1):
            if values.get(f"success_{at}") and not values.get(f"measure_{at}"):
                self.add_error(f"measure_{at}", _("Enter what is measured."))
        return values

    @property
    def pilot_values(self) -> dict[str, Any]:
        values = self.cleaned_data.items()
        return {name: value for name, value in values if not name.startswith(("measure_", "success_"))}

    @property
    def aims(self) -> list[tuple[str, str]] | None:
        """What is measured and how success is judged, without empty lines; None where it is not asked."""
        if not self.most_aims:
            return None
        values = self.cleaned_data
        both = [(values[f"measure_{at}"], values[f"success_{at}"]) for at in range(1, MOST_AIMS + 1)]
        return [(measure, success) for measure, success in both if measure]


def _not_past(chosen: date | None, before: date | None) -> date | None:
    """Refuse a past day unless it is unchanged, so that other fields can be corrected."""
    if chosen is not None and chosen != before and chosen < timezone.localdate():
        raise forms.ValidationError(_("Choose today or a later date."), code="over")
    return chosen


def _start(pilot: Pilot) -> dict[str, Any]:
    lists = ("other_sectors", "needs", "offers")
    aims = ("measure", "success")
    initial = {name: getattr(pilot, name) for name in PilotForm.base_fields if name not in lists}
    initial |= {name: list(getattr(pilot, name).all()) for name in lists}
    return initial | {
        f"{name}_{aim.position}": getattr(aim, name) for aim in pilot.aims.all() for name in aims
    }


class CorrectionForm(PilotForm):
    most_aims = 0
    sector = None  # type: ignore[assignment]
    other_sectors = None  # type: ignore[assignment]
    place = None  # type: ignore[assignment]
    slots = None  # type: ignore[assignment]

    helper = helper(
        group(
            _("Applies immediately"),
            Hint(_("Everyone who can see it sees what you updated, and when.")),
            "season+year starts_on+ends_on+apply_by",
            More(_("What the host provides"), "offers"),
            More(_("What the host needs"), "needs"),
            "data_classes data_location+data_crosses_border",
        ),
        group(
            _("A curator reviews it again"),
            Hint(
                _(
                    "If you change this text, the pilot is not listed on the pilot board until a curator has "
                    "reviewed it. Companies that have applied keep their application and see the new text "
                    "once it is approved."
                )
            ),
            OwnLanguage("title", "summary"),
            OtherLanguages("title", "summary"),
            "size who_pays data_access+data_exit",
        ),
    )


class ApplicationForm(forms.Form):
    words = fields.ProseField(
        max_length=WORDS,
        label=_("Why your company, in a few words"),
        help_text=_("What you bring, where it is already in use, and how many people would take part."),
    )


class ResultsForm(forms.Form):
    def __init__(self, data: Any = None, *, aims: Sequence[PilotAim]) -> None:
        super().__init__(data)
        answers = [
            ("yes", pgettext_lazy("an aim", "Reached")),
            ("no", pgettext_lazy("an aim", "Not reached")),
        ]
        self.aims = aims
        for aim in aims:
            self.fields[f"aim_{aim.position}"] = forms.ChoiceField(
                label=aim.measure, help_text=aim.success, choices=answers, widget=forms.RadioSelect
            )
        self.fields["outcome"] = fields.LineField(
            max_length=300, label=_("The outcome, in one sentence"), widget=forms.Textarea(attrs={"rows": 2})
        )

    @property
    def reached(self) -> dict[int, bool]:
        return {aim.position: self.cleaned_data[f"aim_{aim.position}"] == "yes" for aim in self.aims}


class PartsForm(forms.Form):
    parts = forms.MultipleChoiceField(
        label=_("Visible to everyone"),
        choices=list(PARTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
