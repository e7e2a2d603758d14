"""Reads of the outbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from profiles.models import OutboxMail


@dataclass(frozen=True)
class OutboxState:
    """How much waits to be sent, since when, and how much waits for a hand."""

    waiting: int
    oldest_at: datetime | None
    parked: int


def waiting_mails() -> "QuerySet[OutboxMail]":
    """Return the mails that the worker has still to send, oldest first."""
    return OutboxMail.objects.filter(sent_at__isnull=True, parked_at__isnull=True).order_by("due_at", "pk")


def due_mails(*, at: datetime) -> "QuerySet[OutboxMail]":
    """Return the mails that may be tried at this moment."""
    return waiting_mails().filter(due_at__lte=at)


def unsent_mails() -> "QuerySet[OutboxMail]":
    """Return the mails that wait or are parked, newest first."""
    return OutboxMail.objects.filter(sent_at__isnull=True)


def parked_mails() -> "QuerySet[OutboxMail]":
    """Return the mails that failed too often and wait for a hand, without their words."""
    return (
        OutboxMail.objects.filter(parked_at__isnull=False)
        .defer("subject", "body")
        .order_by("parked_at", "pk")
    )


def outbox_state() -> OutboxState:
    """Return what the outbox holds."""
    oldest: datetime | None = waiting_mails().aggregate(oldest=Min("created_at"))["oldest"]
    return OutboxState(waiting=waiting_mails().count(), oldest_at=oldest, parked=parked_mails().count())
