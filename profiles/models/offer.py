"""What an investor or partner offers besides, or instead of, money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Exclusivity, Maturity
from profiles.models.investor import Investor
from profiles.models.taxonomy import NeedType


class Offer(models.Model):
    """One offer, of the same kinds as needs."""

    investor = models.ForeignKey(Investor, models.CASCADE, related_name="offers")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    maturity = models.CharField(_("maturity"), max_length=10, choices=Maturity, blank=True)
    is_free = models.BooleanField(_("free for the startup"), null=True, blank=True)
    exclusivity = models.CharField(_("exclusivity asked"), max_length=8, choices=Exclusivity, blank=True)
    data_access = models.CharField(_("data access asked"), max_length=200, blank=True)
    capacity = models.CharField(_("how much"), max_length=60, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["investor", "type"], name="offer_once")]

    def __str__(self) -> str:
        return str(self.type_id)
