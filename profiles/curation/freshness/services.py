"""Profiles grow old: their owner is asked once, and what no one confirms leaves the lists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from profiles.companies.steps.kinds import EDIT_LIMIT
from profiles.companies.steps.services import answer_fresh
from profiles.curation.freshness.kinds import CONFIRMED, LEFT_LISTS, STILL_TRUE
from profiles.models import SIDES, Investor, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles, notify_changed
from profiles.platform.limits import services as limits
from profiles.platform.notifications.services import Message

BATCH = 100  # profiles of a side that one task looks at


def ask_and_unlist(*, at: datetime) -> None:
    for company in list(_due(_to_ask(at))):
        _ask(company, at=at)
    for company in list(_due(_to_unlist(at))):
        _unlist(company, at=at)


def _due(rule: Q) -> Iterator[Startup | Investor]:
    for model in SIDES.values():
        yield from model._default_manager.published().filter(rule, is_demo=False).order_by("pk")[:BATCH]


def _to_ask(at: datetime) -> Q:
    before = at - timedelta(days=settings.FRESH_DAYS)
    unedited = Q(submitted_at__isnull=True) | Q(submitted_at__lte=before)
    confirmed = Q(confirmed_on__lte=before.date()) | Q(confirmed_on__isnull=True, changed_at__lte=before)
    return Q(fresh_asked_at__isnull=True) & confirmed & unedited


def _to_unlist(at: datetime) -> Q:
    return Q(fresh_asked_at__lte=at - timedelta(days=settings.FRESH_ANSWER_DAYS))


@transaction.atomic
def _ask(company: Startup | Investor, *, at: datetime) -> None:
    """Ask one company's people once, unless it was asked or confirmed a moment ago."""
    if not _change(company, _to_ask(at), fresh_asked_at=at):
        return
    _record(company, by=None, at=at, done="asked")
    _notify(STILL_TRUE, company, at=at)


@transaction.atomic
def _unlist(company: Startup | Investor, *, at: datetime) -> None:
    if not _change(company, _to_unlist(at), stale_at=at):
        return
    _record(company, by=None, at=at, done="left")
    notify_changed(company, at=at)
    _notify(LEFT_LISTS, company, at=at)


@transaction.atomic
def confirm(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Say that the profile is still true; off the lists, it comes back at once.

    Raises:
        LimitReachedError: after doing so too often.
    """
    limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
    current: Any = lock_profiles(company)[0]
    was_stale = current.stale_at is not None
    current.confirmed_on = at.date()
    answer_fresh(current)
    current.save(update_fields=["confirmed_on", "fresh_asked_at", "stale_at"])
    _record(current, by=by, at=at, done="confirmed")
    if was_stale:
        notify_changed(current, at=at)


def _change(company: Startup | Investor, rule: Q, **values: Any) -> bool:
    lock_profiles(company)
    mine = type(company)._default_manager.published().filter(rule, pk=company.pk)
    return bool(mine.update(**values))


def _record(company: Startup | Investor, *, by: User | None, at: datetime, done: str) -> None:
    subject = audit.subject_of(company)
    audit.record(CONFIRMED, subject=subject, by=by, at=at, details={"done": done})


def _notify(kind: str, company: Startup | Investor, *, at: datetime) -> None:
    message = Message(
        kind=kind,
        path=reverse("still_true"),
        event=f"{company.public_id}:{at:%Y%m%d%H%M%S}",
        at=at,
        context={"days": settings.FRESH_ANSWER_DAYS},
    )
    notify_team(company, message)
