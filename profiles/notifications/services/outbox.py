"""Mails: written in the transaction of what they tell about, sent by the worker, tried again when that fails.

A view never waits for a mail server. docs/decisions/0011-mails-are-rows.md says what is promised.
"""

import logging
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from profiles.audit import services as audit
from profiles.integrations.mail import EmailMessage, MailNotSentError, MailServer, NoMailServerError
from profiles.models import OutboxMail, User
from profiles.notice_kinds import KINDS
from profiles.notifications.html import html_of
from profiles.notifications.kinds import MAILED
from profiles.notifications.selectors import due_mails, parked_mails
from profiles.signals import mail_enqueued

logger = logging.getLogger(__name__)

BATCH = 50  # mails that one call sends; the worker has other work too
LEASE = timedelta(minutes=2)  # longer than a mail server may take over one mail
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
OUTAGE_PAUSE = timedelta(seconds=30)  # while the server cannot be reached, one mail in so long tries
MOST_ATTEMPTS = 12  # together more than five hours
KEPT = timedelta(days=90)  # for which it stays known to whom a mail went
KILLED = "Every attempt ended without a word: the worker was killed."


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is told: its kind, the path that it leads to, and what the texts of its mail name.

    `event` names the record that it tells of: the same event is told to the same person once. `calendar`: an
    entry that is attached.
    """

    kind: str
    path: str
    event: str
    at: datetime
    context: Mapping[str, object] = field(default_factory=dict)
    calendar: str = ""


def enqueue(message: Message, *, to: str, language: str, unsubscribe_token: str = "") -> None:
    """Write a message's mail in a language. With a token the reader can stop mails of its category."""
    kind = KINDS[message.kind]
    with override(language):
        link = str(settings.SITE_URL).rstrip("/") + message.path
        parts = [str(kind.body) % message.context, f"{kind.act}:\n{link}"]
        if unsubscribe_token:
            parts.append(_("No more mails like this: %(link)s") % {"link": stop_link(unsubscribe_token)})
        mail = OutboxMail(
            key=f"{message.kind}:{message.event}",
            kind=message.kind,
            recipient=to,
            language=language,
            subject=str(kind.subject) % message.context,
            body="\n\n".join(parts) + "\n",
            calendar=message.calendar,
            unsubscribe_token=unsubscribe_token,
            created_at=message.at,
        )
    write(mail)


@transaction.atomic
def write(mail: OutboxMail) -> None:
    """Leave a mail to the worker, if the caller's transaction commits. A key is written once."""
    mail.subject = " ".join(mail.subject.split())
    mail.due_at = mail.created_at
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)
    mail_enqueued.send(sender=OutboxMail)


def stop_link(token: str) -> str:
    """Return the address that stops mails: short, or mail programs do not offer its button."""
    return str(settings.SITE_URL).rstrip("/") + reverse("unsubscribe", args=[token])


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` due mails over one connection and return how many went out.

    Safe in any number of workers at once: each mail is leased by one. Killed between sending and marking, a
    worker leaves a mail that goes out once more when its lease ends.
    """
    begun, sent = time.monotonic(), 0
    with closing(MailServer()) as server:
        for _attempt in range(limit):
            now = at + timedelta(seconds=time.monotonic() - begun)
            mail = claim(at=now)
            if mail is None:
                break
            try:
                server.deliver(email_of(mail))
            except NoMailServerError as error:
                fail(mail, error=str(error), at=now)
                due_mails(at=now + OUTAGE_PAUSE).update(due_at=now + OUTAGE_PAUSE)
                break
            except MailNotSentError as error:
                fail(mail, error=str(error), at=now)
            else:
                _mark_sent(mail, at=now)
                sent += 1
    return sent


def email_of(mail: OutboxMail) -> EmailMessage:
    """Return the mail as it goes out: its text, and the same text as a page."""
    token = mail.unsubscribe_token
    return EmailMessage(
        mail.key,
        mail.recipient,
        mail.subject,
        mail.body,
        html=html_of(mail.subject, mail.body, language=mail.language),
        stop_link=stop_link(token) if token else "",
        calendar=mail.calendar,
    )


@transaction.atomic
def claim(*, at: datetime) -> OutboxMail | None:
    """Lease the oldest due mail and return it; None when there is none for us."""
    due_mails(at=at).filter(attempts__gte=MOST_ATTEMPTS).update(parked_at=at, last_error=KILLED)
    mail = due_mails(at=at).select_for_update(no_key=True, skip_locked=True).first()
    if mail is None:
        return None
    # The condition is part of the update: of two workers exactly one takes the mail.
    mine = due_mails(at=at).filter(pk=mail.pk, attempts=mail.attempts)
    if not mine.update(due_at=at + LEASE, attempts=F("attempts") + 1):
        return None
    mail.attempts += 1
    return mail


def fail(mail: OutboxMail, *, error: str, at: datetime) -> None:
    """Keep the reason and let the mail wait, longer each time; park what failed too often."""
    logger.warning("Mail %s not sent, attempt %s: %s", mail.pk, mail.attempts, error)
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    hopeless = at if mail.attempts >= MOST_ATTEMPTS else None
    mine = OutboxMail.objects.filter(pk=mail.pk, attempts=mail.attempts, sent_at__isnull=True)
    mine.update(due_at=at + pause, parked_at=hopeless, last_error=error[:200])


def _mark_sent(mail: OutboxMail, *, at: datetime) -> None:
    """Note that the mail went out, whoever holds the lease by now, and forget its words."""
    OutboxMail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(
        sent_at=at, parked_at=None, subject="", body="", calendar="", last_error=""
    )


def count_as_sent(recipients: Collection[str], *, before: datetime) -> int:
    """Take mails of an invented past for sent when they were written; return how many."""
    unsent = OutboxMail.objects.filter(recipient__in=recipients, created_at__lte=before, sent_at=None)
    return unsent.update(sent_at=F("created_at"), subject="", body="", calendar="")


def forget_readers(*, at: datetime) -> int:
    """Forget to whom old mails went; return how many. The keys stay, so that nothing is told twice."""
    old = OutboxMail.objects.filter(sent_at__lt=at - KEPT).exclude(recipient="")
    return old.update(recipient="", language="")


@transaction.atomic
def retry(mail: OutboxMail, *, by: User, at: datetime) -> None:
    """Take a parked mail up again."""
    again = parked_mails().filter(pk=mail.pk).update(parked_at=None, attempts=0, due_at=at, last_error="")
    if again:
        audit.record(MAILED, subject=f"mail:{mail.pk}", by=by, at=at)
        mail_enqueued.send(sender=OutboxMail)
