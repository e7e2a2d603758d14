"""The weights of the factors: one row a version, never edited; the newest applied one counts."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Weights(models.Model):
    """Points of 1000 by factor, for both sides. `version` is the primary key."""

    for_investor = models.JSONField(_("for the investor"))
    for_startup = models.JSONField(_("for the startup"))
    note = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="weights_say_why")]

    def __str__(self) -> str:
        return f"v{self.pk}"
