"""Periodic steps of introductions.

They are safe with any number of workers: each is a conditional update in its own transaction.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from matchmaker.choices import Side
from matchmaker.deals.introductions import kinds
from matchmaker.deals.introductions.selectors import MONTH
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services.decisions import notify_side
from matchmaker.deals.introductions.services.locks import BATCH, due_keys
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.pair import may_act_on
from matchmaker.models.introduction import WAITING, Introduction, IntroductionAct, IntroductionState
from matchmaker.transitions import NotOpenError, TransitionRefusedError
from profiles.models import SIDES
from profiles.platform.changes.services import lock_profiles

PAIRS = Introduction.objects.select_related("startup", "investor", "by")


def advance(*, at: datetime) -> None:
    """Do what is due: close first, so that a place or room that this gives back is used at once."""
    expire_due(at=at)
    deliver_due(at=at)
    remind_due(at=at)


def expire_due(*, at: datetime) -> int:
    due = Introduction.objects.filter(state__in=WAITING, closes_at__lte=at).order_by("closes_at", "pk")
    return sum(_expire(pk, at=at) for pk in due_keys(due))


@transaction.atomic
def _expire(pk: int, *, at: datetime) -> bool:
    introduction = _locked(pk)
    if introduction.closes_at is None or introduction.closes_at > at:
        return False
    was_delivered, asker = introduction.delivered_at is not None, Side(introduction.asked_by)
    decisions.apply_introduction_transition(introduction, IntroductionAct.EXPIRE, by=None, at=at, ended_at=at)
    _record(introduction, "expired", at=at)
    notify_side(kinds.REQUEST_EXPIRED, introduction, asker, at=at)
    if was_delivered:
        notify_side(kinds.REQUEST_LAPSED, introduction, asker.other, at=at)
    return True


def deliver_due(*, at: datetime, most: int = BATCH) -> int:
    """Deliver queued requests where there is room, the oldest of each queue first; return how many.

    `most` at most.
    """
    delivered = 0
    for queue, room in (each for side in Side for each in _queues(side, at=at)):
        wanted = min(delivered + room, most)
        for pk in queue:
            if delivered < wanted:
                delivered += _deliver(pk, at=at)
    return delivered


def _queues(side: Side, *, at: datetime) -> Iterator[tuple[list[int], int]]:
    """Give the queues of the companies of a side that have room, the oldest request first, with the room."""
    to_side, receiver = Introduction.objects.filter(asked_by=side.other), f"{side}_id"
    queued = to_side.filter(state=IntroductionState.QUEUED)
    waiting = list(queued.order_by(receiver).values_list(receiver, flat=True).distinct())
    if not waiting:
        return
    reached_us = to_side.exclude(state=IntroductionState.WITHDRAWN)
    lately = reached_us.filter(delivered_at__gt=at - MONTH, **{f"{receiver}__in": waiting})
    reached = dict(lately.order_by().values_list(receiver).annotate(count=Count("pk")))
    companies = SIDES[side]._default_manager.published().filter(pk__in=waiting, paused_at__isnull=True)
    for pk, capacity in companies.order_by("pk").values_list("pk", "capacity"):
        room = capacity - reached.get(pk, 0)
        if room > 0:
            yield due_keys(queued.filter(**{receiver: pk}).order_by("asked_at", "pk")), room


def _deliver(pk: int, *, at: datetime) -> bool:
    introduction = PAIRS.get(pk=pk)
    factors = pairs.factor_snapshot(*introduction.pair)
    asker = Side(introduction.asked_by)
    try:
        with transaction.atomic():
            pairs.lock_open_pair(*introduction.pair)
            introduction.refresh_from_db(fields=["state"])
            until = decisions.deadlines_of(introduction.company_on(asker.other), at)
            decisions.apply_introduction_transition(
                introduction, IntroductionAct.DELIVER, by=None, at=at, **until
            )
            decisions.reach(introduction, factors=factors, at=at)
            notify_side(kinds.REQUEST_DELIVERED, introduction, asker, at=at)
            _record(introduction, "delivered", at=at)
    except (TransitionRefusedError, NotOpenError):
        return False
    return True


def remind_due(*, at: datetime) -> int:
    due = Introduction.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    return sum(_remind(pk, at=at) for pk in due_keys(due))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    introduction = _locked(pk)
    now, due_at = introduction.remind_at, introduction.due_at
    if now is None or now > at:
        return False
    is_first = introduction.state == IntroductionState.ASKED and due_at and now < due_at
    mine = Introduction.objects.filter(pk=pk, remind_at=now, state__in=WAITING)
    if not mine.update(remind_at=due_at if is_first else None):
        return False
    if may_act_on(*introduction.pair):  # no one is asked for an answer that no one can give
        notify_side(kinds.REQUEST_REMINDER, introduction, introduction.asked_side, at=at)
    return True


def _locked(pk: int) -> Introduction:
    """Return the introduction as it is, with both companies locked until the transaction ends."""
    introduction = PAIRS.get(pk=pk)
    lock_profiles(*introduction.pair)
    introduction.refresh_from_db()
    return introduction


def _record(introduction: Introduction, done: str, *, at: datetime) -> None:
    details: dict[str, Any] = {"side": Side(introduction.asked_by), "done": done}
    pairs.record(kinds.INTERESTED, *introduction.pair, by=None, at=at, **details)
