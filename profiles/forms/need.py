"""Needs of a startup."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choices import PlaceLevel
from profiles.forms.base import CleanForm, formfield
from profiles.forms.layout import More, helper, side_by_side
from profiles.forms.rows import rows_of
from profiles.models import Need


class NeedForm(CleanForm):
    """One need."""

    class Meta:
        model = Need
        formfield_callback = formfield
        fields = (
            "type", "urgency", "description", "quantity", "budget", "budget_currency", "forms", "languages",
            "beneficiaries", "sensitivity", "delivery", "province", "outcome", "starts_on", "expires_on",
        )  # fmt: skip

    helper = helper(
        side_by_side("type", "urgency"),
        "description",
        More(
            gettext_lazy("More about this need"),
            side_by_side("quantity", "budget", "budget_currency"),
            side_by_side("delivery", "province"),
            side_by_side("starts_on", "expires_on"),
            "outcome",
            side_by_side("beneficiaries", "sensitivity"),
            "forms",
            "languages",
        ),
        "DELETE",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Help is wanted in a region; a list of every city on every row would be endless.
        province: Any = self.fields["province"]
        province.only = lambda place: place.level != PlaceLevel.CITY

    def clean(self) -> dict[str, Any]:
        """Check the days together."""
        values = super().clean() or self.cleaned_data
        self.refuse_order("starts_on", "expires_on", _("The last day is before the first one."))
        return values


NeedRows = rows_of(NeedForm, unique="type")
