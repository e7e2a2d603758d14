"""What people write about fair dealing: an answer to a check, a check itself."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import AnswerState, ScreeningDecision
from matchmaker.models.fair_dealing import TERM_FIELDS, CheckAnswer, FairTerms
from profiles.companies.forms.fields import TidyField, WebField
from profiles.models import GovernanceCheck
from profiles.taxonomy.triggers import TriggerError, check_trigger

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AnswerForm(forms.ModelForm[CheckAnswer]):
    """An answer, or who will find out by when."""

    state = forms.ChoiceField(
        label=gettext_lazy("Your answer"), choices=AnswerState.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = CheckAnswer
        fields = ["state", "text", "finder", "due_on"]
        field_classes = {"text": TidyField, "finder": TidyField}
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "due_on": DATE}

    def clean(self) -> dict[str, Any]:
        """Ask for words where there is an answer, and for a name and a day where there is none yet."""
        values = super().clean() or self.cleaned_data
        if values.get("state") == AnswerState.ANSWERED and not values.get("text"):
            self.add_error("text", _("Write the answer, or choose “Not yet known”."))
        if values.get("state") == AnswerState.NOT_YET_KNOWN:
            day = values.get("due_on")
            if not values.get("finder"):
                self.add_error("finder", _("Name who will find out."))
            if "due_on" not in self.errors and (day is None or day < timezone.localdate()):
                self.add_error("due_on", _("Choose today or a later date."))
        return values


class CheckForm(forms.ModelForm[GovernanceCheck]):
    """A governance check as a curator edits it: texts, source, days, and when it applies."""

    trigger = forms.JSONField(
        label=gettext_lazy("Applies when"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("The facts and conditions you can use are listed below."),
    )

    source_url = WebField(label=gettext_lazy("Source link"), required=False, max_length=300)

    class Meta:
        model = GovernanceCheck
        fields = [
            "title_en", "title_ur", "title_zh", "question_en", "question_ur", "question_zh",
            "text_en", "text_ur", "text_zh", "weight", "trigger", "status", "as_of", "source", "source_url",
            "confidence", "checked_on", "review_by", "is_active",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            ("text_en", "text_ur", "text_zh", "question_en", "question_ur", "question_zh", "source"),
            TidyField,
        )
        widgets = {
            **dict.fromkeys(("text_en", "text_ur", "text_zh"), forms.Textarea(attrs={"rows": 5})),
            **dict.fromkeys(("checked_on", "review_by"), DATE),
        }

    def clean_trigger(self) -> Any:
        """Refuse a trigger that is not of the language, and say what is wrong with it."""
        trigger = self.cleaned_data["trigger"]
        try:
            check_trigger(trigger)
        except TriggerError as error:
            raise forms.ValidationError(str(error), code="trigger") from error
        return trigger


class TermsForm(forms.ModelForm[FairTerms]):
    """What one side would agree to. Everything may stay open."""

    class Meta:
        model = FairTerms
        fields = TERM_FIELDS
        field_classes = {"exclusivity_territory": TidyField}

    def __init__(self, data: Any = None, *, newest: FairTerms | None) -> None:
        """Begin with what the newest version says; a form never writes into that one."""
        start = {name: getattr(newest, name) for name in TERM_FIELDS} if newest else {}
        super().__init__(data, initial=start, instance=FairTerms())
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                offered: Any = field.choices
                field.choices = [("", _("Left open")), *(choice for choice in offered if choice[0])]

    def clean(self) -> dict[str, Any]:
        """Refuse more seats than there are."""
        values = super().clean() or self.cleaned_data
        partner, total = values.get("board_partner"), values.get("board_total")
        if partner is not None and total is not None and partner > total:
            self.add_error(
                "board_partner", _("The partner cannot have more board seats than there are in total.")
            )
        return values


class ScreeningForm(forms.Form):
    """What a curator finds about a name that resembles a listed one, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your finding"), choices=ScreeningDecision.choices, widget=forms.RadioSelect
    )
    reason = TidyField(label=gettext_lazy("Why"), max_length=300)
