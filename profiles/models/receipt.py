"""Receipts: which company read what of which profile, day by day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Side
from profiles.models.investor import Investor
from profiles.models.startup import Startup


class Receipt(models.Model):
    """A group of fields that the company across the table read on one day, at least once.

    `side`: whose profile was read. `group`: empty for what belongs to the profile as a whole. `is_blind`:
    whoever looked first asked not to learn whose profile it is, so the owner does not learn who looked.
    """

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="receipts")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="receipts")
    side = models.CharField(_("whose profile"), max_length=8, choices=Side)
    group = models.CharField(_("group of fields"), max_length=24, blank=True)
    seen_on = models.DateField(_("day"))
    is_blind = models.BooleanField(_("blind look"), default=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-seen_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "side", "seen_on", "investor", "group"], name="receipt_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["investor", "side", "seen_on"], name="receipt_investor_day"),
            models.Index(fields=["seen_on"], name="receipt_day"),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id}–{self.investor_id} {self.seen_on}"
