"""Telling people: notices on the site, mails through the outbox, and how often mails come."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import reduce
from hashlib import sha256
from operator import or_
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
from profiles.notice_kinds import ACCOUNT, CATEGORIES, KINDS, Category, mailed_name, reply_way
from profiles.platform import leases
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.memberships import membership_of
from profiles.platform.notifications.kinds import MAIL_LIMIT, MAILED
from profiles.platform.notifications.selectors import (
    due_mails,
    is_stopped,
    notices_leading_to,
    parked_mails,
    still_holds,
    unsent_mails,
)
from profiles.signals import mail_enqueued, person_told
from profiles.validators import unlinked

# Mail programs drop style sheets; nothing is fetched from anywhere.
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def html_of(subject: str, text: str, *, language: str) -> str:
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
KEPT = timedelta(days=90)  # for which the recipient of an email is stored
KILLED = "Every attempt ended without a word: the worker was killed."
# By whose act mails are written: an account or a company. No one's, where the machine acts.
SENDER: ContextVar[Callable[[], Any]] = ContextVar("sender", default=lambda: None)


@dataclass(frozen=True, kw_only=True)
class Message:
    """A notification: its kind, its path, and the context of its mail.

    `event` names the record; the same event notifies a person once. `calendar`: an attachment. `about`: what
    its path leads to, as the reader may call it. `reply`: an address to reply to, and a sentence about it.
    """

    kind: str
    path: str
    event: str
    at: datetime
    context: Mapping[str, object] = field(default_factory=dict)
    calendar: str = ""
    about: str = ""
    reply: tuple[str, str] = ("", "")


@contextmanager
def sent_by(who: Callable[[], Any]) -> Iterator[None]:
    before = SENDER.set(who)
    try:
        yield
    finally:
        SENDER.reset(before)


def enqueue(
    message: Message, *, to: str, language: str, switch: MailSwitch | None = None, is_limited: bool = True
) -> None:
    """Write a mail. Without `switch`, its reader may be someone without an account."""
    kind = KINDS[message.kind]
    reply_to, how_to_reply = message.reply
    is_stoppable = switch is not None and kind.category != ACCOUNT
    unsubscribe_token = switch.token if switch and is_stoppable else ""
    with override(language):
        link = str(settings.SITE_URL).rstrip("/") + message.path
        words = dict(message.context)
        for name, value in message.context.items():
            if isinstance(value, str):
                words[name] = unlinked(value)
        parts = [str(kind.body) % words, f"{kind.act}{_(': ').strip()}\n{link}"]
        subject = str(kind.subject) % words
        if message.about and message.about not in message.context.values():
            about = {"name": unlinked(message.about)}
            parts.insert(0, _("About: %(name)s") % about)
            subject = _("%(subject)s (%(name)s)") % {"subject": subject, **about}
        if how_to_reply:
            parts.append(how_to_reply)
        parts.append(reason_of(kind.category, switch))
        if unsubscribe_token:
            context = {"category": kind.category.label, "link": stop_link(unsubscribe_token)}
            parts.append(_("Stop emails about “%(category)s”: %(link)s") % context)
        mail = OutboxMail(
            key=f"{message.kind}:{message.event}",
            kind=message.kind,
            recipient=to,
            language=language,
            subject=subject,
            body="\n\n".join(parts) + "\n",
            calendar=message.calendar,
            unsubscribe_token=unsubscribe_token,
            reply_to=reply_to,
            created_at=message.at,
        )
    write(mail, is_limited=is_limited)


def reason_of(category: Category, switch: MailSwitch | None) -> str:
    """Return why someone gets a mail, in one line with the link to change it."""
    site = str(settings.SITE_URL).rstrip("/")
    if switch is None:
        link = site + reverse("contact")
        return _(
            "Why you get this: someone entered your email address on Corridor. Write to us: %(link)s"
        ) % {"link": link}
    membership = None if switch.user.works_here else membership_of(switch.user)
    who = _("you are on the staff of this site") if switch.user.works_here else _("you have an account here")
    if membership:
        who = _("you belong to %(company)s") % {"company": unlinked(membership.company.name)}
    params = {
        "who": who,
        "category": category.label,
        "rhythm": Rhythm(switch.rhythm).label,
        "link": site + reverse("mail_settings"),
    }
    if Rhythm.OFF not in category.rhythms:
        return (
            _(
                "Why you get this: %(who)s, and emails about “%(category)s” cannot be switched off. See: "
                "%(link)s"
            )
            % params
        )
    return (
        _("Why you get this: %(who)s, and “%(category)s” is set to “%(rhythm)s”. Change this: %(link)s")
        % params
    )


@transaction.atomic
def write(mail: OutboxMail, *, is_limited: bool = True) -> None:
    """Leave a mail to the worker, if the caller's transaction commits. A key is written once."""
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


def take_back(kind: str, *, event: str) -> int:
    return OutboxMail.objects.filter(key__startswith=f"{kind}:{event}:", sent_at=None).delete()[0]


def take_back_from(user: User) -> None:
    """Delete the waiting mails to a person that can be switched off: they name what the person has left."""
    unsent_mails().filter(unsubscribe_token__in=user.mail_switches.values("token")).delete()


def take_back_about(public_ids: Iterable[str], *, to: Startup | Investor) -> None:
    """Delete the waiting mails to a company that lead to these, but for those that end an appointment."""
    leads = reduce(or_, (Q(body__contains=f"/{each}/") for each in public_ids), Q(pk__in=[]))
    people = MailSwitch.objects.filter(**{f"user__membership__{to.side}": to}).values("token")
    mails = unsent_mails().filter(leads, unsubscribe_token__in=people)
    mails.exclude(calendar__contains="METHOD:CANCEL").delete()


