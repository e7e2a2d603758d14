"""The worker's part of mailing, and mail servers that fail."""

import smtplib
from collections.abc import Sequence
from datetime import datetime

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from profiles.curation.reviews import services as curation
from profiles.platform.notifications import services as notifications


def told() -> list[EmailMessage]:
    """Let the minute pass in which a curator can undo a decision, and return every mail that has gone out."""
    later = timezone.now() + curation.UNDO_TIME
    curation.notify_due(at=later)
    return delivered(later)


def delivered(at: datetime | None = None) -> list[EmailMessage]:
    """Let the worker send what is due, and return every mail that has gone out."""
    notifications.send_due(at=at or timezone.now())
    return list(getattr(mail, "outbox", []))


class DeadServer(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def open(self) -> bool:
        raise ConnectionRefusedError(111, "Connection refused")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError(111, "Connection refused")


class ChoosyServer(EmailBackend):
    """A mail server that refuses addresses that begin with "no", and counts its connections."""

    opened = 0

    def open(self) -> bool:
        type(self).opened += 1
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.to[0].startswith("no"):
                raise smtplib.SMTPDataError(550, b"Spam: " + str(message.body).encode())
        return int(super().send_messages(email_messages))
