"""Webhook addresses, events and deliveries."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Membership
from profiles.models.account import new_token
from profiles.models.leased_row import LeasedRow
from profiles.models.profile import check_if_set, empty_list


class Event(models.TextChoices):
    """An event for programs. It carries ids and addresses, never texts."""

    REQUESTED = "introduction.requested", _("A new introduction request arrives")
    CHANGED = (
        "introduction.changed",
        _("An introduction request is answered, or an introduction is paused or ends"),
    )
    MESSAGE = "conversation.message", _("New messages (only the number)")
    PILOT = "pilot.changed", _("A pilot or an application changes")
    PROGRAMME = "programme.changed", _("A programme, an application or a meeting there changes")
    MATCHES = "matches.changed", _("Your match list changes")


PING = "ping"  # proves that the address wants to be told; no one chooses it


class Webhook(models.Model):
    """A webhook address of a company. Only pings are sent before `proved_at`.

    `list_print`: the last reported list.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=empty_list)
    secret = models.CharField(max_length=60, editable=False)
    challenge = models.CharField(max_length=40, default=new_token, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    proved_at = models.DateTimeField(_("passed the test on"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    list_print = models.CharField(max_length=64, blank=True, editable=False)
    list_read_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["membership", "url"], name="webhook_once")]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(LeasedRow):
    """One event for one address. Due from `due_at` until it is delivered or failed.

    `key` names the event, so that it is sent once.
    """

    lease_field, claim_fields = "due_at", ("attempts", "delivered_at")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=200, editable=False)
    message_id = models.CharField(max_length=40, default=new_token, editable=False)
    event = models.CharField(_("event"), max_length=32)
    body = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    answered = models.CharField(_("last answer"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="webhookdelivery_once"),
            check_if_set("webhookdelivery_or_failed", "delivered_at", failed_at__isnull=True),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="webhookdelivery_due",
                condition=models.Q(delivered_at__isnull=True, failed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"
