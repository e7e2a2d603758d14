"""What people write about programmes: the programme, a curator's answer, applications and decisions."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from matchmaker.events.forms import (
    DATA_PRACTICES,
    LANGUAGES,
    CallForm,
    OtherLanguages,
    OwnLanguage,
    labelled,
    several,
)
from matchmaker.events.programmes.selectors.applications import question_of
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.jury import HIGHEST, LOWEST
from matchmaker.models.programmes.people import Skill
from matchmaker.models.programmes.programme import (
    ANSWER,
    CORRECTABLE_TEXTS,
    LISTS,
    MOST_CRITERIA,
    MOST_PLACES,
    MOST_QUESTIONS,
    REASON,
    TEXT,
    TITLE,
    ApplicantKind,
    ProgrammeKind,
)
from profiles.choices import WORKING_LANGUAGES
from profiles.companies.steps.forms.fields import DecisionForm, LineField, ProseField, TermField, TermsField
from profiles.companies.steps.forms.layout import Hint, More, Spoken, group, helper, side_by_side
from profiles.languages import leave_out_languages
from profiles.models import PartnershipForm, Place, Sector, Stage
from profiles.people.accounts.time_zones import zone_choices
from profiles.platform.form_fields import worded

MOST_TERMS = 8
LOCAL = "%Y-%m-%dT%H:%M"  # what a browser's field for day and time sends
QUESTION_LABELS = {
    "en": _("Question {number} in English"),
    "ur": _("Question {number} in Urdu"),
    "zh": _("Question {number} in Chinese"),
}


class MomentField(forms.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=[LOCAL, f"{LOCAL}:%S"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
            **options,
        )


def require_order(form: forms.Form, first: str, last: str) -> None:
    begins, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begins and ends and ends <= begins:
        form.add_error(last, _("The end is before the start. Choose a later end."))


def places_of(label: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=MOST_PLACES, label=label, required=False)


class DatesForm(forms.Form):
    time_zone = forms.ChoiceField(label=_("Time zone"))
    apply_by = MomentField()
    starts_at = MomentField()
    ends_at = MomentField()
    place_count = forms.IntegerField(min_value=1, max_value=MOST_PLACES, initial=10, required=False)
    places_startup = places_of(_("Places for startups"))
    places_investor = places_of(_("Places for investors and partners"))
    places_person = places_of(_("Places for people"))

    def __init__(self, data: Any = None, *, programme: Programme | None = None, zone: str = "") -> None:
        start: dict[str, Any] = _start(programme, self.base_fields) if programme else {"time_zone": zone}
        super().__init__(data, initial=start)
        self.programme = programme
        zones: Any = self.fields["time_zone"]
        choices = zone_choices(get_language() or "en")
        # A browser sends the first zone of the list for someone who has none and overlooks the question.
        zones.choices = choices if self["time_zone"].initial in dict(choices) else (("", "–"), *choices)
        labelled(self, Programme)
        if programme and "applicants" not in self.fields:
            for kind in set(ApplicantKind.values) - set(programme.applicants):
                del self.fields[f"places_{kind}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        closes, starts = values.get("apply_by"), values.get("starts_at")
        if closes and starts and starts < closes:
            self.add_error(
                "starts_at", _("The start is before the application deadline. Choose a later start.")
            )
        require_order(self, "starts_at", "ends_at")
        applicants = values.get("applicants", self.programme.applicants if self.programme else [])
        self._clean_places(values, applicants)
        return values

    def _clean_places(self, values: dict[str, Any], applicants: Sequence[str]) -> None:
        """Take one number of places for all, or one for each kind of applicant."""
        typed = {kind.value: values.get(f"places_{kind}") for kind in ApplicantKind}
        values["side_places"] = {}
        if any(typed.values()):
            for kind in applicants:
                if not typed[kind] and f"places_{kind}" not in self.errors:
                    self.add_error(f"places_{kind}", _("Enter the number of places for each who can apply."))
            values["side_places"] = {kind: typed[kind] for kind in applicants if typed[kind]}
            values["place_count"] = sum(values["side_places"].values())
            if values["place_count"] > MOST_PLACES:
                text = _("All places together can be at most %(most)s.") % {"most": MOST_PLACES}
                self.add_error("place_count", text)
        elif not values.get("place_count") and "place_count" not in self.errors:
            self.add_error("place_count", _("Enter the number of places."))

    @property
    def programme_values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in _columns()}


def _columns() -> set[str]:
    return {field.name for field in Programme._meta.get_fields()}


def _start(programme: Programme, fields: Any) -> dict[str, Any]:
    initial = {
        name: list(getattr(programme, name).all()) if name in LISTS else getattr(programme, name)
        for name in fields
        if name in _columns()
    }
    initial |= {f"places_{kind}": count for kind, count in programme.side_places.items()}
    for number, question in enumerate(programme.questions, start=1):
        initial |= {f"question_{number}_{language}": question[language] for language in LANGUAGES}
        initial[f"required_{number}"] = question["required"]
    return initial


def _questions() -> list[Any]:
    """Return the layout of the questions: the first three in sight, the others folded away."""
    rows = [
        [
            f"question_{number}_en",
            Spoken(f"question_{number}_ur", f"question_{number}_zh", beside=True),
            f"required_{number}",
        ]
        for number in range(1, MOST_QUESTIONS + 1)
    ]
    return [
        *rows[0],
        *(
            More(format_lazy(_("Question {number}"), number=at), *row)
            for at, row in enumerate(rows[1:], start=2)
        ),
    ]


class ProgrammeForm(DatesForm, CallForm):
    kind = forms.ChoiceField(choices=ProgrammeKind.choices)
    title_en = LineField(max_length=TITLE, required=False)
    title_ur = LineField(max_length=TITLE, required=False)
    title_zh = LineField(max_length=TITLE, required=False)
    text_en = ProseField(max_length=TEXT, required=False)
    text_ur = ProseField(max_length=TEXT, required=False)
    text_zh = ProseField(max_length=TEXT, required=False)
    organisers = LineField(
        max_length=300,
        required=False,
        help_text=_(
            "Companies that are not on this site. Ask a company that is on this site to co-organise: "
            "everyone then reads its name in their own language."
        ),
    )
    apply_by = MomentField(required=False)
    starts_at = MomentField(required=False)
    ends_at = MomentField(required=False)
    place = TermField(model=Place, required=False)
    venue = LineField(max_length=200, required=False)
    is_online = forms.BooleanField(required=False)
    languages = several(WORKING_LANGUAGES, required=False)
    applicants = several(ApplicantKind.choices, required=False)
    is_mixed = forms.BooleanField(required=False)
    sectors = TermsField(model=Sector, required=False, most=MOST_TERMS)
    skills = several(Skill.choices, required=False)
    stages = TermsField(model=Stage, required=False)
    places = TermsField(model=Place, required=False, most=MOST_TERMS)
    forms = TermsField(model=PartnershipForm, required=False)

    helper = helper(
        group(
            _("What it is"),
            Hint(_("Everyone can read the title and the text.")),
            "kind",
            OwnLanguage("title", "text"),
        ),
        group(
            _("When and where"),
            Hint(_("All times are in this time zone.")),
            "time_zone apply_by+starts_at+ends_at place+venue is_online languages",
        ),
        group(
            _("Participants"),
            "applicants who_pays place_count",
            More(
                _("Places by side"),
                Hint(_("These numbers then count instead. Each side has its own waitlist.")),
                "places_startup+places_investor+places_person",
            ),
        ),
        group(
            _("More"),
            OtherLanguages("title", "text", title=_("Title and text in other languages")),
            More(_("Organised together with"), "organisers"),
            More(
                _("Conditions for applicants"),
                Hint(
                    _(
                        "Conditions. An applicant who states something else cannot apply and sees why. For "
                        "people, sectors and locations are taken from their card. If you choose nothing, "
                        "there is no condition."
                    )
                ),
                "is_mixed",
                More(_("Sectors"), "sectors"),
                More(_("Funding stages"), "stages"),
                More(_("Locations"), "places"),
                More(_("Partnership types"), "forms"),
                More(_("Skills of people"), "skills"),
            ),
            More(
                _("Questions for applicants"),
                Hint(_("Up to ten. Ask only for what you need to decide.")),
                *_questions(),
            ),
            More(_("Data practices"), *DATA_PRACTICES),
        ),
    )

    def __init__(self, data: Any = None, *, programme: Programme | None = None, zone: str = "") -> None:
        super().__init__(data, programme=programme, zone=zone)
        for number in range(1, MOST_QUESTIONS + 1):
            for language, label in QUESTION_LABELS.items():
                named = str(label).format(number=number)
                self.fields[f"question_{number}_{language}"] = LineField(
                    max_length=200, required=False, label=named
                )
            self.fields[f"required_{number}"] = forms.BooleanField(
                required=False, label=_("An answer is required")
            )
        leave_out_languages(self)

    @property
    def programme_values(self) -> dict[str, Any]:
        values, questions = self.cleaned_data, []
        for number in range(1, MOST_QUESTIONS + 1):
            texts = {language: values.get(f"question_{number}_{language}", "") for language in LANGUAGES}
            if any(texts.values()):
                questions.append({**texts, "required": values[f"required_{number}"]})
        return {**super().programme_values, "questions": questions}


class TextsForm(forms.Form):
    """New texts of a programme that is public. The fields are those of the draft's form."""

    helper = helper(
        OwnLanguage("title", "text"), OtherLanguages("title", "text"), "organisers venue who_pays"
    )

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(
            data,
            initial={
                name: programme.corrected.get(name, getattr(programme, name)) for name in CORRECTABLE_TEXTS
            },
        )
        for name in CORRECTABLE_TEXTS:
            self.fields[name] = deepcopy(ProgrammeForm.base_fields[name])
        labelled(self, Programme)
        leave_out_languages(self)

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, self.initial[name]) for name in CORRECTABLE_TEXTS}


