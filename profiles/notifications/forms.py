"""How often mails come, category by category."""

from typing import Any

from django import forms

from profiles.events import Category, Rhythm


class MailForm(forms.Form):
    """One choice for each category that offers one; the account's own mails always come."""

    prefix = "mails"  # a control named "matches" would stand before the form's own method, which scripts call

    def __init__(self, *args: Any, rhythms: dict[Category, Rhythm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in Category:
            if len(category.rhythms) > 1:
                self.fields[category.value] = forms.ChoiceField(
                    label=category.label,
                    choices=[(rhythm.value, rhythm.label) for rhythm in category.rhythms],
                    initial=rhythms[category],
                    widget=forms.RadioSelect,
                )

    @property
    def chosen(self) -> dict[Category, Rhythm]:
        """What was chosen."""
        return {Category(name): Rhythm(value) for name, value in self.cleaned_data.items()}
