"""Who may see what: the owner's choice, group by group, where there is one."""

from typing import Any

from django import forms

from profiles.choices import Audience
from profiles.models import Investor, Startup
from profiles.visibility.fields import GROUPS
from profiles.visibility.policy import audience_label
from profiles.visibility.preview import choices


class VisibilityForm(forms.Form):
    """One select for each group of fields that has a choice."""

    def __init__(self, profile: Startup | Investor, data: Any = None) -> None:
        super().__init__(data, initial=choices(profile))
        for name, group in GROUPS[profile.side].items():
            options = [(each.value, audience_label(each, profile.side)) for each in group.choices]
            self.fields[name] = forms.ChoiceField(label=str(group.label), choices=options)

    @property
    def visibility(self) -> dict[str, str]:
        """The choices as the profile keeps them."""
        return {name: Audience(value).value for name, value in self.cleaned_data.items()}
