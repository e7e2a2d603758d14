"""Telling a person what happened: on the page of notices, and by mail unless it is switched off.

Both rows are written in the transaction of what they tell, under a key of their own: whatever dies, nothing
is told twice and nothing is lost.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from profiles.events import Category, EventKind, Rhythm
from profiles.models import Investor, Membership, Notice, Startup, User
from profiles.notifications.kinds import CATEGORY_OF, EVENTS
from profiles.notifications.selectors import is_stopped, notices_leading_to
from profiles.notifications.services import outbox, switches


@dataclass(frozen=True)
class PersonalWords:
    """What the mail to one person says beside what it says to all: words, and a calendar entry."""

    words: Mapping[str, object] = field(default_factory=dict)
    calendar: str = ""


@transaction.atomic
def tell_person(
    kind: EventKind,
    user: User,
    *,
    path: str,
    event: str,
    at: datetime,
    words: Mapping[str, object],
    calendar: str = "",
) -> None:
    """Tell one person, if the caller's transaction commits. `words` are what the mail of the kind names.

    `event` names the record that this tells of: the same event is told to the same person once. A closed
    account is told nothing.
    """
    if not user.is_active:
        return
    key = f"{event}:{user.pk}"
    if EVENTS[kind].sentence is not None:
        notice = Notice(user=user, kind=kind, key=f"{kind}:{key}", path=path, created_at=at)
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if EVENTS[kind].mail is not None:
        _mail(kind, user, path=path, key=key, at=at, words=words, calendar=calendar)


def _mail(
    kind: EventKind,
    user: User,
    *,
    path: str,
    key: str,
    at: datetime,
    words: Mapping[str, object],
    calendar: str,
) -> None:
    """Leave a mail to the worker, unless the person or a returned mail has stopped such mails."""
    category = CATEGORY_OF[kind]
    switch = switches.switch_of(user, category)
    if category is not Category.ACCOUNT and (switch.rhythm == Rhythm.OFF or is_stopped(user.email)):
        return
    outbox.enqueue(
        kind,
        to=user.email,
        language=user.language,
        key=key,
        at=at,
        context={"link": settings.SITE_URL.rstrip("/") + path, **words},
        unsubscribe_token="" if category is Category.ACCOUNT else switch.token,
        calendar=calendar,
    )


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Note that its reader has opened it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def mark_seen(newest: Notice, *, at: datetime) -> None:
    """Note that its reader has opened the page to which it leads: it, and what led there before, is read."""
    notices_leading_to(newest.path, newest.user_id).filter(pk__lte=newest.pk).update(read_at=at)


def mark_told(user: User, *, kind: EventKind, path: str, at: datetime) -> None:
    """Note that the person has seen what the notices of a kind lead to."""
    Notice.objects.filter(user=user, kind=kind, path=path, read_at__isnull=True).update(read_at=at)


def mark_settled(
    company: Startup | Investor, *, kinds: Collection[EventKind], path: str, at: datetime
) -> None:
    """Note for a company's people that what these notices ask for is done, by whomever."""
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
