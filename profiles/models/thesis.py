"""What an investor looks for: one row per thesis, each criterion marked must-have or nice-to-have."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Currency, LeadRole, Revenue
from profiles.models.column_kinds import importance, money, money_in_usd, some_of, unless_unset
from profiles.models.investor import Investor
from profiles.models.lasting import LastingRow
from profiles.models.place import Place
from profiles.models.profile import empty_dict
from profiles.models.taxonomy import PartnershipForm, Sector, Stage


class Thesis(LastingRow):
    """A mandate. Vetoes are the `*_out` lists and `no_pre_revenue`; they always refuse."""

    investor = models.ForeignKey(Investor, models.CASCADE, related_name="theses")
    name = models.CharField(_("name"), max_length=80)
    note = models.TextField(_("private note"), max_length=500, blank=True)
    sectors = some_of(Sector, _("sectors"))
    sectors_out = some_of(Sector, _("sectors excluded"))
    sector_importance = importance(_("sectors are"))
    stages = some_of(Stage, _("stages"))
    stage_importance = importance(_("stages are"))
    stages_out = some_of(Stage, _("stages excluded"))
    places = some_of(Place, _("places"))
    places_out = some_of(Place, _("places excluded"))
    place_importance = importance(_("places are"))
    ticket_min = money(_("lowest amount"))
    ticket_max = money(_("highest amount"))
    ticket_currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    ticket_min_usd = money_in_usd()
    ticket_max_usd = money_in_usd()
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    ticket_importance = importance(_("the ticket is"))
    forms = some_of(PartnershipForm, _("forms of partnership"))
    form_importance = importance(_("forms are"))
    forms_out = some_of(PartnershipForm, _("forms excluded"))
    revenue_required = models.CharField(_("revenue wanted"), max_length=4, choices=Revenue, blank=True)
    no_pre_revenue = models.BooleanField(_("never pre-revenue"), default=False)
    lead_role = models.CharField(_("leads or follows"), max_length=8, choices=LeadRole, blank=True)
    weights = models.JSONField(_("own weights"), default=empty_dict, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    active_from_on = models.DateField(_("active from"), null=True, blank=True)
    active_to_on = models.DateField(_("active until"), null=True, blank=True)
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("thesis")
        verbose_name_plural = _("theses")
        ordering = ["pk"]
        constraints = [
            unless_unset(
                "thesis_ticket_order",
                "ticket_min",
                "ticket_max",
                ticket_min__gte=0,
                ticket_max__gte=models.F("ticket_min"),
            ),
            unless_unset(
                "thesis_active_order",
                "active_from_on",
                "active_to_on",
                active_to_on__gte=models.F("active_from_on"),
            ),
            models.UniqueConstraint(fields=["investor", "name"], name="thesis_name"),
        ]

    def __str__(self) -> str:
        return self.name
