"""Selectors of the outbox, of notifications and of mail rhythms."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Func, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.module_loading import import_string

from profiles.choices import Rhythm
from profiles.models import MailSwitch, Notice, OutboxMail, StoppedAddress, User
from profiles.models.leased_row import LeasedRows
from profiles.notice_kinds import ACCOUNT, CATEGORIES, KINDS, MAIL_CHECKS


@dataclass(frozen=True)
class OutboxState:
    waiting: int
    oldest_at: datetime | None
    parked: int


def waiting_mails() -> LeasedRows:
    """Return the mails that the worker has still to send, oldest first."""
    return OutboxMail.objects.filter(sent_at__isnull=True, parked_at__isnull=True).order_by("due_at", "pk")


def due_mails(*, at: datetime) -> LeasedRows:
    return waiting_mails().filter(due_at__lte=at)


def unsent_mails() -> "QuerySet[OutboxMail]":
    return OutboxMail.objects.filter(sent_at__isnull=True)


def still_holds(mail: OutboxMail, *, at: datetime) -> bool:
    """Tell whether a mail that has waited may still be sent: what it offers stands, its reader wants it."""
    kind = KINDS.get(mail.kind)
    if kind and kind.holds and not import_string(kind.holds)(mail.key.split(":")[1], at=at):
        return False
    if kind is None or not mail.unsubscribe_token:
        return True
    is_gone = kind.sentence is not None and not Notice.objects.filter(key=mail.key).exists()
    switches = MailSwitch.objects.filter(token=mail.unsubscribe_token, user__email__iexact=mail.recipient)
    wanted = switches.filter(user__is_active=True).exclude(rhythm=Rhythm.OFF).select_related("user").first()
    return not is_gone and wanted is not None and all(check(mail, wanted.user) for check in MAIL_CHECKS)


def parked_mails() -> "QuerySet[OutboxMail]":
    """Return the mails that failed too often and wait for a hand, without their words."""
    return (
        OutboxMail.objects.filter(parked_at__isnull=False)
        .defer("subject", "body")
        .order_by("parked_at", "pk")
    )


def outbox_state() -> OutboxState:
    oldest: datetime | None = waiting_mails().aggregate(oldest=Min("created_at"))["oldest"]
    return OutboxState(waiting=waiting_mails().count(), oldest_at=oldest, parked=parked_mails().count())


def is_stopped(email: str) -> bool:
    return StoppedAddress.objects.filter(email=email.lower()).exists()


def notices_of(user: User) -> "QuerySet[Notice]":
    """Return a person's notifications of registered kinds, newest first."""
    return Notice.objects.filter(user=user, kind__in=list(KINDS)).order_by("-created_at", "-pk")


def notices_leading_to(path: str, user_id: int) -> "QuerySet[Notice]":
    """Return the unread notices of an account that opening a page marks as read, the newest first."""
    stays = Q(kind__in=[kind.code for kind in KINDS.values() if not kind.is_read_on_visit])
    return Notice.objects.filter(~stays, user=user_id, path=path, read_at=None).order_by("-pk")


def with_unread_notices(users: "QuerySet[User]") -> "QuerySet[User]":
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at__isnull=True).order_by()
    # By `Func`, as Django's `Count` would group the rows, and give none where there are no notices.
    counted = unread.values(count=Func("pk", function="COUNT", output_field=IntegerField()))
    return users.annotate(unread_notices=Subquery(counted))


def stoppable_switches() -> "QuerySet[MailSwitch]":
    return MailSwitch.objects.exclude(category=ACCOUNT.code).select_related("user")


def rhythms_of(user: User) -> dict[str, Rhythm]:
    chosen = dict(MailSwitch.objects.filter(user=user).values_list("category", "rhythm"))
    return {code: Rhythm(chosen.get(code, category.rhythms[0])) for code, category in CATEGORIES.items()}
