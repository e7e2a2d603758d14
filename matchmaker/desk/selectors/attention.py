"""Who is seen by nobody, as the newest re-ranking found it, and who is asked more than it can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from matchmaker.choices import RunState, Side
from matchmaker.models import Interest, RankingRun
from profiles.models import SIDES

NAMED = 5  # how many of each kind the desk's first page names
PER_PAGE = 25
AttentionRow = Mapping[str, Any]  # one of RankingRun.unseen, or of `overrun`


class AttentionKind(StrEnum):
    """The two things that may be amiss with attention."""

    UNSEEN = "unseen"
    CROWDED = "crowded"


@dataclass(frozen=True)
class AttentionLine:
    """One profile and what is amiss: why nobody sees it, or how many requests wait for it."""

    side: Side
    public_id: str
    name: str
    reason: str
    requests: int = 0
    capacity: int = 0


@dataclass(frozen=True)
class AttentionFindings:
    """Who is unseen as of the newest whole re-ranking (`as_of` is None before the first), who overrun now."""

    as_of: datetime | None
    unseen: Sequence[AttentionRow]
    crowded: Sequence[AttentionRow]

    def of(self, kind: AttentionKind) -> Sequence[AttentionRow]:
        """Return the rows of one kind."""
        return self.unseen if kind == AttentionKind.UNSEEN else self.crowded


@dataclass(frozen=True)
class Attention:
    """What the desk's first page says of it: how many of each, and the first few by name."""

    as_of: datetime | None
    unseen_startups: int
    unseen_investors: int
    crowded: int
    unseen_lines: list[AttentionLine]
    crowded_lines: list[AttentionLine]


@dataclass(frozen=True)
class AttentionPage:
    """A page of the profiles of one kind."""

    as_of: datetime | None
    kind: AttentionKind
    counts: list[tuple[AttentionKind, int]]
    page: "Page[AttentionRow]"
    lines: list[AttentionLine]


def findings() -> AttentionFindings:
    """Return who is unseen and who overrun. Three queries."""
    newest = RankingRun.objects.filter(state=RunState.DONE).order_by("-pk")
    run = newest.values_list("finished_at", "unseen").first()
    as_of, unseen = run or (None, [])
    return AttentionFindings(as_of, unseen, overrun())


def overrun() -> list[AttentionRow]:
    """Return who has more requests waiting than it can answer in a month, those furthest beyond first."""
    rows = [row for side in Side for row in _overrun_on(side)]
    return sorted(rows, key=lambda row: row["capacity"] - row["requests"])


def _overrun_on(side: Side) -> list[AttentionRow]:
    """Return the overrun of one side, by the requests of those who can still be answered."""
    found = (
        Interest.objects.unanswered_by(side)
        .filter(**{f"{each}__in": SIDES[each].objects.published() for each in Side})
        .values_list(f"{side}_id", f"{side}__capacity")
        .annotate(requests=Count("pk"))
        .filter(requests__gt=F(f"{side}__capacity"))
        .order_by(f"{side}_id")
    )
    return [
        {"side": side, "profile": profile, "capacity": capacity, "requests": requests}
        for profile, capacity, requests in found
    ]


def attention() -> Attention:
    """Return the counts, and the first few profiles of each kind by name."""
    now = findings()
    startups = sum(row["side"] == Side.STARTUP for row in now.unseen)
    return Attention(
        as_of=now.as_of,
        unseen_startups=startups,
        unseen_investors=len(now.unseen) - startups,
        crowded=len(now.crowded),
        unseen_lines=lines(now.unseen[:NAMED]),
        crowded_lines=lines(now.crowded[:NAMED]),
    )


def attention_page(kind: AttentionKind, number: str) -> AttentionPage:
    """Return a page of one kind, with the same queries whatever its length."""
    now = findings()
    page = Paginator(now.of(kind), PER_PAGE).get_page(number)
    counts = [(kind, len(now.of(kind))) for kind in AttentionKind]
    return AttentionPage(now.as_of, kind, counts, page, lines(list(page.object_list)))


def lines(rows: Sequence[AttentionRow]) -> list[AttentionLine]:
    """Return the rows by name; profiles that are gone since are left out. One query a side."""
    wanted = {side: [row["profile"] for row in rows if row["side"] == side] for side in Side}
    names = ("public_id", "name_en", "name_zh", "name_ur")
    profiles = {side: SIDES[side].objects.only(*names).in_bulk(pks) for side, pks in wanted.items()}
    return [
        AttentionLine(
            side=Side(row["side"]),
            public_id=profile.public_id,
            name=profile.name,
            reason=str(UNSEEN[row["reason"]]) if "reason" in row else "",
            requests=row.get("requests", 0),
            capacity=row.get("capacity", 0),
        )
        for row in rows
        if (profile := profiles[Side(row["side"])].get(row["profile"]))
    ]


# What ranking/services/rank_market.py stores as the reason why nobody sees a profile.
UNSEEN: dict[str, Promise] = {
    "nobody_eligible": gettext_lazy("No eligible counterpart: every pair fails a hard rule"),
    "no_place": gettext_lazy("Every list that could show it is full"),
}
