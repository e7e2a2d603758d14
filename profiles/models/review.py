"""What curators decided about a profile, with a reason per field."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import ReviewOutcome
from profiles.models.investor import Investor
from profiles.models.profile import empty_dict
from profiles.models.startup import Startup
from profiles.models.team import ONE_COMPANY


class Review(models.Model):
    """One decision. `reasons` maps a field's name to what its owner should change."""

    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="reviews")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="reviews")
    outcome = models.CharField(_("decision"), max_length=12, choices=ReviewOutcome)
    message = models.TextField(_("message to the owner"), max_length=1000, blank=True)
    reasons = models.JSONField(_("reasons by field"), default=empty_dict, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-decided_at", "pk"]
        constraints = [models.CheckConstraint(condition=ONE_COMPANY, name="review_one_company")]

    def __str__(self) -> str:
        return self.outcome
