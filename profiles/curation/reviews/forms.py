"""The review form: a decision, a message, reasons for fields, lists and rows; and what curators share."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.audit_actions import ACTIONS
from profiles.choices import ReviewOutcome
from profiles.curation.reviews.selectors.queues import curators
from profiles.curation.reviews.selectors.requests import offered_reasons
from profiles.languages import leave_out_languages
from profiles.models import CannedReason, User
from profiles.platform.form_fields import CountedField

PREFIX = "reason-"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ROW_NOTE = re.compile(r"reason-[a-z_]{1,32}-[0-9a-f]{24}")  # beside a row, which may have changed since
MOST_ROW_NOTES = 200
REVIEW = [
    (outcome.value, outcome.label)
    for outcome in (ReviewOutcome.APPROVED, ReviewOutcome.RETURNED, ReviewOutcome.REJECTED)
]


class OpenForm(forms.Form):
    reason = CountedField(
        label=_("Why do you need the exact amounts?"),
        max_length=300,
        error_messages={"required": _("Say why you need the exact amounts.")},
    )


class AppealForm(forms.Form):
    """Why a decision should be looked at again."""

    text = CountedField(
        label=_("What should the curators know?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Respond to the reason you were given. If you have changed something, say what."),
    )


class ReviewForm(forms.Form):
    """A decision about a profile."""

    outcome = forms.ChoiceField(choices=REVIEW, widget=forms.HiddenInput, required=True)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    message = CountedField(
        label=_("Message to the owner"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "m"}),
    )
    canned: "forms.ModelMultipleChoiceField[CannedReason]" = forms.ModelMultipleChoiceField(
        offered_reasons(),
        label=_("Ready-made reasons"),
        required=False,
        initial=(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Owners see these in their own language."),
    )

    def __init__(
        self, sent: Mapping[str, Any] | None = None, *, notes: Collection[str], asked: Collection[int] = ()
    ) -> None:
        super().__init__(sent)
        self.fields["waived"] = forms.TypedMultipleChoiceField(
            choices=[(pk, pk) for pk in asked], coerce=int, required=False, initial=()
        )
        gone = [name for name in sent or () if ROW_NOTE.fullmatch(name)][:MOST_ROW_NOTES]
        self.notes = dict.fromkeys([*(PREFIX + key for key in notes), *gone])
        for name in self.notes:
            self.fields[name] = CountedField(label=_("What should change?"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["reasons"] = {name.removeprefix(PREFIX): text for name in self.notes if (text := data.get(name))}
        outcome, said = data.get("outcome"), data.get("message") or data.get("canned")
        if outcome == ReviewOutcome.REJECTED and not said:
            self.add_error("message", _("Give a reason. The owner will read it."))
        if outcome == ReviewOutcome.RETURNED and not (said or data["reasons"]):
            self.add_error("message", _("Say what should change, here or next to a field."))
        if outcome in (ReviewOutcome.APPROVED, ReviewOutcome.REJECTED) and data["reasons"]:
            self.add_error(
                "outcome",
                _(
                    "You have written notes next to some fields. Return the profile with these notes, or "
                    "delete them first."
                ),
            )
        if outcome == ReviewOutcome.APPROVED and data.get("canned"):
            self.add_error(
                "outcome",
                _("You ticked ready-made reasons, but you are approving the profile. Untick them first."),
            )
        return data


class AuditFilterForm(forms.Form):
    action = forms.ChoiceField(label=_("What"), required=False)
    subject = forms.CharField(label=_("Company or subject"), max_length=120, required=False)
    person = forms.CharField(label=_("Who did it"), max_length=120, required=False)
    since = forms.DateField(label=_("From (date)"), required=False, widget=DAY)
    until = forms.DateField(label=_("To (date)"), required=False, widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = [(action.code, action.label) for action in ACTIONS.values() if not action.is_private]
        self.fields["action"].choices = [("", _("Everything")), *actions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This date is before the start date. Enter a later date."))
        return data


class AssignForm(forms.Form):
    curator: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        curators(), label=_("Curator"), required=False, empty_label=pgettext_lazy("in charge", "No one")
    )
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    text = CountedField(
        label=_("Internal note"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only curators can read this."),
    )


class CannedForm(forms.Form):
    text_en = CountedField(label=_("In English"), max_length=300)
    text_ur = CountedField(label=_("In Urdu"), max_length=300)
    text_zh = CountedField(label=_("In Chinese"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_out_languages(self, even_filled=True)
