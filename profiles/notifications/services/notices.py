"""Notifying a person: on the page of notices, and by mail unless it is switched off.

Both rows are written in the transaction of what they tell, under a key of their own: nothing is told twice
and nothing is lost, whatever is killed.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from profiles.choices import Rhythm
from profiles.models import Investor, Membership, Notice, Startup, User
from profiles.notice_kinds import ACCOUNT, KINDS
from profiles.notifications.selectors import is_stopped, notices_leading_to
from profiles.notifications.services import outbox, switches
from profiles.notifications.services.outbox import Message


@transaction.atomic
def notify(user: User, message: Message) -> None:
    """Tell one person, if the caller's transaction commits. A closed account is told nothing."""
    if not user.is_active:
        return
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
    switch = switches.switch_of(user, kind.category)
    if kind.category == ACCOUNT:
        outbox.enqueue(message, to=user.email, language=user.language)
    elif switch.rhythm != Rhythm.OFF and not is_stopped(user.email):
        outbox.enqueue(message, to=user.email, language=user.language, unsubscribe_token=switch.token)


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
