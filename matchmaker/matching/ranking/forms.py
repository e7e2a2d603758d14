"""The form of the weights: points of 1000 for each factor, for both sides."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import WEIGHT_POINTS, Factor
from profiles.platform.form_fields import CountedField, worded

SIDES = ("for_investor", "for_startup")
USUAL_MOST = 400  # points that one reason seldom passes, so that the bars keep their scale
DIGITS = 9  # longer ones are no points; Python turns none of more than 4,300 into a number


class WeightsForm(forms.Form):
    note = CountedField(label=_("Reason for this change"), max_length=300)

    def __init__(self, data: Any = None, *, weights: Mapping[str, Mapping[str, int]] | None = None) -> None:
        initial = {
            f"{side}-{name}": points for side, row in (weights or {}).items() for name, points in row.items()
        }
        super().__init__(data, initial=initial)
        for side in SIDES:
            for factor in Factor:
                number = forms.IntegerField(
                    label=factor.label,
                    min_value=0,
                    max_value=WEIGHT_POINTS,
                    widget=forms.NumberInput(attrs={"step": 10}),
                )
                self.fields[f"{side}-{factor}"] = worded(number)

    def points(self, side: str) -> dict[str, int]:
        entered = {str(factor): self.cleaned_data.get(f"{side}-{factor}") for factor in Factor}
        return {name: points for name, points in entered.items() if points is not None}

    def rows(self) -> list[tuple[str, Any, Any]]:
        return [(str(f.label), self[f"{SIDES[0]}-{f}"], self[f"{SIDES[1]}-{f}"]) for f in Factor]

    def sums(self) -> list[tuple[str, int]]:
        return [(side, sum(self._filled(side))) for side in SIDES]

    def _filled(self, side: str) -> list[int]:
        return [_whole(self[f"{side}-{factor}"].value()) for factor in Factor]

    @property
    def longest(self) -> int:
        startup_side, investor_side = SIDES
        return max(USUAL_MOST, *self._filled(startup_side), *self._filled(investor_side))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for side in SIDES:
            points = self.points(side)
            if len(points) == len(Factor) and sum(points.values()) != WEIGHT_POINTS:
                last = f"{side}-{Factor.values[-1]}"
                self.add_error(
                    last,
                    _("This column adds up to %d points. It must add up to 1000.") % sum(points.values()),
                )
        return data


def _whole(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0
