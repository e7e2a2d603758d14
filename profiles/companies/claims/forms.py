"""The form for the address of a claim invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimInvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_(
            "The person who opens this link and signs in with this email address becomes the owner of "
            "the profile."
        ),
    )