class ApplicationForm(forms.Form):
    def __init__(
        self, data: Any = None, *, questions: Sequence[dict[str, Any]], answers: Sequence[str], is_sent: bool
    ) -> None:
        super().__init__(data, initial={f"answer_{at}": text for at, text in enumerate(answers)})
        self.is_final = is_sent or (data is not None and "send" in data)
        for at, question in enumerate(questions):
            field = ProseField(max_length=ANSWER, required=False, label=question_of(question))
            if question["required"]:
                field.label = _("%(label)s (required)") % {"label": field.label}
            self.fields[f"answer_{at}"] = field
        self.questions = questions

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for at, question in enumerate(self.questions):
            name = f"answer_{at}"
            if self.is_final and question["required"] and not values.get(name) and name not in self.errors:
                self.add_error(name, _("Answer this question before you send the application."))
        return values

    @property
    def answers(self) -> list[str]:
        return [self.cleaned_data.get(f"answer_{at}", "") for at in range(len(self.questions))]


class ApplicationDecisionForm(DecisionForm):
    needs_reason = ("act", "decline", "reason", _("Say why. The applicant reads it."))

    act = forms.ChoiceField(choices=[(each, "") for each in ("accept", "waitlist", "decline")])
    reason = ProseField(
        max_length=REASON,
        required=False,
        label=_("Reason. The applicant can read it. Required if you decline."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TogetherForm(forms.Form):
    reason_missing = _("Say why. Each declined applicant reads it.")

    reason = ProseField(
        max_length=REASON,
        required=False,
        label=_("Reason for those you decline. They can read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReviewerForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_(
            "If this email address has an account, its owner is notified. Otherwise, ask the person to join "
            "with this address. Only the organisers can see that you have asked."
        ),
    )


class CriteriaForm(forms.Form):
    helper = helper(
        *(
            More(
                format_lazy(_("Criterion {number}"), number=at),
                side_by_side(f"name_{at}", f"weight_{at}"),
                side_by_side(f"low_{at}", f"middle_{at}", f"high_{at}"),
            )
            for at in range(1, MOST_CRITERIA + 1)
        )
    )

    def __init__(self, data: Any = None, *, criteria: Sequence[dict[str, Any]]) -> None:
        numbered = enumerate(criteria, start=1)
        super().__init__(
            data,
            initial={f"{name}_{at}": criterion[name] for at, criterion in numbered for name in criterion},
        )
        for at in range(1, MOST_CRITERIA + 1):
            self.fields[f"name_{at}"] = LineField(max_length=80, required=False, label=_("Criterion"))
            self.fields[f"weight_{at}"] = forms.IntegerField(
                min_value=1, max_value=10, required=False, label=_("Weight (1 to 10)")
            )
            anchors = {"low": _("1 point means"), "middle": _("3 points mean"), "high": _("5 points mean")}
            for name, label in anchors.items():
                self.fields[f"{name}_{at}"] = LineField(max_length=120, required=False, label=label)
        for field in self.fields.values():
            worded(field)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for at in range(1, MOST_CRITERIA + 1):
            parts = [f"{name}_{at}" for name in ("weight", "low", "middle", "high")]
            for part in parts:
                if values.get(f"name_{at}") and not values.get(part) and part not in self.errors:
                    self.add_error(part, _("Complete this criterion, or remove it."))
            if any(values.get(part) for part in parts) and not values.get(f"name_{at}"):
                self.add_error(f"name_{at}", _("Name the criterion."))
        if not any(values.get(f"name_{at}") for at in range(1, MOST_CRITERIA + 1)):
            self.add_error("name_1", _("Write at least one criterion."))
        return values

    @property
    def criteria(self) -> list[dict[str, Any]]:
        values = self.cleaned_data
        return [
            {name: values[f"{name}_{at}"] for name in ("name", "weight", "low", "middle", "high")}
            for at in range(1, MOST_CRITERIA + 1)
            if values[f"name_{at}"]
        ]


class ScoreForm(forms.Form):
    def __init__(self, data: Any = None, *, criteria: Sequence[dict[str, Any]], score: Any = None) -> None:
        super().__init__(data)
        for at, criterion in enumerate(criteria):
            means = {1: criterion["low"], 3: criterion["middle"], 5: criterion["high"]}
            choices = [
                (str(point), f"{point}: {means[point]}" if point in means else str(point))
                for point in range(LOWEST, HIGHEST + 1)
            ]
            self.fields[f"points_{at}"] = forms.ChoiceField(
                label=_("%(name)s (weight %(weight)s)") % criterion,
                choices=choices,
                widget=forms.RadioSelect,
                initial=str(score.points[at]) if score else None,
            )
        self.fields["words"] = ProseField(
            max_length=500,
            required=False,
            label=_("Note. Other reviewers and the organiser read it, the applicant does not."),
            initial=score.note if score else "",
        )
        self.count = len(criteria)

    @property
    def points(self) -> list[int]:
        return [int(self.cleaned_data[f"points_{at}"]) for at in range(self.count)]
