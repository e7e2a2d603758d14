"""How often mails come, category by category."""

from typing import Any

from django import forms

from profiles.choices import Rhythm
from profiles.notice_kinds import sorted_categories


class MailForm(forms.Form):
    prefix = "mails"  # a control named "matches" would stand before the form's own method, which scripts call

    def __init__(self, *args: Any, rhythms: dict[str, Rhythm], role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in sorted_categories():
            if len(category.rhythms) > 1 and category.role in ("", role):
                self.fields[category.code] = forms.ChoiceField(
                    label=str(category.label),
                    choices=[(rhythm.value, rhythm.label) for rhythm in category.rhythms],
                    initial=rhythms[category.code],
                    widget=forms.RadioSelect,
                )

    @property
    def chosen(self) -> dict[str, Rhythm]:
        return {name: Rhythm(value) for name, value in self.cleaned_data.items()}
