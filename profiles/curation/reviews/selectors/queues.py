"""The queues of profiles, what comes next in each, and the counts that the dashboard shows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import ReviewOutcome, Role, Side, Status
from profiles.models import SIDES, Investor, Review, ReviewAssignment, Startup, User
from profiles.models.profile import EDITED

MOST_UNDOABLE = 25  # shown at once: as many as are approved together
Company = Startup | Investor
Key = dict[str, Any]  # of_side, pk, public_id and since of a profile that waits


@dataclass(frozen=True)
class Queue:
    label: Promise
    since: str
    is_decided: bool  # whether a curator decides these


QUEUES = {
    "": Queue(_("All profiles waiting for a decision"), "submitted_at", is_decided=True),
    "new": Queue(_("To review"), "submitted_at", is_decided=True),
    "edited": Queue(_("Edited"), "submitted_at", is_decided=True),
    "resubmitted": Queue(_("Resubmitted"), "submitted_at", is_decided=True),
    "asked": Queue(_("Asked to confirm"), "fresh_asked_at", is_decided=False),
    "expired": Queue(_("Hidden until confirmed"), "stale_at", is_decided=False),
}
WHO = {"mine": _("Assigned to me"), "free": _("Not assigned"), "others": _("Assigned to others")}


@dataclass(frozen=True)
class QueuePart:
    queue: str = ""
    side: str = ""
    who: str = ""
    me: int | None = None

    @property
    def label(self) -> Promise:
        return QUEUES[self.queue].label

    @property
    def query(self) -> str:
        params = {"queue": self.queue, "side": self.side, "who": self.who}
        return urlencode({name: value for name, value in params.items() if value})

    @property
    def suffix(self) -> str:
        return f"?{self.query}" if self.query else ""


def part_in(words: Any, me: User) -> QueuePart:
    queue, side, who = (words.get(name, "") for name in ("queue", "side", "who"))
    return QueuePart(
        queue if queue in QUEUES else "", side if side in SIDES else "", who if who in WHO else "", me.pk
    )


def _rules(queue: str, side: str) -> tuple[Q, ...]:
    outcomes = (ReviewOutcome.RETURNED, ReviewOutcome.REJECTED)
    filters = {side: OuterRef("pk"), "decided_at": OuterRef("reviewed_at"), "outcome__in": outcomes}
    refused, submitted = Q(Exists(Review.objects.filter(**filters))), Q(status=Status.SUBMITTED)
    again = submitted & Q(reviewed_at__isnull=False)
    asked = Q(status=Status.APPROVED, fresh_asked_at__isnull=False)
    return {
        "": (submitted & Q(submitted_at__isnull=False), EDITED),
        "new": (submitted & Q(reviewed_at__isnull=True, submitted_at__isnull=False),),
        "edited": (EDITED, again & ~refused),
        "resubmitted": (again & refused,),
        "asked": (asked & Q(stale_at__isnull=True),),
        "expired": (asked & Q(stale_at__isnull=False),),
    }[queue]


def _assigned_to(who: str, me: int | None) -> Q:
    return {
        "": Q(),
        "mine": Q(reviewassignments__curator=me),
        "free": Q(reviewassignments__isnull=True),
        "others": Q(reviewassignments__isnull=False) & ~Q(reviewassignments__curator=me),
    }[who]


def waiting(part: QueuePart, *, beside: Q | None = None) -> QuerySet[Any, Key]:
    """Return the keys of the profiles of both sides that wait there, oldest first; one query."""
    since, parts = QUEUES[part.queue].since, []
    for side, model in SIDES.items():
        for rule in _rules(part.queue, side) if part.side in ("", side) else ():
            named = {"of_side": Value(str(side)), "since": F(since)}
            condition = rule & _assigned_to(part.who, part.me)
            rows = model._default_manager.filter(condition).annotate(**named).filter(beside or Q())
            parts.append(rows.order_by().values("of_side", "since", "public_id", "pk"))
    first, *rest = parts
    found: QuerySet[Any, Key] = first.union(*rest, all=True).order_by("since", "public_id")
    return found


@dataclass(frozen=True)
class Row:
    profile: Company
    since: datetime
    curator: User | None


def rows_of(keys: Iterable[Key]) -> list[Row]:
    """Return the profiles of these keys in their order; three queries."""
    listed = list(keys)
    pks = {side: [key["pk"] for key in listed if key["of_side"] == side] or [0] for side in SIDES}
    profiles = {side: model._default_manager.in_bulk(pks[side]) for side, model in SIDES.items()}
    condition = Q(startup__in=pks[Side.STARTUP]) | Q(investor__in=pks[Side.INVESTOR])
    assigned = ReviewAssignment.objects.filter(condition).select_related("curator")
    curator_of = {
        (str(assignment.side), assignment.startup_id or assignment.investor_id): assignment.curator
        for assignment in assigned
    }
    return [
        Row(profile, key["since"], curator_of.get((key["of_side"], key["pk"])))
        for key in listed
        if (profile := profiles[key["of_side"]].get(key["pk"]))
    ]


def count(queue: str) -> tuple[int, datetime | None]:
    since = QUEUES[queue].since
    sums = [
        model._default_manager.filter(rule).aggregate(count=Count("pk"), oldest=Min(since))
        for side, model in SIDES.items()
        for rule in _rules(queue, side)
    ]
    oldest = [each["oldest"] for each in sums if each["oldest"]]
    return sum(each["count"] for each in sums), min(oldest, default=None)


@dataclass(frozen=True)
class Neighbours:
    position: int
    total: int
    previous: Key | None
    next: Key | None


def neighbours(part: QueuePart, profile: Company) -> Neighbours:
    since = getattr(profile, QUEUES[part.queue].since)
    if since is None:
        return Neighbours(0, waiting(part).count(), None, waiting(part).first())
    earlier = Q(since__lt=since) | Q(since=since, public_id__lt=profile.public_id)
    before, after = waiting(part, beside=earlier), waiting(part, beside=_later(since, profile))
    ahead, behind, total = before.count(), after.count(), waiting(part).count()
    return Neighbours(ahead + 1 if ahead + behind < total else 0, total, before.last(), after.first())


def next_after(part: QueuePart, profile: Company) -> Key | None:
    """Return which profile of the queue comes after this one: the next older one first, else the oldest."""
    since = getattr(profile, QUEUES[part.queue].since)
    found = waiting(part, beside=_later(since, profile)).first() if since else None
    return found or waiting(part, beside=~Q(public_id=profile.public_id)).first()


def _later(since: datetime, profile: Company) -> Q:
    return Q(since__gt=since) | Q(since=since, public_id__gt=profile.public_id)


def decisions_of(curator: User) -> "QuerySet[Review]":
    return Review.objects.filter(decided_by=curator).select_related("startup", "investor")


def undoable(curator: User, *, at: datetime) -> list[Review]:
    """Return the decisions of a curator that can still be undone one by one, the newest first."""
    open_ones = decisions_of(curator).filter(tell_at__gt=at, selected=None)
    teams = open_ones.prefetch_related("startup__memberships", "investor__memberships")
    return list(teams.order_by("-pk")[:MOST_UNDOABLE])


def waiting_among(picked: Collection[tuple[str, str]]) -> list[Row]:
    """Return those of these profiles, by side and public id, that wait for a decision: oldest first."""
    ids = [public_id for _side, public_id in picked]
    rows = rows_of(waiting(QueuePart(), beside=Q(public_id__in=ids)))
    return [row for row in rows if (str(row.profile.side), row.profile.public_id) in set(picked)]


def assignment_of(profile: Company) -> ReviewAssignment | None:
    assignment: ReviewAssignment | None = profile.reviewassignments.select_related("curator").first()
    return assignment


def curators() -> "QuerySet[User]":
    return User.objects.filter(role=Role.CURATOR, is_active=True).order_by("full_name", "email")
