"""Deals on record: what an investor did, beside what it says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import DealSource
from profiles.models.investor import Investor
from profiles.models.place import Place
from profiles.models.startup import Startup
from profiles.models.taxonomy import PartnershipForm, Sector, Stage


class Deal(models.Model):
    """A deal of an investor with a startup, on the platform or only named."""

    investor = models.ForeignKey(Investor, models.CASCADE, related_name="deals")
    startup = models.ForeignKey(
        Startup, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("startup")
    )
    startup_name = models.CharField(_("name of the startup"), max_length=120, blank=True)
    closed_on = models.DateField(_("closed on"))
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stage")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    form = models.ForeignKey(
        PartnershipForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("form")
    )
    amount_usd = models.DecimalField(
        _("amount in US dollars"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    stake_pct = models.DecimalField(_("stake, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=DealSource, default=DealSource.SELF)
    is_demo = models.BooleanField(_("demo record"), default=False)

    class Meta:
        verbose_name = _("deal on record")
        verbose_name_plural = _("deals on record")
        ordering = ["-closed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(startup__isnull=False) | ~models.Q(startup_name=""),
                name="deal_names_startup",
            )
        ]

    def __str__(self) -> str:
        return f"{self.startup_name or self.startup_id} ({self.closed_on})"
