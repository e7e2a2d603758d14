"""What companies and curators type about evidence."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.choices import EvidenceClaim, EvidenceKind, FileKind
from profiles.companies.evidence.selectors import DOCUMENTS, MAILBOXES
from profiles.companies.steps.forms.fields import DecisionForm, TidyField, WebInput
from profiles.platform.files.forms import SentFileField
from profiles.uploads import FILE

KINDS = [(kind.value, kind.label) for kind in DOCUMENTS]
TAKEN = (FileKind.PDF, FileKind.PNG, FileKind.JPEG)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EvidenceForm(forms.Form):
    claim = forms.ChoiceField(label=_("What does it support?"), choices=EvidenceClaim.choices)
    title = TidyField(
        label=_("What is it?"),
        max_length=120,
        help_text=_(
            "For example: certificate of incorporation. This is visible to you, to curators, and to "
            "companies to which you open the document."
        ),
    )
    kind = forms.ChoiceField(label=_("How do you show it?"), choices=KINDS, widget=forms.RadioSelect)
    file = SentFileField(
        label=_("The document"),
        help_text=format_lazy(
            _(
                "PDF, PNG or JPEG, up to {size} MB. We check the file first, then a curator reads it. No one "
                "else can read it unless you open it to a company."
            ),
            size=FILE,
        ),
        required=False,
        kinds=TAKEN,
    )
    issued_on = forms.DateField(
        label=_("Date of the document"),
        help_text=_("Other companies see only the year."),
        required=False,
        widget=DayInput,
    )
    url = forms.URLField(
        label=_("Web address of the entry"),
        help_text=_(
            "It begins with https://. After a curator has seen it, companies that can see your name and "
            "registration number can open it."
        ),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=WebInput,
    )
    expires_on = forms.DateField(
        label=_("Valid until (if it expires)"),
        help_text=_("After this date it no longer counts, and we ask you for a new document."),
        required=False,
        widget=DayInput,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        today = timezone.localdate()
        if values.pop("kind", "") == EvidenceKind.LINK:
            values |= {"file": None, "issued_on": None}
            if not values.get("url") and "url" not in self.errors:
                self.add_error("url", _("Enter the web address of the entry."))
            elif not values.get("url", "").startswith("https://"):
                self.add_error("url", _("Enter a web address that begins with https://."))
        else:
            values["url"] = ""
            for name, missing in (("file", _("Choose a file.")), ("issued_on", _("Enter the date."))):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        if (day := values.get("issued_on")) and day > today:
            self.add_error("issued_on", _("This date is in the future. Enter the date of the document."))
        if (day := values.get("expires_on")) and day < today:
            self.add_error("expires_on", _("This date has passed. Enter a later date."))
        return values


class MailboxForm(forms.Form):
    def __init__(self, sent: Any, *, host: str) -> None:
        super().__init__(sent)
        choices = [(name, f"{name}@{host}") for name in MAILBOXES]
        self.fields["mailbox"] = forms.ChoiceField(label=_("Send the link to"), choices=choices)


class EvidenceDecisionForm(DecisionForm):
    needs_reason = ("is_seen", False, "reason", _("Give a reason that the company can understand."))

    is_seen = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Seen: it supports what the company states")), ("no", _("Not accepted"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = TidyField(
        label=_("Why it was not accepted (the company can read this)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
