"""The name of a saved search, and what is saved."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.models.search import SearchPage
from profiles.companies.steps.forms.fields import LineField


class NameForm(forms.Form):
    name = LineField(
        label=_("Name"), max_length=80, error_messages={"required": _("Give the search a name.")}
    )


class SaveForm(NameForm):
    page = forms.ChoiceField(choices=SearchPage, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=3000, widget=forms.HiddenInput)
