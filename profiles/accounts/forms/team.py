"""The form that invites a colleague."""

from django import forms
from django.utils.translation import gettext_lazy as _


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We send a link that works once, for this address only."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Return the address in small letters: that is how accounts keep it."""
        return str(self.cleaned_data["email"]).lower()
