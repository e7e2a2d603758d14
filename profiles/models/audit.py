"""The audit trail: append-only rows that the worker seals, each with the hash of the one before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import action_choices
from profiles.models.account import CompanyRow
from profiles.models.profile import empty_dict


class AuditHead(models.Model):
    """The end of the chain, one row: how many records are sealed and the newest one's hash."""

    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.length}"


class AuditRecord(models.Model):
    """One act.

    Rows are inserted and sealed once (audit/services.py); the database refuses all other changes.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=16, choices=action_choices)
    subject = models.CharField(_("subject"), max_length=120)
    details = models.JSONField(_("details"), default=empty_dict)
    position = models.PositiveBigIntegerField(_("position"), null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  unset values are not compared

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


class KeptValues(CompanyRow):
    """What an edit of a company changed, before and after, for the record of it."""

    record = models.OneToOneField(AuditRecord, models.PROTECT, related_name="kept")
    before = models.JSONField(_("before"), default=empty_dict)
    after = models.JSONField(_("after"), default=empty_dict)
    salt = models.CharField(max_length=40, editable=False)

    class Meta(CompanyRow.Meta):
        verbose_name = _("values of an edit")
        verbose_name_plural = _("values of edits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.record_id)
