"""The form that makes one record of two."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.duplicates.selectors import ComparedField
from profiles.companies.forms.fields import CountedField

CHOICES = (("kept", _("Kept record")), ("gone", _("Other record")))


class MergeForm(forms.Form):
    """Which value stands where the two records differ, and why they are one company."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = CountedField(
        label=_("Why they are one company"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Curators can read this, and it is kept in the audit log."),
    )

    def __init__(self, *args: Any, rows: Iterable[ComparedField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.unit.key: row for row in rows if row.differs and row.may_take}
        for key, row in self.rows.items():
            self.fields[f"field-{key}"] = forms.ChoiceField(
                label=row.label,
                choices=CHOICES,
                initial=row.default,
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def take(self) -> list[str]:
        """The units whose value is the other record's, as chosen or as proposed."""
        if not self.is_bound:
            return [key for key, row in self.rows.items() if row.default == "gone"]
        return [key for key in self.rows if self.data.get(f"field-{key}") == "gone"]
