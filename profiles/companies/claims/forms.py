"""The address to which an invitation to claim goes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimInvitationForm(forms.Form):
    """Whom a curator invites."""

    email = forms.EmailField(
        label=_("Email address"),
        help_text=_(
            "The person who opens this link and signs in with this email address becomes the owner of "
            "the profile."
        ),
    )
