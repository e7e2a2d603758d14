"""Replies by email: the addresses to which they go, and which emails have come."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.models.introduction import Introduction
from profiles.models.leased_row import LeasedRow


class ReplyAddress(models.Model):
    """An address to which one person may reply about one introduction. Only its fingerprint is stored."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reply_addresses")
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("reply address")
        verbose_name_plural = _("reply addresses")
        ordering = ["-expires_at", "pk"]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.expires_at:%Y-%m-%d}"


class ReplyOutcome(models.TextChoices):
    POSTED = "posted", _("Sent as a message")
    REFUSED = "refused", _("Not sent; its sender knows why")
    UNKNOWN = "unknown", _("Wrong or expired address")
    DROPPED = "dropped", _("Not read")


class ReceivedReply(LeasedRow):
    """An email that came to a reply address, so that it counts once.

    `email`: its sender, text and file, only until the worker has read it. `verdict`: what the email service
    says about the sender's server and signature.
    """

    claim_fields = ("attempts",)

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=ReplyOutcome)
    verdict = models.CharField(_("result of the check of the sender"), max_length=60, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    email = models.JSONField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("reply by email")
        verbose_name_plural = _("replies by email")
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=ReplyOutcome.values), name="receivedreply_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"
