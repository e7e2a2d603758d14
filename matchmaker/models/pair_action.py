"""What every row about a startup and an investor has in common."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from profiles.models import Investor, Startup
from profiles.models.profile import empty_dict


class PairAction(models.Model):
    """A person's act on a pair, with a frozen copy of its factors for the record."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    factors = models.JSONField(_("factors at that time"), default=empty_dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}"
