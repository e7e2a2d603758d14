"""A deletion is confirmed by a tick, so that a click by mistake deletes nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SureForm(forms.Form):
    """Whether somebody is sure."""

    is_sure = forms.BooleanField(label=_("I understand that this cannot be taken back."))
