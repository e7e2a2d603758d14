"""What time does to introductions: a queue moves up, somebody is reminded, a request closes by itself.

Called by the sweep, safe in any number of workers at once: each step is a conditional update of its own
transaction, so what another worker or a person did first stays done.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from matchmaker.choices import Side
from matchmaker.introductions.selectors.places import MONTH
from matchmaker.introductions.services import decisions
from matchmaker.introductions.services.telling import tell_side
from matchmaker.matches.services import pairs
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import WAITING, IntroductionAct, IntroductionState
from matchmaker.transitions import TransitionRefusedError
from profiles.changes.services import lock_profiles
from profiles.choices import AuditAction
from profiles.events import EventKind
from profiles.models import SIDES

BATCH = 200  # introductions that one sweep looks at for each of the three


def advance(*, at: datetime) -> None:
    """Do what is due: close first, so that a place or room that this gives back is used at once."""
    expire_due(at=at)
    deliver_due(at=at)
    remind_due(at=at)


def expire_due(*, at: datetime) -> int:
    """Close what got no yes in its time, with a kind notice to both sides; return how many."""
    due = Introduction.objects.filter(state__in=WAITING, closes_at__lte=at)
    return sum(_expire(pk, at=at) for pk in _first(due.order_by("closes_at", "pk")))


def deliver_due(*, at: datetime, most: int = BATCH) -> int:
    """Let queued requests reach who has room again, the oldest of each queue first; return how many.

    At most `most` in all: the sweep has other work to do, and comes again.
    """
    delivered = 0
    for side in Side:
        for queue, room in _queues(side, at=at):
            delivered += _move_up(queue, min(room, most - delivered), at=at)
            if delivered == most:
                return delivered
    return delivered


def _move_up(queue: list[int], room: int, *, at: datetime) -> int:
    """Deliver as many of a queue as there is room for; who cannot be introduced now holds up nobody."""
    delivered = 0
    for pk in queue:
        if delivered == room:
            break
        delivered += _deliver(pk, at=at)
    return delivered


def remind_due(*, at: datetime) -> int:
    """Remind who has not answered.

    Half-way, on the promised day, and a month after "later"; return how many.
    """
    due = Introduction.objects.filter(remind_at__lte=at)
    return sum(_remind(pk, at=at) for pk in _first(due.order_by("remind_at", "pk")))


def _first(due: "QuerySet[Introduction]") -> list[int]:
    """Return the keys of one batch."""
    return list(due.values_list("pk", flat=True)[:BATCH])


def _queues(side: Side, *, at: datetime) -> Iterator[tuple[list[int], int]]:
    """Give the queues of the companies of a side that have room, the oldest request first, with the room.

    Two queries for all queues, and one for each queue that moves.
    """
    to_side = Introduction.objects.filter(asked_by=side.other)
    queued = to_side.filter(state=IntroductionState.QUEUED)
    receiver = f"{side}_id"
    waiting = list(queued.order_by(receiver).values_list(receiver, flat=True).distinct())
    if not waiting:
        return
    reached = dict(
        to_side.filter(delivered_at__gt=at - MONTH, **{f"{receiver}__in": waiting})
        .order_by()
        .values_list(receiver)
        .annotate(count=Count("pk"))
    )
    companies = SIDES[side]._default_manager.published().filter(pk__in=waiting, paused_at__isnull=True)
    for pk, capacity in companies.order_by("pk").values_list("pk", "capacity"):
        room = capacity - reached.get(pk, 0)
        if room > 0:
            mine = queued.filter(**{receiver: pk}).order_by("asked_at", "pk")
            yield _first(mine), room


def _read(pk: int) -> Introduction:
    """Return the introduction as it is, with both companies held until the transaction ends."""
    introduction = Introduction.objects.select_related("startup", "investor", "by").get(pk=pk)
    lock_profiles(introduction.startup, introduction.investor)
    introduction.refresh_from_db()
    return introduction


@transaction.atomic
def _expire(pk: int, *, at: datetime) -> bool:
    """Close one request; False where somebody was faster."""
    introduction = _read(pk)
    was_delivered = introduction.delivered_at is not None
    if introduction.closes_at is None or introduction.closes_at > at:
        return False
    decisions.move(introduction, IntroductionAct.EXPIRE, side=None, by=None, at=at, ended_at=at)
    asker = Side(introduction.asked_by)
    pair = introduction.startup, introduction.investor
    pairs.record(AuditAction.INTERESTED, *pair, side=asker, by=None, at=at, done="expired")
    tell_side(EventKind.REQUEST_EXPIRED, introduction, asker, at=at)
    if was_delivered:
        tell_side(EventKind.REQUEST_LAPSED, introduction, asker.other, at=at)
    return True


def _deliver(pk: int, *, at: datetime) -> bool:
    """Deliver one request; False where it left the queue meanwhile, or the pair is closed."""
    introduction = Introduction.objects.select_related("startup", "investor", "by").get(pk=pk)
    factors = pairs.factor_snapshot(*introduction.pair)
    asker = Side(introduction.asked_by)
    try:
        with transaction.atomic():
            pairs.lock_open_pair(*introduction.pair)
            introduction.refresh_from_db(fields=["state"])
            until = decisions.deadlines_of(introduction.company_on(asker.other), at)
            decisions.move(introduction, IntroductionAct.DELIVER, side=None, by=None, at=at, **until)
            decisions.reach(introduction, factors=factors, at=at)
            tell_side(EventKind.REQUEST_DELIVERED, introduction, asker, at=at)
            said: dict[str, Any] = {"side": asker, "done": "delivered"}
            pairs.record(AuditAction.INTERESTED, *introduction.pair, by=None, at=at, **said)
    except (TransitionRefusedError, pairs.NotOpenError):
        return False
    return True


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    """Remind the asked side of one request and note the next time; False where somebody was faster."""
    introduction = _read(pk)
    now = introduction.remind_at
    if now is None or now > at:
        return False
    is_first = (
        introduction.state == IntroductionState.ASKED and introduction.due_at and now < introduction.due_at
    )
    following = introduction.due_at if is_first else None
    mine = Introduction.objects.filter(pk=pk, remind_at=now, state__in=WAITING)
    if not mine.update(remind_at=following):
        return False
    tell_side(EventKind.REQUEST_REMINDER, introduction, introduction.asked_side, at=at)
    return True
