"""Mails to send: the row is written with what it tells about, and the worker sends it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.column_kinds import unless_unset
from profiles.notice_kinds import kind_choices


class OutboxMail(models.Model):
    """One mail to one reader, in the reader's language. Due from `due_at` until it is sent or parked.

    `key` names what is told and to whom, so that nothing is told twice. A worker that takes the row sets
    `due_at` to when others may try again. Subject, body and calendar may be secret: they go once it is sent.
    `unsubscribe_token` is the reader's switch (MailSwitch), for mails that can be switched off.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=kind_choices)
    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=10)
    subject = models.TextField(blank=True, editable=False)
    body = models.TextField(blank=True, editable=False)
    calendar = models.TextField(blank=True, editable=False)  # a calendar entry that goes with it
    unsubscribe_token = models.CharField(max_length=24, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "-pk"]
        constraints = [
            unless_unset("mail_sent_or_parked", "sent_at", parked_at__isnull=True),
            models.CheckConstraint(condition=models.Q(attempts__gte=0), name="mail_attempts"),
            unless_unset("mail_sent_is_cleared", "sent_at", subject="", body="", calendar=""),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mail_due",
                condition=models.Q(sent_at__isnull=True, parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
