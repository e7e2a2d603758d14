"""Needs of a startup."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choices import PlaceLevel
from profiles.companies.forms.base import CleanForm, OwnFields
from profiles.companies.forms.layout import More, helper, side_by_side
from profiles.companies.forms.rows import row_formset
from profiles.models import ExistingPartner, Need, Offer, TractionFigure
from profiles.visibility.fields import ROWS, asked


class NeedForm(CleanForm):
    """One need."""

    class Meta(OwnFields):
        model = Need
        fields = asked(ROWS["needs"], "needs")

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
            "data_classes",
            side_by_side("data_hosting", "data_crosses_border"),
            side_by_side("data_access", "data_exit"),
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
        self.refuse_over("expires_on")
        return values


NeedRows = row_formset(NeedForm, unique="type")


class OfferForm(CleanForm):
    """One offer."""

    class Meta(OwnFields):
        model = Offer
        fields = asked(ROWS["offers"], "offers")

    helper = helper(
        side_by_side("type", "is_free"),
        "description",
        More(
            gettext_lazy("More about this offer"),
            side_by_side("price", "capacity"),
            side_by_side("maturity", "ip_policy"),
            side_by_side("exclusivity", "equity_ask_pct"),
            side_by_side("data_hosting", "data_access"),
            "data_classes",
            side_by_side("data_crosses_border", "data_exit"),
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

    def clean(self) -> dict[str, Any]:
        """Check the last day."""
        values = super().clean() or self.cleaned_data
        self.refuse_over("expires_on")
        return values


OfferRows = row_formset(OfferForm, unique="type")


class TractionForm(CleanForm):
    """One figure."""

    class Meta(OwnFields):
        model = TractionFigure
        fields = asked(ROWS["traction"], "traction")

    helper = helper(side_by_side("label", "value"), side_by_side("as_of_on", "source"), "DELETE")

    def clean_as_of_on(self) -> date:
        """Refuse a day that is still to come: nothing has been counted then."""
        day: date = self.cleaned_data["as_of_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return day


class PartnerForm(CleanForm):
    """One partner."""

    class Meta(OwnFields):
        model = ExistingPartner
        fields = asked(ROWS["partners"], "partners")

    helper = helper(
        side_by_side("name", "provides", "share_pct"), side_by_side("type", "group_name"), "DELETE"
    )


TractionRows = row_formset(TractionForm)
PartnerRows = row_formset(PartnerForm)
