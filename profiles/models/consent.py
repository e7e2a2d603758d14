"""Records about a company: what it agreed to, who read what of it, what curators decided, its appeals."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose, ReviewOutcome, Side
from profiles.models.account import CompanyRow
from profiles.models.investor import Investor
from profiles.models.profile import empty_dict
from profiles.models.startup import Startup


class Consent(CompanyRow):
    """One consent of a company for one purpose. Withdrawing closes the row; giving again opens a new one.

    `group`: the group of fields that it is about; empty for the whole profile. A group without a row of its
    own is covered by what holds for the whole profile.
    """

    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    group = models.CharField(_("field group"), max_length=24, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=16)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
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


class Receipt(models.Model):
    """A group of fields that the company across the table read on one day, at least once.

    `side`: whose profile was read. `group`: empty for what belongs to the profile as a whole. `is_blind`:
    whoever looked first asked not to learn whose profile it is, so the owner does not learn who looked.
    """

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="receipts")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="receipts")
    side = models.CharField(_("profile viewed"), max_length=8, choices=Side)
    group = models.CharField(_("field group"), max_length=24, blank=True)
    seen_on = models.DateField(_("day"))
    is_blind = models.BooleanField(_("viewed with names hidden"), default=False)

    class Meta:
        verbose_name = _("profile view")
        verbose_name_plural = _("profile views")
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


class Review(CompanyRow):
    """One decision. `reasons` maps a field's name to what its owner should change.

    `waited_since`: when the profile came into the queue, for a decision of the queue.
    """

    outcome = models.CharField(_("decision"), max_length=12, choices=ReviewOutcome)
    message = models.TextField(_("message to the owner"), max_length=1000, blank=True)
    reasons = models.JSONField(_("reasons by field"), default=empty_dict, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)
    waited_since = models.DateTimeField(_("waited since"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-decided_at", "pk"]

    def __str__(self) -> str:
        return self.outcome


class Appeal(CompanyRow):
    """A company asks for another look at a refusal or a suspension; it has one open appeal at most."""

    text = models.TextField(_("appeal"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sent"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["startup"],
                condition=models.Q(answered_at__isnull=True, startup__isnull=False),
                name="appeal_open_startup",
            ),
            models.UniqueConstraint(
                fields=["investor"],
                condition=models.Q(answered_at__isnull=True, investor__isnull=False),
                name="appeal_open_investor",
            ),
        ]

    def __str__(self) -> str:
        return str(self.company)
