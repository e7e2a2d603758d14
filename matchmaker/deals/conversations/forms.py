"""What people type into a conversation: a message with a file, a report, a curator's reason."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import ReportDecision, ReportReason
from matchmaker.models.conversation import LETTERS
from profiles.choices import FileKind
from profiles.companies.steps.forms.fields import DecisionForm, TidyField
from profiles.platform.files.forms import SentFileField
from profiles.uploads import FILE


class MessageForm(forms.Form):
    text = TidyField(
        label=_("Your message"),
        required=False,
        max_length=LETTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    file = SentFileField(
        label=_("A file (optional)"),
        help_text=format_lazy(
            _(
                "PDF, PPTX, DOCX, XLSX, CSV, PNG, JPEG, or a ZIP file with drawings (Gerber, STEP), up to "
                "{size} MB. We check the file first and remove scripts, formulas (their values stay), "
                "attachments and hidden details. The other side can download it."
            ),
            size=FILE,
        ),
        required=False,
        kinds=FileKind,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("text") and not values.get("file"):
            self.add_error("text", _("Write a message, or choose a file."))
        return values


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=ReportReason.choices, widget=forms.RadioSelect
    )
    word = TidyField(
        label=_("In your words (optional)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class ReportDecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Your decision"), choices=ReportDecision.choices, widget=forms.RadioSelect
    )


class FirstMessageForm(DecisionForm):
    """Whether a first message is delivered; if not, its sender reads why."""

    needs_reason = ("is_fine", False, "reason", _("Give a reason that the sender can understand."))

    is_fine = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Deliver it")), ("no", _("Hold it back"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = TidyField(
        label=_("Why you hold it back (the sender reads this)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
