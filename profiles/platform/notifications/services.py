"""Telling people: notices on the site, mails through the outbox, and how often mails come."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from profiles.choices import Rhythm
from profiles.integrations.mail import MailNotSentError, MailServer, NoMailServerError
from profiles.models import (
    Investor,
    MailSwitch,
    Membership,
    Notice,
    OutboxMail,
    Startup,
    StoppedAddress,
    User,
)
from profiles.notice_kinds import ACCOUNT, CATEGORIES, KINDS, Category
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.notifications.kinds import MAIL_LIMIT, MAILED
from profiles.platform.notifications.selectors import due_mails, is_stopped, notices_leading_to, parked_mails
from profiles.signals import mail_enqueued, person_told
from profiles.validators import unlinked

# Mail programs drop style sheets; nothing is fetched from anywhere.
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def html_of(subject: str, text: str, *, language: str) -> str:
    """Return the mail as a page in the direction of its language; addresses in the text become links."""
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    with override(language):
        context = {"subject": subject, "text": text, "language": language, "direction": direction}
        return INLINER.inline(render_to_string("platform/notifications/email/frame.html", context))


logger = logging.getLogger(__name__)

BATCH = 50  # mails that one call sends; the worker has other work too
LEASE = timedelta(minutes=2)  # longer than a mail server may take over one mail
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
OUTAGE_PAUSE = timedelta(seconds=30)  # while the server cannot be reached, one mail in so long tries
WAIT = timedelta(minutes=1)  # of a mail whose reason may be taken back
MOST_ATTEMPTS = 12  # together more than five hours
KEPT = timedelta(days=90)  # for which it stays known to whom a mail went
KILLED = "Every attempt ended without a word: the worker was killed."
# By whose act mails are written: an account or a company. Nobody's, where the machine acts.
SENDER: ContextVar[Callable[[], Any]] = ContextVar("sender", default=lambda: None)


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


@contextmanager
def sent_by(who: Callable[[], Any]) -> Iterator[None]:
    """Count the mails that are written meanwhile for this account or company."""
    before = SENDER.set(who)
    try:
        yield
    finally:
        SENDER.reset(before)


def enqueue(
    message: Message, *, to: str, language: str, unsubscribe_token: str = "", is_limited: bool = True
) -> None:
    """Write a message's mail in a language. With a token the reader can stop mails of its category."""
    kind = KINDS[message.kind]
    with override(language):
        link = str(settings.SITE_URL).rstrip("/") + message.path
        words = {
            name: unlinked(value) if isinstance(value, str) else value
            for name, value in message.context.items()
        }
        parts = [str(kind.body) % words, f"{kind.act}:\n{link}"]
        if unsubscribe_token:
            said = {"category": kind.category.label, "link": stop_link(unsubscribe_token)}
            parts.append(_("Stop emails about “%(category)s”: %(link)s") % said)
        mail = OutboxMail(
            key=f"{message.kind}:{message.event}",
            kind=message.kind,
            recipient=to,
            language=language,
            subject=str(kind.subject) % words,
            body="\n\n".join(parts) + "\n",
            calendar=message.calendar,
            unsubscribe_token=unsubscribe_token,
            created_at=message.at,
        )
    write(mail, is_limited=is_limited)


@transaction.atomic
def write(mail: OutboxMail, *, is_limited: bool = True) -> None:
    """Leave a mail to the worker, if the caller's transaction commits. A key is written once.

    A mail that waits gives way to an equal one. What a sender brings beyond the limit is not written.
    """
    waits = KINDS[mail.kind].waits
    equal = OutboxMail.objects.filter(kind=mail.kind, recipient=mail.recipient, body=mail.body, attempts=0)
    is_replaced = waits and equal.filter(sent_at=None).delete()[0]
    if is_limited and not is_replaced and _is_one_too_many(mail):
        return
    mail.subject = " ".join(mail.subject.split())
    mail.due_at = mail.created_at + (WAIT if waits else timedelta())
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)
    mail_enqueued.send(sender=OutboxMail)


