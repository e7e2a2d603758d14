"""Consent: what was agreed to, in which words, and when it was withdrawn."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose
from profiles.models.investor import Investor
from profiles.models.startup import Startup
from profiles.models.team import ONE_COMPANY


class Consent(models.Model):
    """One consent of a company for one purpose. Withdrawing closes the row; giving again opens a new one.

    `group`: the group of fields that it is about; empty for the whole profile. A group without a row of its
    own is covered by what holds for the whole profile.
    """

    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="consents")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    group = models.CharField(_("group of fields"), max_length=24, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=16)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="consent_one_company"),
            models.UniqueConstraint(
                fields=["startup", "group", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True, startup__isnull=False),
                name="consent_open_startup",
            ),
            models.UniqueConstraint(
                fields=["investor", "group", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True, investor__isnull=False),
                name="consent_open_investor",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
