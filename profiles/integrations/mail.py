"""Mail: sending one, and reading those that the demonstration keeps as files."""

import logging
import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.core.mail import EmailMessage as OutgoingMail
from django.core.mail import get_connection, send_mail

logger = logging.getLogger(__name__)

# Django's file backend ends every message of a file with this line.
RULE = b"\n" + b"-" * 79 + b"\n"


class MailNotSentError(Exception):
    """The mail server did not take the mail."""


@dataclass(frozen=True)
class StoredMail:
    """A mail in the demonstration's outbox."""

    subject: str
    recipient: str
    sent_at: datetime | None
    text: str


def send(*, to: str, subject: str, text: str) -> None:
    """Send a plain mail.

    Raises:
        MailNotSentError: if the mail server cannot be reached or refuses.
    """
    try:
        send_mail(subject, text, None, [to])
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("Mail not sent: %s", type(error).__name__)
        raise MailNotSentError from error


def send_each(letters: Sequence[tuple[str, str, str]]) -> int:
    """Send plain mails (to, subject, text) over one connection and return how many could not be sent.

    So a mail server that does not answer is waited for once, however many there are.
    """
    mails = [OutgoingMail(subject, text, to=[to]) for to, subject, text in letters]
    try:
        sent = get_connection(fail_silently=True).send_messages(mails) or 0
    except OSError as error:  # the connection broke in between
        logger.warning("Mails not sent: %s", type(error).__name__)
        sent = 0
    return len(mails) - sent


def stored(directory: Path, *, limit: int) -> list[StoredMail]:
    """Return the newest `limit` mails kept as files in `directory`, newest first."""
    files = sorted(
        directory.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True
    )
    mails: list[StoredMail] = []
    for path in files:
        mails.extend(reversed(list(_read(path))))
        if len(mails) >= limit:
            break
    return mails[:limit]


def _read(path: Path) -> Iterator[StoredMail]:
    """Yield the mails of one file, oldest first."""
    for part in path.read_bytes().split(RULE):
        if part.strip():
            message = message_from_bytes(part.strip(), _class=EmailMessage, policy=policy.default)
            yield _as_stored(message)


def _as_stored(message: EmailMessage) -> StoredMail:
    """Return the decoded parts that people read."""
    body = message.get_body(preferencelist=("plain", "html"))
    date = message["date"].datetime if message["date"] else None
    return StoredMail(
        subject=str(message["subject"] or "").strip(),
        recipient=str(message["to"] or ""),
        # Django writes "-0000", time in UTC from an unknown place, which Python reads as a naive time.
        sent_at=date.replace(tzinfo=UTC) if date and date.tzinfo is None else date,
        text=body.get_content().strip() if isinstance(body, EmailMessage) else "",
    )
