"""The review form: a decision, a message, and reasons for single fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.audit_actions import ACTIONS
from profiles.choices import ReviewOutcome
from profiles.companies.forms.fields import CountedField

PREFIX = "reason-"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
REVIEW = [
    (outcome.value, outcome.label)
    for outcome in (ReviewOutcome.APPROVED, ReviewOutcome.RETURNED, ReviewOutcome.REJECTED)
]


class OpenForm(forms.Form):
    """The reason for which a curator wants to see exact amounts. The owner can read it."""

    reason = CountedField(
        label=gettext_lazy("Why do you need the exact amounts?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why you need the exact amounts.")},
    )


class AppealForm(forms.Form):
    """Why a decision should be looked at again."""

    text = CountedField(
        label=gettext_lazy("What should the curators know?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Answer the reason that was given. Say what you have changed, if anything."),
    )


class ReviewForm(forms.Form):
    """A decision about a profile. Takes the names of the fields that may have a reason."""

    outcome = forms.ChoiceField(choices=REVIEW, widget=forms.HiddenInput, required=True)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    message = CountedField(
        label=gettext_lazy("Message to the owner"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, fields: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in fields:
            self.fields[PREFIX + name] = CountedField(
                label=gettext_lazy("What should change?"), max_length=300, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Require a reason where the owner would get none, and refuse to drop notes."""
        data = super().clean() or {}
        data["reasons"] = {
            name.removeprefix(PREFIX): text for name, text in data.items() if name.startswith(PREFIX) and text
        }
        outcome = data.get("outcome")
        if outcome == ReviewOutcome.REJECTED and not data.get("message"):
            self.add_error("message", _("Give a reason. The owner will read it."))
        if outcome == ReviewOutcome.RETURNED and not (data.get("message") or data["reasons"]):
            self.add_error("message", _("Say what should change, here or next to a field."))
        if outcome in (ReviewOutcome.APPROVED, ReviewOutcome.REJECTED) and data["reasons"]:
            self.add_error(
                "outcome",
                _(
                    "You have written notes next to some fields. Return the profile with these notes, or "
                    "delete them first."
                ),
            )
        return data


class AuditFilterForm(forms.Form):
    """Which records of the audit log to show."""

    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    subject = forms.CharField(label=gettext_lazy("Company or subject"), max_length=120, required=False)
    person = forms.CharField(label=gettext_lazy("Who did it"), max_length=120, required=False)
    since = forms.DateField(label=gettext_lazy("From day"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("To day"), required=False, widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = [(each.code, each.label) for each in ACTIONS.values() if not each.is_private]
        self.fields["action"].choices = [("", _("Everything")), *actions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return data