def stop_link(token: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + reverse("unsubscribe", args=[token])


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` due mails over one connection and return how many went out."""
    begun, sent = time.monotonic(), 0
    with closing(MailServer()) as server:
        for _attempt in range(limit):
            now = at + timedelta(seconds=time.monotonic() - begun)
            mail = claim(at=now)
            if mail is None:
                break
            if not still_holds(mail, at=now):
                mail.delete()
                continue
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
    """Return the mail as it goes out: its text, the same text as a page, and an entry for the calendar."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message_id = f"<{sha256(mail.key.encode()).hexdigest()[:32]}@{domain}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_token:  # a POST to the link stops mails of this kind (RFC 8058)
        headers["List-Unsubscribe"] = f"<{stop_link(mail.unsubscribe_token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    reply_to = [mail.reply_to] if mail.reply_to else None
    email = EmailMultiAlternatives(
        mail.subject, mail.body, to=[mail.recipient], reply_to=reply_to, headers=headers
    )
    email.attach_alternative(html_of(mail.subject, mail.body, language=mail.language), "text/html")
    if mail.calendar:  # the method lets mail programs offer a button
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        email.attach("meeting.ics", mail.calendar, f"text/calendar; method={method}")
    return email


def claim(*, at: datetime) -> OutboxMail | None:
    """Lease the oldest due mail and return it; None when there is none for us."""
    due_mails(at=at).filter(attempts__gte=MOST_ATTEMPTS).update(parked_at=at, last_error=KILLED)
    mail: OutboxMail | None = leases.claim(due_mails(at=at), until=at + LEASE)
    return mail


def fail(mail: OutboxMail, *, error: str, at: datetime) -> None:
    logger.warning("Mail %s not sent, attempt %s: %s", mail.pk, mail.attempts, error)
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    hopeless = at if mail.attempts >= MOST_ATTEMPTS else None
    leases.release(mail, until=at + pause, parked_at=hopeless, last_error=error[:200])


def _mark_sent(mail: OutboxMail, *, at: datetime) -> None:
    OutboxMail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(
        sent_at=at, parked_at=None, subject="", body="", calendar="", reply_to="", last_error=""
    )


def count_as_sent(recipients: Collection[str], *, before: datetime) -> int:
    unsent = OutboxMail.objects.filter(recipient__in=recipients, created_at__lte=before, sent_at=None)
    return unsent.update(sent_at=F("created_at"), subject="", body="", calendar="", reply_to="")


def forget_readers(*, at: datetime) -> int:
    """Erase the recipients of old mails; return how many. The keys stay, so that nothing is sent twice."""
    old = OutboxMail.objects.filter(sent_at__lt=at - KEPT).exclude(recipient="")
    return old.update(recipient="", language="")


def forget_readers_of(kind: str, *, but: Collection[str]) -> None:
    keys = [f"{kind}:{event}" for event in but]
    over = OutboxMail.objects.filter(kind=kind).exclude(recipient="").exclude(key__in=keys)
    over.filter(sent_at__isnull=True).delete()
    over.update(recipient="", language="")


@transaction.atomic
def retry(mail: OutboxMail, *, by: User, at: datetime) -> None:
    again = parked_mails().filter(pk=mail.pk).update(parked_at=None, attempts=0, due_at=at, last_error="")
    if again:
        audit.record(MAILED, subject=f"mail:{mail.pk}", by=by, at=at)
        mail_enqueued.send(sender=OutboxMail)


class NotOfferedError(Exception):
    """Mails of this category cannot come in this rhythm."""


def switch_of(user: User, category: Category) -> MailSwitch:
    switch, _made = MailSwitch.objects.get_or_create(
        user=user, category=category.code, defaults={"rhythm": category.rhythms[0]}
    )
    switch.user = user
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
    MailSwitch.objects.filter(pk=switch.pk).exclude(category=ACCOUNT.code).update(rhythm=Rhythm.OFF)


@transaction.atomic
def keep_only(switch: MailSwitch) -> None:
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
    """Notify one person if the caller's transaction commits. Closed accounts are skipped."""
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
        enqueue(message, to=user.email, language=user.language, switch=switch, is_limited=False)
    elif switch.rhythm != Rhythm.OFF and not is_stopped(user.email):
        with override(user.language):
            message = replace(message, about=mailed_name(message.path, user), reply=reply_way(user, message))
        enqueue(message, to=user.email, language=user.language, switch=switch)


def mark_read(notice: Notice, *, at: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def mark_seen(newest: Notice, *, at: datetime) -> None:
    notices_leading_to(newest.path, newest.user_id).filter(pk__lte=newest.pk).update(read_at=at)


def mark_notified(user: User, *, kind: str, path: str, at: datetime) -> None:
    Notice.objects.filter(user=user, kind=kind, path=path, read_at__isnull=True).update(read_at=at)


def mark_settled(company: Startup | Investor, *, kinds: Collection[str], path: str, at: datetime) -> None:
    """Mark these notices as read for all members, because one of them has acted on them."""
    people = Membership.objects.filter(**{company.side: company}).values("user")
    asked = Notice.objects.filter(user__in=people, kind__in=kinds, path=path, read_at__isnull=True)
    asked.update(read_at=at)


def forget_leading_to(public_ids: Collection[str]) -> None:
    gone = Q(pk__in=[])
    for public_id in public_ids:
        gone |= Q(path__contains=f"/{public_id}/")
    Notice.objects.filter(gone).delete()


def mark_all_read(user: User, *, at: datetime) -> int:
    unread = Notice.objects.filter(user=user, read_at__isnull=True, created_at__lte=at)
    return unread.update(read_at=at)
