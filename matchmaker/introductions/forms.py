"""What a person says about a pair: passing with a reason, a note on the shortlist."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import PassReason
from matchmaker.models import Pass, ShortlistEntry
from matchmaker.models.introduction import WORDS
from profiles.validators import tidy, validate_visible


class PassForm(forms.ModelForm[Pass]):
    """One of the reasons, and a word if one likes; with “another reason” a word is needed.

    The other side is told neither.
    """

    reason = forms.ChoiceField(
        label=_("Why do you pass?"), choices=PassReason.offered, widget=forms.RadioSelect
    )

    class Meta:
        model = Pass
        fields = ["reason", "note"]
        labels = {"note": _("In your words (optional; only your company sees this)")}
        widgets = {"note": forms.Textarea(attrs={"rows": 2, "maxlength": 300})}

    def clean_note(self) -> str:
        """Return the note tidied, without characters that hide."""
        return visible(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        """Ask for a word where the reason says nothing by itself."""
        values = super().clean() or self.cleaned_data
        if values.get("reason") == PassReason.OTHER and values.get("note") == "":
            self.add_error("note", _("Say in a word what the reason is."))
        return values


class NoteForm(forms.ModelForm[ShortlistEntry]):
    """A note on the shortlist."""

    class Meta:
        model = ShortlistEntry
        fields = ["note"]
        labels = {"note": _("Note (only your company sees it)")}
        widgets = {"note": forms.TextInput(attrs={"maxlength": 300})}

    def clean_note(self) -> str:
        """Return the note tidied, without characters that hide."""
        return visible(self.cleaned_data["note"])


QUESTIONS = {
    "why": _("Why this partner?"),
    "purpose": _("What for?"),
    "next_step": _("What do you offer as a first step?"),
}
EXAMPLES = {
    "why": _("What of theirs you need, and why theirs"),
    "purpose": _("What the two of you would do together in the first three months"),
    "next_step": _("A call, a sample, a site visit, your data"),
}


class AskForm(forms.Form):
    """The three short answers with which a founder asks."""

    why = forms.CharField(max_length=WORDS)
    purpose = forms.CharField(max_length=WORDS)
    next_step = forms.CharField(max_length=WORDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = QUESTIONS[name], EXAMPLES[name]
            field.widget = forms.Textarea(attrs={"rows": 2, "maxlength": WORDS, "dir": "auto"})

    def clean_why(self) -> str:
        """Return the answer tidied."""
        return visible(self.cleaned_data["why"])

    def clean_purpose(self) -> str:
        """Return the answer tidied."""
        return visible(self.cleaned_data["purpose"])

    def clean_next_step(self) -> str:
        """Return the answer tidied."""
        return visible(self.cleaned_data["next_step"])


class LineForm(forms.Form):
    """The line that may go with an answer, or with an investor's own yes."""

    line = forms.CharField(max_length=WORDS, required=False)

    def clean_line(self) -> str:
        """Return the line tidied."""
        return visible(self.cleaned_data["line"])


def visible(text: str) -> str:
    """Return the text tidied; refuse direction controls and invisible characters."""
    tidied = tidy(text)
    validate_visible(tidied)
    return tidied
