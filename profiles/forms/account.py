"""Forms of accounts."""

from django import forms


class SignUpForm(forms.Form):
    """What sign-up asks besides email and password."""
