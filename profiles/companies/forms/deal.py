"""A deal on record."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.companies.forms.base import CleanForm, OwnFields
from profiles.companies.forms.layout import group, helper, side_by_side
from profiles.models import Deal
from profiles.visibility.fields import ROWS, asked


class DealForm(CleanForm):
    """One deal of an investor with a startup it names."""

    class Meta(OwnFields):
        model = Deal
        fields = asked(ROWS["deals"], "deals")

    helper = helper(
        group(
            gettext_lazy("Deal"),
            side_by_side("startup_name", "closed_on"),
            side_by_side("sector", "stage"),
            side_by_side("place", "form"),
            side_by_side("amount", "currency", "stake_pct"),
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup_name"].required = True

    def clean_closed_on(self) -> Any:
        """Refuse a day that has not come yet: a record is of the past."""
        day = self.cleaned_data["closed_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="future")
        return day
