"""Forms for a pair: passing with a reason, and a shortlist note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import PassReason
from matchmaker.models.introduction import WORDS
from matchmaker.models.pair_action import Pass, ShortlistEntry
from profiles.companies.steps.forms.fields import TidyField


class PassForm(forms.ModelForm[Pass]):
    """One of the reasons, and a word if one likes; with “another reason” a word is needed."""

    reason = forms.ChoiceField(
        label=_("Why are you passing?"), choices=PassReason.offered, widget=forms.RadioSelect
    )

    class Meta:
        model = Pass
        fields = ["reason", "note"]
        field_classes = {"note": TidyField}
        labels = {"note": _("In your words (optional; only your company sees this)")}
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("reason") == PassReason.OTHER and values.get("note") == "":
            self.add_error("note", _("Give the reason in a few words."))
        return values


class NoteForm(forms.ModelForm[ShortlistEntry]):
    class Meta:
        model = ShortlistEntry
        fields = ["note"]
        field_classes = {"note": TidyField}
        labels = {"note": _("Note (only your company sees it)")}
        widgets = {"note": forms.TextInput(attrs={"dir": "auto"})}


QUESTIONS = {
    "why": _("Why this partner?"),
    "purpose": _("What do you want to achieve?"),
    "next_step": _("What do you offer as a first step?"),
}
EXAMPLES = {
    "why": _("What you need from them, and why from them"),
    "purpose": _("What the two of you would do together in the first three months"),
    "next_step": _("A call, a sample, a site visit, your data"),
}


def _answer(name: str) -> TidyField:
    return TidyField(
        label=QUESTIONS[name],
        help_text=EXAMPLES[name],
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class AskForm(forms.Form):
    why = _answer("why")
    purpose = _answer("purpose")
    next_step = _answer("next_step")


class LineForm(forms.Form):
    line = TidyField(
        label=_("Comment for them (optional)"),
        max_length=WORDS,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
