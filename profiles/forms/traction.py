"""Traction figures and partners that a startup already has."""

from profiles.forms.base import CleanForm, formfield
from profiles.forms.layout import helper, side_by_side
from profiles.forms.rows import rows_of
from profiles.models import ExistingPartner, TractionFigure


class TractionForm(CleanForm):
    """One figure."""

    class Meta:
        model = TractionFigure
        formfield_callback = formfield
        fields = ("label", "value", "as_of_on", "source")

    helper = helper(side_by_side("label", "value"), side_by_side("as_of_on", "source"), "DELETE")


class PartnerForm(CleanForm):
    """One partner."""

    class Meta:
        model = ExistingPartner
        formfield_callback = formfield
        fields = ("name", "provides", "share_pct")

    helper = helper(side_by_side("name", "provides", "share_pct"), "DELETE")


TractionRows = rows_of(TractionForm)
PartnerRows = rows_of(PartnerForm)
