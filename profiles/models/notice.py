"""Notifications on the site, mails to send, and mail rhythms."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import Rhythm
from profiles.models.leased_row import LeasedRow
from profiles.models.profile import check_if_set
from profiles.notice_kinds import category_choices, kind_choices

ACCOUNT_MAILS_COME = ~models.Q(category="account") | models.Q(rhythm="at_once")


def new_switch_token() -> str:
    return secrets.token_urlsafe(12)


class Notice(models.Model):
    """One event on one person's page of notices."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=32, choices=kind_choices)
    key = models.CharField(max_length=200, unique=True, editable=False)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(path__startswith="/"), name="notice_leads_to_us")
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_page"),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailSwitch(models.Model):
    """How often mails of one category reach a person; `token` is in the unsubscribe link.

    `collected_at`: the end of the last digest.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_switches")
    category = models.CharField(_("category"), max_length=16, choices=category_choices)
    rhythm = models.CharField(_("email frequency"), max_length=8, choices=Rhythm)
    token = models.CharField(max_length=24, unique=True, default=new_switch_token, editable=False)
    collected_at = models.DateTimeField(_("last collected"), null=True, blank=True)

    class Meta:
        verbose_name = _("email preference")
        verbose_name_plural = _("email preferences")
        ordering = ["user", "category"]
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="mail_switch_once"),
            models.CheckConstraint(condition=ACCOUNT_MAILS_COME, name="mail_switch_rhythm"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rhythm}"


class StoppedAddress(models.Model):
    email = models.EmailField(_("email address"), unique=True)
    reason = models.CharField(_("reason"), max_length=40)
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("undeliverable address")
        verbose_name_plural = _("undeliverable addresses")
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return self.reason


class OutboxMail(LeasedRow):
    """One mail to one reader, in the reader's language. Due from `due_at` until it is sent or parked.

    `key` names the event and the recipient, so that no email is sent twice. Subject, body, calendar and the
    address to reply to may be secret: they go once it is sent.
    `unsubscribe_token` is the reader's switch (MailSwitch), for mails that can be switched off.
    """

    lease_field, claim_fields = "due_at", ("attempts", "sent_at")

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=kind_choices)
    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=10)
    subject = models.TextField(blank=True, editable=False)
    body = models.TextField(blank=True, editable=False)
    calendar = models.TextField(blank=True, editable=False)  # a calendar entry that goes with it
    unsubscribe_token = models.CharField(max_length=24, blank=True, editable=False)
    reply_to = models.CharField(max_length=120, blank=True, db_default="", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    parked_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
        ordering = ["-created_at", "-pk"]
        constraints = [
            check_if_set("mail_sent_or_parked", "sent_at", parked_at__isnull=True),
            models.CheckConstraint(condition=models.Q(attempts__gte=0), name="mail_attempts"),
            check_if_set("mail_sent_is_cleared", "sent_at", subject="", body="", calendar=""),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mail_due",
                condition=models.Q(sent_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(
                fields=["parked_at"], name="mail_parked", condition=models.Q(parked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
