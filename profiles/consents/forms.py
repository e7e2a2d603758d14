"""The three questions of consent, each for one purpose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose
from profiles.consents.selectors import NEWEST, agreed_purposes
from profiles.models import Investor, Startup


class ConsentFields(forms.Form):
    """One box for each purpose, ticked where the company agrees now."""

    NAMES = tuple(purpose.value for purpose in Purpose)

    matching = forms.BooleanField(label=NEWEST.whole[Purpose.MATCHING], required=False)
    showing = forms.BooleanField(label=NEWEST.whole[Purpose.SHOWING], required=False)
    cross_border = forms.BooleanField(
        label=NEWEST.whole[Purpose.CROSS_BORDER],
        help_text=_("Without this, contacts stay hidden even after both sides say yes."),
        required=False,
    )

    instance: Startup | Investor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = agreed_purposes(self.instance)
        for name in self.NAMES:
            self.initial[name] = name in given

    @property
    def purposes(self) -> frozenset[Purpose] | None:
        """The purposes to which the company agrees."""
        return frozenset(purpose for purpose in Purpose if self.cleaned_data[purpose.value])
