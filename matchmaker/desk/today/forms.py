"""Forms of a curator's hand on a pairing."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import OverrideKind
from profiles.platform.form_fields import CountedField


class OverrideForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What to do"),
        choices=[(kind.value, kind.label) for kind in (OverrideKind.BOOST, OverrideKind.HIDE)],
        widget=forms.RadioSelect,
    )
    note = CountedField(
        label=_("Why"),
        max_length=300,
        help_text=_(
            "Only curators can read this note. It is kept in the audit log. Both companies see that a "
            "curator put a boosted match first."
        ),
    )
    expires_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to keep it until someone removes it."),
    )

    def clean_expires_on(self) -> date | None:
        return after_today(self.cleaned_data["expires_on"])


USUAL_DAYS = 30
MOST_DAYS = 90  # of a suggestion: what no one has taken up by then stands in the way of others


class SuggestForm(forms.Form):
    note = CountedField(
        label=_("Note to both sides"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Both companies can read this. Say what could bring them together. Leave out anything that one "
            "company must not learn about the other."
        ),
    )
    expires_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=lambda: timezone.localdate() + timedelta(days=USUAL_DAYS),
        help_text=_("At most 90 days from today. The suggestion ends automatically after this day."),
    )

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if day > timezone.localdate() + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a date within 90 days."))
        after_today(day)
        return day


def after_today(day: date | None) -> date | None:
    if day is not None and day <= timezone.localdate():
        raise forms.ValidationError(_("Choose a date after today."))
    return day


class SuspensionForm(forms.Form):
    """A decision about an approved or suspended profile. `acts`: the possible ones."""

    message = CountedField(
        label=_("Reason for the owner"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner reads it. It is kept in the audit log."),
    )

    def __init__(self, *args: Any, acts: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"] = forms.ChoiceField(choices=[(act, act) for act in acts], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Require a reason for what an owner would not understand without one."""
        data = super().clean() or {}
        if data.get("act") in ("suspend", "uphold") and not data.get("message", "").strip():
            self.add_error("message", _("Give a reason. The owner will read it."))
        return data


class ReleaseForm(forms.Form):
    note = CountedField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why you are removing it.")}
    )
