"""The address to which an invitation to claim goes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimInvitationForm(forms.Form):
    """Whom a curator invites."""

    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("Whoever opens the link with this address becomes the owner of the profile."),
    )
