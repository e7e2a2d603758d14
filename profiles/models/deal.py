"""Deals on record: what an investor did, beside what it says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Currency, DealSource
from profiles.models.column_kinds import money, money_in_usd, one_of, share, unless_unset
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
    sector = one_of(Sector, _("sector"))
    stage = one_of(Stage, _("stage"))
    place = one_of(Place, _("place"))
    form = one_of(PartnershipForm, _("form"))
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    amount_usd = money_in_usd(_("amount in US dollars"))
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    stake_pct = share(_("stake, %"))
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
            ),
            unless_unset("deal_amount", "amount", amount__gte=0),
            unless_unset("deal_stake", "stake_pct", stake_pct__range=(0, 100)),
        ]

    def __str__(self) -> str:
        return f"{self.startup_name or self.startup_id} ({self.closed_on})"