def _is_one_too_many(mail: OutboxMail) -> bool:
    """Count a mail for its sender and its reader; tell whether the sender has brought the reader enough."""
    sender = SENDER.get()()
    account = sender if isinstance(sender, User) else None
    if sender is None or sender.pk is None or (account and account.email.lower() == mail.recipient.lower()):
        return False
    membership = getattr(account, "membership", None)
    company = membership.company if membership else None if account else sender
    try:
        limits.take_token(
            MAIL_LIMIT, account=account, company=company, reader=mail.recipient, at=mail.created_at
        )
    except limits.LimitReachedError:
        return True
    return False


def take_back(kind: str, *, event: str) -> None:
    """Drop the mails that wait to tell of what is no more. `event` is what their events begin with."""
    OutboxMail.objects.filter(key__startswith=f"{kind}:{event}:", sent_at=None).delete()


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


def email_of(mail: OutboxMail) -> EmailMultiAlternatives:
    """Return the mail as it goes out: its text, the same text as a page, and an entry for the calendar.

    Its Message-ID is the same at every attempt, so that who gets a mail twice can tell.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message_id = f"<{sha256(mail.key.encode()).hexdigest()[:32]}@{domain}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_token:  # a POST to the link stops mails of this kind (RFC 8058)
        headers["List-Unsubscribe"] = f"<{stop_link(mail.unsubscribe_token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email = EmailMultiAlternatives(mail.subject, mail.body, to=[mail.recipient], headers=headers)
    email.attach_alternative(html_of(mail.subject, mail.body, language=mail.language), "text/html")
    if mail.calendar:  # the method lets mail programs offer a button
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        email.attach("meeting.ics", mail.calendar, f"text/calendar; method={method}")
    return email


def claim(*, at: datetime) -> OutboxMail | None:
    """Lease the oldest due mail and return it; None when there is none for us."""
    due_mails(at=at).filter(attempts__gte=MOST_ATTEMPTS).update(parked_at=at, last_error=KILLED)
    mail: OutboxMail | None = due_mails(at=at).claim(until=at + LEASE)
    return mail


def fail(mail: OutboxMail, *, error: str, at: datetime) -> None:
    """Keep the reason and let the mail wait, longer each time; park what failed too often."""
    logger.warning("Mail %s not sent, attempt %s: %s", mail.pk, mail.attempts, error)
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    hopeless = at if mail.attempts >= MOST_ATTEMPTS else None
    mail.release(until=at + pause, parked_at=hopeless, last_error=error[:200])


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


def forget_readers_of(kind: str, *, but: Collection[str]) -> None:
    """Forget to whom the mails of a kind went, and write no more of them, except for these events."""
    keys = [f"{kind}:{event}" for event in but]
    over = OutboxMail.objects.filter(kind=kind).exclude(recipient="").exclude(key__in=keys)
    over.filter(sent_at__isnull=True).delete()
    over.update(recipient="", language="")


@transaction.atomic
def retry(mail: OutboxMail, *, by: User, at: datetime) -> None:
    """Take a parked mail up again."""
    again = parked_mails().filter(pk=mail.pk).update(parked_at=None, attempts=0, due_at=at, last_error="")
    if again:
        audit.record(MAILED, subject=f"mail:{mail.pk}", by=by, at=at)
        mail_enqueued.send(sender=OutboxMail)


class NotOfferedError(Exception):
    """Mails of this category cannot come in this rhythm."""


def switch_of(user: User, category: Category) -> MailSwitch:
    """Return the person's switch, made as it is by default where there is none yet."""
    switch, _made = MailSwitch.objects.get_or_create(
        user=user, category=category.code, defaults={"rhythm": category.rhythms[0]}
    )
    return switch


