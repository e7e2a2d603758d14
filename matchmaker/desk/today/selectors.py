"""What the desk shows: what waits, who gets no or too much attention, and pairings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import Gate, OverrideKind, RunState, Side
from matchmaker.deals.meetings.selectors import meeting_sums
from matchmaker.desk.today.kinds import TODAY
from matchmaker.matching.pairs.selectors.match_page import GateRow, factor_rows, gate_rows
from matchmaker.matching.pairs.selectors.pair import blocked_by
from matchmaker.matching.pairs.selectors.why_not_shown import can_be_suggested, standings
from matchmaker.matching.ranking.definitions import Explanation
from matchmaker.matching.ranking.selectors import desk, stored_lists
from matchmaker.matching.ranking.selectors.stored_lists import demand_points, round_tenths
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass
from matchmaker.models.ranking import RankingRun
from matchmaker.portal.directory.selectors import all_profiles, matching
from matchmaker.registry import QUEUES, DeskQueue, QueueState, open_matters_between
from profiles.choices import Status
from profiles.curation.reviews.concerns import concerns_of
from profiles.curation.reviews.selectors.audit_trail import audit_lines, records
from profiles.curation.reviews.selectors.queues import QueuePart, curators, rows_of, waiting
from profiles.models import SIDES, Investor, MailSwitch, Startup, User

DAILY_HOUR = 7  # of the site's day, from which curators are told what waits
NAMED = 5  # how many of each kind the desk's first page names
PER_PAGE = 25
AttentionRow = Mapping[str, Any]  # one of RankingRun.unseen, or of `overrun`


def newest_run() -> RankingRun:
    """Return the newest whole re-ranking that has ended, which knows who is unseen; an empty one before."""
    return RankingRun.objects.filter(state=RunState.DONE).order_by("-pk").first() or RankingRun()


def approved_since(as_of: datetime | None) -> int:
    if as_of is None:
        return 0
    return sum(model.objects.published().filter(reviewed_at__gt=as_of).count() for model in SIDES.values())


def over_capacity() -> list[AttentionRow]:
    """Return who has more requests waiting than it can answer in a month, those furthest beyond first."""
    rows: list[AttentionRow] = []
    for side in Side:
        interests = (
            Interest.objects.unanswered_by(side)
            .filter(**{f"{each}__in": SIDES[each].objects.published() for each in Side})
            .values_list(f"{side}_id", f"{side}__capacity")
            .annotate(requests=Count("pk"))
            .filter(requests__gt=F(f"{side}__capacity"))
            .order_by(f"{side}_id")
        )
        names = ("profile", "capacity", "requests")
        rows += [{"side": side, **dict(zip(names, each, strict=True))} for each in interests]
    return sorted(rows, key=lambda row: row["capacity"] - row["requests"])


def attention() -> dict[str, Any]:
    """Return how many profiles get no or too much attention, and the first few of each kind by name."""
    run, crowded = newest_run(), over_capacity()
    return {
        "as_of": run.finished_at,
        "new": approved_since(run.finished_at),
        "unseen_startups": run.unseen_startups,
        "unseen_investors": run.unseen_investors,
        "crowded": len(crowded),
        "unseen_lines": lines(run.unseen[:NAMED]),
        "crowded_lines": lines(crowded[:NAMED]),
    }


def attention_page(kind: str, number: str) -> dict[str, Any]:
    run = newest_run()
    rows = {"unseen": run.unseen, "crowded": over_capacity()}
    counts = {kind: len(found) for kind, found in rows.items()}
    counts["unseen"] = run.unseen_startups + run.unseen_investors
    shown = kind if kind in rows else "unseen"
    page = Paginator(rows[shown], PER_PAGE).get_page(number)
    return {
        "as_of": run.finished_at,
        "new": approved_since(run.finished_at),
        "kind": shown,
        "counts": counts.items(),
        "is_all": counts[shown] == len(rows[shown]),
        "page": page,
        "lines": lines(list(page.object_list)),
    }


def lines(rows: Sequence[AttentionRow]) -> list[dict[str, Any]]:
    """Return the rows by name: why no one sees a profile, or how many requests wait for it."""
    wanted = {side: [row["profile"] for row in rows if row["side"] == side] for side in Side}
    names = ("public_id", "name_en", "name_zh", "name_ur")
    profiles = {side: SIDES[side].objects.only(*names).in_bulk(pks) for side, pks in wanted.items()}
    return [
        {
            **row,
            "side": Side(row["side"]),
            "public_id": profile.public_id,
            "name": profile.name,
            "reason": str(UNSEEN[row["reason"]]) if "reason" in row else "",
        }
        for row in rows
        if (profile := profiles[Side(row["side"])].get(row["profile"]))
    ]


# What ranking/services/rank_market.py stores as the reason why no one sees a profile.
UNSEEN: dict[str, Promise] = {
    "nobody_eligible": gettext_lazy("No eligible counterpart: every pair fails a required condition"),
    "no_place": gettext_lazy("Every list that could show it is full"),
}


def acts_on(profile: Startup | Investor) -> list[str]:
    acts = {
        Status.APPROVED: ["suspend"],
        Status.SUBMITTED: ["suspend"] if profile.reviewed_at else [],
        Status.SUSPENDED: ["restore"],
        Status.REJECTED: ["reopen"],
    }.get(Status(profile.status), [])
    return [*acts, "uphold"] if profile.appeals.filter(answered_at=None).exists() else acts


FOUND = 20  # of one side that a search names; it says how many more there are


@dataclass(frozen=True)
class Search:
    side: Side
    words: str = ""
    found: tuple[Startup | Investor, ...] = ()
    count: int = 0
    chosen: Startup | Investor | None = None

    @property
    def more(self) -> int:
        return self.count - len(self.found)


def search(side: Side, words: str, public_id: str) -> Search:
    chosen = all_profiles(side).filter(public_id=public_id).first() if public_id else None
    if chosen and words in ("", chosen.name):  # other words look for another one
        return Search(side, words, chosen=chosen)
    if not words:
        return Search(side)
    rows = matching(all_profiles(side), words)
    count = rows.count()
    companies = tuple(rows.select_related("place").order_by(Lower("name_en"), "pk")[:FOUND])
    return Search(side, words, companies, count, chosen=companies[0] if count == 1 else None)


def open_overrides() -> QuerySet[CuratorOverride]:
    return CuratorOverride.objects.filter(released_at=None).select_related("startup", "investor", "by")


def ranked_pairs(side: Side, profile: Startup | Investor) -> list[dict[str, Any]]:
    """Return a profile's list in order, in whole points as on its own page, with the pins on it."""
    ranking = stored_lists.stored_ranking(side, profile.pk)
    if ranking is None:
        return []
    others = SIDES[side.other].objects.in_bulk([entry.counterpart_id for entry in ranking.entries])
    pinned = open_overrides().filter(**{str(side): profile})
    overrides = {
        getattr(curator_override, f"{side.other}_id"): curator_override.get_kind_display()
        for curator_override in pinned
    }
    rows = []
    for entry in ranking.entries:
        if other := others.get(entry.counterpart_id):
            ids = {f"{side}_id": profile.public_id, f"{side.other}_id": other.public_id}
            rows.append(
                {
                    **ids,
                    "rank": entry.rank,
                    "name": other.name,
                    "score": round_tenths(entry.score),
                    "fit_startup": round_tenths(entry.fit_startup),
                    "fit_investor": round_tenths(entry.fit_investor),
                    "demand_points": demand_points(entry.demand_adjustment_tenths),
                    "is_guaranteed_exposure": entry.is_guaranteed_exposure,
                    "curator_override": overrides.get(other.pk, ""),
                }
            )
    return rows


