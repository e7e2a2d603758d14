"""Traction: figures with a date and a source, and partners already there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.models.column_kinds import PERCENT, one_of
from profiles.models.startup import Startup
from profiles.models.taxonomy import NeedType


class TractionFigure(models.Model):
    """A figure that shows progress."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="traction")
    label = models.CharField(_("what is counted"), max_length=80)
    value = models.DecimalField(_("figure"), max_digits=16, decimal_places=2)
    as_of_on = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("traction figure")
        verbose_name_plural = _("traction figures")
        ordering = ["-as_of_on", "pk"]

    def __str__(self) -> str:
        return self.label


class ExistingPartner(models.Model):
    """A partner that a startup already depends on, and for how much."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="partners")
    name = models.CharField(_("partner"), max_length=120)
    provides = models.CharField(_("provides"), max_length=120)
    type = one_of(NeedType, _("kind of input"))
    group_name = models.CharField(_("group of companies"), max_length=120, blank=True)
    share_pct = models.PositiveSmallIntegerField(_("share of that input, %"), validators=PERCENT)

    class Meta:
        verbose_name = _("existing partner")
        verbose_name_plural = _("existing partners")
        ordering = ["-share_pct", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(share_pct__lte=100), name="existingpartner_share")
        ]

    def __str__(self) -> str:
        return self.name
