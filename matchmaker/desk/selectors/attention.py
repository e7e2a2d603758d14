"""Who is seen by nobody, and who by more than it can answer: as the newest whole re-ranking found it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaker.choices import RunState, Side
from matchmaker.models import RankingRun
from profiles.models import SIDES

NAMED = 5  # how many of each kind the desk's first page names
PER_PAGE = 25
AttentionRow = Mapping[str, Any]  # one of RankingRun.unseen or RankingRun.crowded


class AttentionKind(StrEnum):
    """The two things that may be amiss with attention."""

    UNSEEN = "unseen"
    CROWDED = "crowded"


@dataclass(frozen=True)
class AttentionLine:
    """One profile, what is amiss, and why; counts of lists only for who is on too many."""

    side: Side
    public_id: str
    name: str
    reasons: list[str]
    lists: int = 0
    capacity: int = 0


@dataclass(frozen=True)
class AttentionFindings:
    """What the newest whole re-ranking found; `as_of` is None before the first."""

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
    """Return what the newest whole re-ranking found, the most crowded profiles first. One query."""
    newest = RankingRun.objects.filter(state=RunState.DONE).order_by("-pk")
    run = newest.values_list("finished_at", "unseen", "crowded").first()
    if run is None:
        return AttentionFindings(None, [], [])
    as_of, unseen, crowded = run
    return AttentionFindings(as_of, unseen, sorted(crowded, key=lambda row: row["capacity"] - row["lists"]))


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
            reasons=_reasons(row),
            lists=row.get("lists", 0),
            capacity=row.get("capacity", 0),
        )
        for row in rows
        if (profile := profiles[Side(row["side"])].get(row["profile"]))
    ]


# What ranking/services/full_steps.py stores as the reason why nobody sees a profile.
UNSEEN: dict[str, Promise] = {
    "nobody_eligible": gettext_lazy("No eligible counterpart: every pair fails a hard rule"),
    "no_place": gettext_lazy("Every list that could show it is full"),
}


def _reasons(row: AttentionRow) -> list[str]:
    """Return in words why nobody sees a profile, or why no list that shows it could do without."""
    if "reason" in row:
        return [str(UNSEEN[row["reason"]])]
    reasons = []
    if row["lists"] - row["left"] - row["boosted"] > row["capacity"]:
        text = ngettext(
            "Its side has less time than the lists have places, so its limit is raised to %(count)d list",
            "Its side has less time than the lists have places, so its limit is raised to %(count)d lists",
            row["allowed"],
        )
        reasons.append(text % {"count": row["allowed"]})
    if row["left"]:
        text = ngettext(
            "%(count)d list has nobody else left to show",
            "%(count)d lists have nobody else left to show",
            row["left"],
        )
        reasons.append(text % {"count": row["left"]})
    return [*reasons, _("A curator boosts it")] if row["boosted"] else reasons
