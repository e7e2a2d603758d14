"""The form that makes one record of two."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.desk.duplicates.selectors import ComparedField
from profiles.platform.form_fields import CountedField

CHOICES = (("kept", _("Kept record")), ("gone", _("Other record")))


class MergeForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = CountedField(
        label=_("Why they are one company"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Curators can read this, and it is kept in the audit log."),
    )

    def __init__(
        self,
        *args: Any,
        rows: Iterable[ComparedField],
        chosen: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {f"field-{row.unit.key}": row for row in rows if row.differs and row.may_take}
        for name, row in self.rows.items():
            first = (chosen or {}).get(name, row.default)
            self.fields[name] = forms.ChoiceField(
                label=row.label,
                choices=CHOICES,
                initial=first,
                widget=forms.RadioSelect(
                    attrs={"class": "form-check-input", "aria-describedby": f"row-{row.unit.key}"}
                ),
                required=False,
            )

    @property
    def take(self) -> list[str]:
        """The units with the other record's value, as chosen or proposed."""
        return [row.unit.key for name, row in self.rows.items() if self[name].value() == "gone"]
