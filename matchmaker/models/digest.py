"""Which matches a person has read of in a digest: each comes once."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Investor, Startup


class DigestEntry(models.Model):
    """One pair that a digest has told a person of."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("match in a digest")
        verbose_name_plural = _("matches in digests")
        ordering = ["-at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "startup", "investor"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.startup_id} × {self.investor_id}"
