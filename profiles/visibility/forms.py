"""The owner's choices by field group: who may see it, and what it may be used for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from profiles.choices import Audience, Purpose
from profiles.models import Investor, Startup
from profiles.visibility.fields import CONSENT_GROUPS, GROUPS, Group
from profiles.visibility.policy import audience_label
from profiles.visibility.preview import choices


class VisibilityForm(forms.Form):
    """One select for each group with a choice of audience."""

    def __init__(self, profile: Startup | Investor, data: Any = None) -> None:
        super().__init__(data, initial=choices(profile))
        for name, group in GROUPS[profile.side].items():
            options = [(each.value, audience_label(each, profile.side)) for each in group.choices]
            self.fields[name] = forms.ChoiceField(label=str(group.label), choices=options)

    @property
    def visibility(self) -> dict[str, str]:
        """The choices in the form that the profile stores."""
        return {name: Audience(value).value for name, value in self.cleaned_data.items()}


@dataclass(frozen=True)
class ConsentRow:
    """A field group with one box per purpose; None if the purpose does not apply."""

    group: Group
    cells: tuple[tuple[Purpose, forms.BoundField | None], ...]


class GroupConsentForm(forms.Form):
    """One box per field group and purpose, ticked if the company agrees now."""

    def __init__(self, profile: Startup | Investor, data: Any = None) -> None:
        super().__init__(data)
        self.groups = CONSENT_GROUPS[profile.side]
        for key, group in self.groups.items():
            for purpose in group.purposes:
                label = f"{group.label}: {purpose.label}"
                box = forms.BooleanField(
                    label=label, required=False, initial=purpose not in profile.withheld.get(key, ())
                )
                box.widget.attrs["aria-label"] = label
                box.widget.attrs["class"] = "form-check-input"
                self.fields[_name(key, purpose)] = box

    @property
    def rows(self) -> Iterator[ConsentRow]:
        """The rows of the table, with a cell for every purpose."""
        for key, group in self.groups.items():
            names = {purpose: _name(key, purpose) for purpose in Purpose}
            cells = ((each, self[name] if name in self.fields else None) for each, name in names.items())
            yield ConsentRow(group, tuple(cells))

    @property
    def given(self) -> dict[str, frozenset[Purpose]]:
        """The purposes that the company agrees to, by group."""
        ticked = self.cleaned_data
        return {
            key: frozenset(each for each in group.purposes if ticked[_name(key, each)])
            for key, group in self.groups.items()
        }

    @property
    def offered(self) -> dict[str, frozenset[Purpose]]:
        """The purposes of each group."""
        return {key: frozenset(group.purposes) for key, group in self.groups.items()}


def _name(group: str, purpose: Purpose) -> str:
    return f"{group}-{purpose}"
