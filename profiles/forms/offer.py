"""Offers of an investor or partner."""

from typing import Any

from django.utils.translation import gettext_lazy

from profiles.choices import PlaceLevel
from profiles.forms.base import CleanForm, formfield
from profiles.forms.layout import More, helper, side_by_side
from profiles.forms.rows import rows_of
from profiles.models import Offer


class OfferForm(CleanForm):
    """One offer."""

    class Meta:
        model = Offer
        formfield_callback = formfield
        fields = (
            "type", "description", "is_free", "price", "maturity", "ip_policy", "forms", "regions",
            "exclusivity", "equity_ask_pct", "data_hosting", "data_access", "capacity", "references",
            "expires_on",
        )  # fmt: skip

    helper = helper(
        side_by_side("type", "is_free"),
        "description",
        More(
            gettext_lazy("More about this offer"),
            side_by_side("price", "capacity"),
            side_by_side("maturity", "ip_policy"),
            side_by_side("exclusivity", "equity_ask_pct"),
            side_by_side("data_hosting", "data_access"),
            "forms",
            "regions",
            side_by_side("references", "expires_on"),
        ),
        "DELETE",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions: Any = self.fields["regions"]
        regions.only = lambda place: place.level != PlaceLevel.CITY


OfferRows = rows_of(OfferForm, unique="type")
