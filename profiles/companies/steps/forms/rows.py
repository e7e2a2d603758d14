"""Rows that belong to a profile, edited one by one: needs, traction figures, partners, offers."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, asked
from profiles.companies.steps.forms.fields import CleanForm, OwnFields
from profiles.companies.steps.forms.layout import More, helper
from profiles.companies.steps.selectors import fields_checked
from profiles.models import ExistingPartner, Need, Offer, TractionFigure
from profiles.models.evidence import STATED

READ = '{% include "companies/steps/_read.html" %}'  # what is read in the description, while it is typed
IN_ANY_LANGUAGE = _(
    "Write in any of these languages. You need a summary in at least one of them before review."
)
CHECKED = _(
    "This has been checked by a curator or proved. If you change it, others see “changed since it was "
    "checked” until you add new evidence."
)
MOST_ROWS = 20
TOO_MANY = _("You can list up to %(num)d here.")
TWICE = _("This is already in the list.")


class RowForm(CleanForm):
    """One row of a list of a profile; `others` are the rest of the list."""

    others: Collection[Any] = ()
    is_once_by_type = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if len(self.others) >= MOST_ROWS:
            self.add_error(None, forms.ValidationError(TOO_MANY, params={"num": MOST_ROWS}, code="too_many"))
        if self.is_once_by_type and values.get("type") in [row.type for row in self.others]:
            self.add_error("type", forms.ValidationError(TWICE, code="twice"))
        return values


class SectionForm(CleanForm):
    @property
    def needed(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(name for name, field in CATALOGUE[self.instance.side].items() if field.is_needed)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.fields.keys() & STATED[self.instance.side].values():
            for name in fields_checked(self.instance, on=timezone.localdate()) & self.fields.keys():
                self.fields[name].help_text = CHECKED


class NeedForm(RowForm):
    is_once_by_type = True

    class Meta(OwnFields):
        model = Need
        fields = asked(ROWS["needs"], "needs")

    helper = helper(
        "type+urgency description",
        More(
            _("How much, where and when"),
            "quantity+budget+budget_currency delivery+province starts_on+expires_on",
            kinds="talent training cloud software_platform hardware test_site supply_chain manufacturing "
            "distribution market_entry first_customers certification finance_partner trade_finance "
            "visibility",
        ),
        More(
            _("Who benefits, and how success is measured"),
            "outcome beneficiaries",
            kinds="mentorship training test_site first_customers rnd visibility",
        ),
        More(
            _("Which data is involved"),
            "sensitivity+data_hosting+data_crosses_border data_classes data_access+data_exit",
            kinds="cloud software_platform test_site data",
        ),
        More(
            _("Partnership types and languages for this need"),
            "forms languages",
            kinds="mentorship talent training legal_ip ip_licence rnd",
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_order("starts_on", "expires_on", _("The last day is before the first one."))
        self.refuse_over("expires_on")
        return values


class OfferForm(RowForm):
    is_once_by_type = True

    class Meta(OwnFields):
        model = Offer
        fields = asked(ROWS["offers"], "offers")

    helper = helper(
        "type+is_free description",
        More(
            _("More about this offer"),
            "price+capacity maturity+ip_policy exclusivity+equity_ask_pct",
            "data_hosting+data_access data_classes data_crosses_border+data_exit forms regions",
            "references+expires_on",
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_over("expires_on")
        return values


class TractionForm(RowForm):
    class Meta(OwnFields):
        model = TractionFigure
        fields = asked(ROWS["traction"], "traction")

    helper = helper("label+value as_of_on+source")


class PartnerForm(RowForm):
    class Meta(OwnFields):
        model = ExistingPartner
        fields = asked(ROWS["partners"], "partners")

    helper = helper("name+provides+share_pct type+group_name")


ROW_FORMS: dict[str, type[RowForm]] = {
    "needs": NeedForm,
    "offers": OfferForm,
    "traction": TractionForm,
    "partners": PartnerForm,
}
