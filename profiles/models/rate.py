"""Dated exchange rates: every converted amount says by which day's rate."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Currency


class ExchangeRate(models.Model):
    """How many units of `currency` one US dollar bought on a day."""

    currency = models.CharField(_("currency"), max_length=3, choices=Currency)
    per_usd = models.DecimalField(_("units per US dollar"), max_digits=12, decimal_places=4)
    quoted_on = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-quoted_on", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "quoted_on"], name="rate_currency_day"),
            models.CheckConstraint(condition=models.Q(per_usd__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.per_usd} ({self.quoted_on})"
