"""The mail server: one connection, one mail at a time. Only the outbox sends (profiles/notifications)."""

import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# ValueError: a subject with a line break, or an address that no header can carry.
FAILURES = (OSError, smtplib.SMTPException, ValueError)


class MailNotSentError(Exception):
    """The mail server did not take the mail; the message says why, without a word of the mail."""


class NoMailServerError(MailNotSentError):
    """The mail server cannot be reached: the next mail would fare no better."""


@dataclass(frozen=True)
class EmailMessage:
    """A mail as text and as a page; `key` names it for ever.

    `stop_link` is the address whose POST stops mails of this kind (RFC 8058); empty where none may be
    stopped.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    stop_link: str = ""
    calendar: str = ""  # an entry for the reader's calendar, as text of RFC 5545

    @property
    def calendar_type(self) -> str:
        """What the entry does to the calendar, for mail programs that offer a button."""
        method = "CANCEL" if "METHOD:CANCEL" in self.calendar else "REQUEST"
        return f"text/calendar; method={method}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that who gets a mail twice can tell."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        return f"<{sha256(self.key.encode()).hexdigest()[:32]}@{domain}>"

    @property
    def headers(self) -> dict[str, str]:
        """The headers beside those that every mail has."""
        found = {"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"}
        if self.stop_link:
            found["List-Unsubscribe"] = f"<{self.stop_link}>"
            found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return found


class MailServer:
    """A connection that opens with the first mail and stays open for the next."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def deliver(self, email: EmailMessage) -> None:
        """Hand one mail over.

        Raises:
            NoMailServerError: the connection could not be opened.
            MailNotSentError: this mail was not taken.
        """
        connection = self._connection or self._open()
        message = EmailMultiAlternatives(email.subject, email.text, to=[email.to], headers=email.headers)
        if email.html:
            message.attach_alternative(email.html, "text/html")
        if email.calendar:
            message.attach("meeting.ics", email.calendar, email.calendar_type)
        try:
            connection.send_messages([message])
        except FAILURES as error:
            self.close()  # it may be broken: the next mail opens another
            raise MailNotSentError(_reason(error)) from error

    def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> BaseEmailBackend:
        connection: BaseEmailBackend = get_connection()
        try:
            connection.open()
        except FAILURES as error:
            raise NoMailServerError(_reason(error)) from error
        self._connection = connection
        return connection


def _reason(error: Exception) -> str:
    """Return the kind of failure. A server's own words may quote the mail: only its code is kept."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