def why(startup: Startup, investor: Investor, explained: Explanation | None) -> dict[str, Any]:
    curator_override = open_overrides().filter(startup=startup, investor=investor).first()
    published = startup.is_published and investor.is_published
    passed = Pass.objects.filter(startup=startup, investor=investor).exists()
    hidden = curator_override is not None and curator_override.kind == OverrideKind.HIDE
    own = [
        GateRow(Gate.PUBLISHED.label, published),
        GateRow(Gate.OPEN.label, not passed),
        *([GateRow(_("No curator has hidden this pairing"), False)] if hidden else []),
    ]
    rows = factor_rows(explained) if explained else []
    both_standings = standings(startup, investor, explained)
    totals = sum(row.startup for row in rows), sum(row.investor for row in rows)
    return {
        "startup": startup,
        "investor": investor,
        "curator_override": curator_override,
        "concerns": [
            (company, concern) for company in (startup, investor) for concern in concerns_of(company)
        ],
        "blocked_by": blocked_by(startup, investor),
        "open_matters": open_matters_between(startup, investor),
        "rules": [*own, *(gate_rows(explained.gates) if explained else [])],
        "rows": rows,
        "score": round_tenths(explained.score_tenths) if explained else None,
        "standings": both_standings,
        "may_suggest": curator_override is None and can_be_suggested(both_standings, explained),
        "total_startup": totals[0],
        "total_investor": totals[1],
        "fit_startup": round_tenths(totals[0]),
        "fit_investor": round_tenths(totals[1]),
    }


SHOWN = 8


@dataclass(frozen=True)
class QueueLine:
    queue: DeskQueue
    state: QueueState
    late: timedelta

    @property
    def url(self) -> str:
        query = f"?{self.queue.query}" if self.queue.query else ""
        return reverse(self.queue.url_name) + query

    @property
    def is_overdue(self) -> bool:
        return self.late > timedelta()

    @property
    def overdue_days(self) -> int:
        return self.late.days if self.is_overdue else 0

    @property
    def target_days(self) -> int:
        return self.queue.target.days if self.queue.target else 0


def queue_lines(*, at: datetime) -> list[QueueLine]:
    lines = []
    for queue in QUEUES:
        state, late = queue.state(), timedelta()
        if queue.target and state.oldest_at:
            late = at - state.oldest_at - queue.target
        lines.append(QueueLine(queue, state, late))
    return lines


def due_curators(*, at: datetime) -> "QuerySet[User]":
    morning = timezone.localtime(at).replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    if at < morning:
        morning -= timedelta(days=1)
    switches = MailSwitch.objects.filter(category=TODAY.code, collected_at__gte=morning)
    return curators().exclude(pk__in=switches.values("user"))


def today(*, at: datetime) -> dict[str, Any]:
    lines = queue_lines(at=at)
    return {
        "waiting": rows_of(waiting(QueuePart())[:SHOWN]),
        "lines": sorted((line for line in lines if line.state.count), key=lambda line: not line.is_overdue),
        "empty": [line for line in lines if not line.state.count],
        "work": desk.work(),
        "attention": attention(),
        "meetings": meeting_sums(),
        "acts": audit_lines(list(records()[:SHOWN])),
    }
