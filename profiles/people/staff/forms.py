"""Who is to run the site, and as what."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role
from profiles.people.accounts.forms import NameField

CHOICES = [(role.value, role.label) for role in (Role.CURATOR, Role.OBSERVER)]


class StaffForm(forms.Form):
    email = forms.EmailField(label=_("Email address"), max_length=254)
    full_name = NameField(required=False)
    role = forms.ChoiceField(label=_("Role"), choices=CHOICES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, *args: object, is_operator: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        none = [("", _("none"))] if is_operator else []
        self.fields["role"].choices = [*CHOICES, *none]  # type: ignore[attr-defined]
        self.fields["role"].required = not is_operator