@transaction.atomic
def choose(user: User, *, rhythms: dict[str, Rhythm]) -> None:
    """Store how often mails of these categories come.

    Raises:
        NotOfferedError: for a rhythm that the category does not offer.
    """
    for code, rhythm in rhythms.items():
        category = CATEGORIES[code]
        if rhythm not in category.rhythms:
            raise NotOfferedError
        switch = switch_of(user, category)
        MailSwitch.objects.filter(pk=switch.pk).update(rhythm=rhythm)


def stop(switch: MailSwitch) -> None:
    """Switch the mails off that a link was clicked in. What can not be switched off has no such link."""
    MailSwitch.objects.filter(pk=switch.pk).exclude(category=ACCOUNT.code).update(rhythm=Rhythm.OFF)


@transaction.atomic
def keep_only(switch: MailSwitch) -> None:
    """Stop all mails of a switch's person but those of which somebody else waits for an answer."""
    for category in CATEGORIES.values():
        if Rhythm.OFF in category.rhythms and not category.others_wait:
            own = switch_of(switch.user, category)
            MailSwitch.objects.filter(pk=own.pk).update(rhythm=Rhythm.OFF)


def stop_address(email: str, *, reason: str, at: datetime) -> None:
    """Send nothing but security mails to an address that mails come back from; the first reason is kept."""
    StoppedAddress.objects.get_or_create(email=email.lower(), defaults={"reason": reason[:40], "at": at})


def resume_address(email: str) -> None:
    """Try an address again, because its owner says that mails arrive."""
    StoppedAddress.objects.filter(email=email.lower()).delete()


@transaction.atomic
def notify(user: User, message: Message) -> None:
    """Tell one person, if the caller's transaction commits. A closed account is told nothing."""
    if not user.is_active:
        return
    person_told.send(sender=User, user=user, message=message)
    message = replace(message, event=f"{message.event}:{user.pk}")
    kind = KINDS[message.kind]
    if kind.sentence is not None:
        notice = Notice(
            user=user,
            kind=kind.code,
            key=f"{kind.code}:{message.event}",
            path=message.path,
            created_at=message.at,
        )
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if not kind.body:
        return
    switch = switch_of(user, kind.category)
    if kind.category == ACCOUNT:
        enqueue(message, to=user.email, language=user.language, is_limited=False)
    elif switch.rhythm != Rhythm.OFF and not is_stopped(user.email):
        enqueue(message, to=user.email, language=user.language, unsubscribe_token=switch.token)


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Note that its reader has opened it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def mark_seen(newest: Notice, *, at: datetime) -> None:
    """Note that its reader has opened the page to which it leads: it, and what led there before, is read."""
    notices_leading_to(newest.path, newest.user_id).filter(pk__lte=newest.pk).update(read_at=at)


def mark_told(user: User, *, kind: str, path: str, at: datetime) -> None:
    """Note that the person has seen what the notices of a kind lead to."""
    Notice.objects.filter(user=user, kind=kind, path=path, read_at__isnull=True).update(read_at=at)


def mark_settled(company: Startup | Investor, *, kinds: Collection[str], path: str, at: datetime) -> None:
    """Mark these notices as read for all members, because one of them has acted on them."""
    people = Membership.objects.filter(**{company.side: company}).values("user")
    asked = Notice.objects.filter(user__in=people, kind__in=kinds, path=path, read_at__isnull=True)
    asked.update(read_at=at)


def forget_leading_to(public_ids: Collection[str]) -> None:
    """Delete everybody's notices that lead to pages of these, which are gone."""
    gone = Q(pk__in=[])
    for public_id in public_ids:
        gone |= Q(path__contains=f"/{public_id}/")
    Notice.objects.filter(gone).delete()


def mark_all_read(user: User, *, at: datetime) -> int:
    """Note that the person has seen everything up to now; return how many were new."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True, created_at__lte=at)
    return unread.update(read_at=at)
