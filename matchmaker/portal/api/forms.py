"""The form that makes a token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.models.api import Scope
from matchmaker.portal.api.selectors import scopes_for
from profiles.companies.steps.forms.fields import LineField
from profiles.models import User

DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("1 year")))


class TokenForm(forms.Form):
    """What a token is for, what it opens, and how long."""

    name = LineField(
        label=_("What is it for?"), max_length=60, help_text=_("For example: our customer database")
    )
    scopes = forms.MultipleChoiceField(
        label=_("A program with this token can read"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, initial=90, choices=DAYS)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = scopes_for(user)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(scope.value, scope.label) for scope in Scope if scope in mine]
