"""The mail server: one connection, one mail at a time.

Only the outbox sends (profiles/platform/notifications).
"""

import smtplib

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# ValueError: a subject with a line break, or an address that no header can carry.
FAILURES = (OSError, smtplib.SMTPException, ValueError)


class MailNotSentError(Exception):
    """The mail server did not take the mail; the message says why, without a word of the mail."""


class NoMailServerError(MailNotSentError):
    """The mail server cannot be reached: the next mail would fare no better."""


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
        try:
            connection.send_messages([email])
        except FAILURES as error:
            self.close()  # it may be broken: the next mail opens another
            raise MailNotSentError(_reason(error)) from error

    def close(self) -> None:
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
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
