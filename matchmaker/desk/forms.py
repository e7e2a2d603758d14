"""Forms of a curator's hand on a pairing."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import OverrideKind
from profiles.companies.forms.fields import CountedField


class OverrideForm(forms.Form):
    """Boost or hide, why, and until when."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=OverrideKind.choices, widget=forms.RadioSelect
    )
    note = CountedField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Curators can read this, and it is kept in the audit log."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave empty to keep it until someone removes it."),
    )

    def clean_expires_on(self) -> date | None:
        """Refuse an end in the past."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a date after today."))
        return day


class ReleaseForm(forms.Form):
    """Why a pin is released."""

    note = CountedField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why you are removing it.")},
    )
