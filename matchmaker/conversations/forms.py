"""What people type into a conversation: a message with a file, a report, a curator's reason."""

import re
import unicodedata
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import FileKind, ReportDecision, ReportReason
from matchmaker.integrations.file_parsing import FileFault, RefusedFileError, SentFile, parse_file
from matchmaker.models.conversation import LETTERS
from profiles.companies.forms.fields import TidyField

MOST_BYTES = 8 * 1024 * 1024  # of one file
ENDINGS = {
    "pdf": FileKind.PDF,
    "pptx": FileKind.PPTX,
    "png": FileKind.PNG,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
}
LONGEST_NAME = 100
UNSAFE = re.compile(r"[^\w .()+-]")
FAULTS: dict[FileFault, Promise] = {
    FileFault.UNKNOWN: gettext_lazy("This is not a PDF, PPTX, PNG or JPEG file. Send one of these instead."),
    FileFault.DAMAGED: gettext_lazy(
        "This file is damaged, or is not what its name says. Save it again and retry."
    ),
    FileFault.LOCKED: gettext_lazy("This file is protected with a password. Send it without one."),
    FileFault.ACTIVE: gettext_lazy(
        "This file contains a macro, a script or another file, or loads something from elsewhere. Export it "
        "again without macros, scripts and attachments."
    ),
    FileFault.LARGE: gettext_lazy("This file is too large once it is unpacked. Send a smaller one."),
}


class MessageForm(forms.Form):
    """A message, a file, or both."""

    text = TidyField(
        label=gettext_lazy("Your message"),
        required=False,
        max_length=LETTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    file = forms.FileField(
        label=gettext_lazy("A file (optional)"),
        help_text=gettext_lazy("PDF, PPTX, PNG or JPEG, up to 8 MB. The other side can save the file."),
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".pdf,.pptx,.png,.jpg,.jpeg"}),
    )

    def clean_file(self) -> SentFile | None:
        """Read the file whole in a process of its own; nothing is taken on its name's word."""
        sent: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if sent is None:
            return None
        if (sent.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 8 MB."))
        try:
            parsed = parse_file(sent.read())
        except RefusedFileError as refused:
            raise forms.ValidationError(str(FAULTS[refused.fault])) from refused
        path = PurePath(sent.name or "")
        if ENDINGS.get(path.suffix.lower().lstrip(".")) != parsed.kind:
            raise forms.ValidationError(str(FAULTS[FileFault.DAMAGED]))
        return SentFile(parsed.kind, parsed.content, name_shown(path))

    def clean(self) -> dict[str, Any]:
        """Ask for a message where there is neither text nor file."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("text") and not values.get("file"):
            self.add_error("text", _("Write a message, or choose a file."))
        return values


def name_shown(path: PurePath) -> str:
    """Return a file's name as its reader sees and saves it: letters, digits and plain signs."""
    stem = UNSAFE.sub("_", unicodedata.normalize("NFC", path.stem)).strip(" .") or "file"
    return f"{stem[:LONGEST_NAME]}{path.suffix.lower()}"


class ReportForm(forms.Form):
    """Why a message is reported."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"), choices=ReportReason.choices, widget=forms.RadioSelect
    )
    word = TidyField(
        label=gettext_lazy("In your words (optional)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class ReportDecisionForm(forms.Form):
    """What becomes of a reported message."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"), choices=ReportDecision.choices, widget=forms.RadioSelect
    )


class FirstMessageForm(forms.Form):
    """Whether a first message is delivered; if not, its sender reads why."""

    is_fine = forms.TypedChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("yes", gettext_lazy("Deliver it")), ("no", gettext_lazy("Hold it back"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = TidyField(
        label=gettext_lazy("Why you hold it back (the sender reads this)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where the message is kept back."""
        values = super().clean() or self.cleaned_data
        if values.get("is_fine") is False and not values.get("reason"):
            self.add_error("reason", _("Give a reason that the sender can understand."))
        return values
