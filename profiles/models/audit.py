"""The audit trail: append-only rows, each carrying the hash of the one before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import AuditAction
from profiles.models.profile import empty_dict


class AuditHead(models.Model):
    """The end of the chain, one row: how many records there are and the newest one's hash.

    Writers take it in turn, and a record cut off the end is missed.
    """

    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.length}"


class AuditRecord(models.Model):
    """One act. Rows are only inserted (audit/services.py); the database refuses updates and deletions."""

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=16, choices=AuditAction)
    subject = models.CharField(_("subject"), max_length=120)
    details = models.JSONField(_("details"), default=empty_dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_subject"),
            models.Index(fields=["-at", "-id"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
