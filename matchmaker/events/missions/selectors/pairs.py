"""Which delegations may meet, how well they fit by the stored lists, and what is prefilled from them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.events.missions.selectors.missions import present_delegations, taking_part
from matchmaker.matching.ranking.selectors.stored_lists import is_readable, list_entries
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.missions import Delegation, Mission, MissionWish
from matchmaker.models.missions.mission import Wish
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass, ShortlistEntry
from matchmaker.models.ranking import Ranking

PREFILLED = 10  # wishes that a delegation begins with, at most
Companies = tuple[int, int]  # keys of a startup and an investor


def of_company(delegation: Delegation) -> int:
    return delegation.application.startup_id or delegation.application.investor_id or 0


@dataclass(frozen=True)
class SiteFacts:
    apart: frozenset[Companies]  # blocked by one of them, or hidden by a curator
    mutual: frozenset[Companies]
    chosen: dict[Side, set[Companies]]  # shortlisted, or interested
    passed: dict[Side, set[Companies]]
    ranks: dict[Side, dict[Companies, int]]  # recommended, by place on a list
    scores: dict[Companies, int]  # tenths of 100


def apart(startups: Collection[int], investors: Collection[int]) -> frozenset[Companies]:
    both = {"startup__in": startups, "investor__in": investors}
    blocks = CompanyBlock.objects.filter(**both).order_by().values_list("startup", "investor")
    hidden = CuratorOverride.objects.filter(**both, kind=OverrideKind.HIDE, released_at=None)
    return frozenset(blocks.union(hidden.order_by().values_list("startup", "investor")))


def site_facts_of(delegations: Iterable[Delegation]) -> SiteFacts:
    keys: dict[Side, set[int]] = {Side.STARTUP: set(), Side.INVESTOR: set()}
    for each in delegations:
        keys[Side(each.side)].add(of_company(each))
    for side in Side:
        keys[side].discard(0)
    both = {f"{side}__in": keys[side] for side in Side}
    interested = _by_side(Interest.objects.filter(**both))
    shortlisted = _by_side(ShortlistEntry.objects.filter(**both, is_listed=True))
    passed = _by_side(Pass.objects.in_effect(at=timezone.now()).filter(**both))
    chosen = {side: interested[side] | shortlisted[side] for side in Side}
    mutual = frozenset(interested[Side.STARTUP] & interested[Side.INVESTOR])
    ranks, scores = _lists(keys)
    return SiteFacts(apart(keys[Side.STARTUP], keys[Side.INVESTOR]), mutual, chosen, passed, ranks, scores)


def _by_side(rows: Any) -> dict[Side, set[Companies]]:
    by_side: dict[Side, set[Companies]] = {Side.STARTUP: set(), Side.INVESTOR: set()}
    for side, startup, investor in rows.order_by().values_list("side", "startup", "investor"):
        by_side[Side(side)].add((startup, investor))
    return by_side


def _lists(keys: dict[Side, set[int]]) -> tuple[dict[Side, dict[Companies, int]], dict[Companies, int]]:
    ranks: dict[Side, dict[Companies, int]] = {Side.STARTUP: {}, Side.INVESTOR: {}}
    scores: dict[Companies, int] = {}
    for side in Side:
        rows = Ranking.objects.filter(side=side, profile_id__in=keys[side]).only(
            "profile_id", "entries", "size"
        )
        for row in rows:
            if not is_readable(row):
                continue
            for entry in list_entries(bytes(row.entries), side):
                if entry.counterpart_id not in keys[side.other]:
                    continue
                pair = (row.profile_id, entry.counterpart_id)
                pair = pair if side == Side.STARTUP else pair[::-1]
                scores[pair] = entry.score
                if entry.is_recommended:
                    ranks[side][pair] = entry.rank
    return ranks, scores


def related(rows: Any) -> list[Delegation]:
    return list(rows.select_related("application").order_by("pk"))


def companies_of(one: Delegation, other: Delegation) -> Companies:
    startup, investor = (one, other) if one.side == Side.STARTUP else (other, one)
    return of_company(startup), of_company(investor)


def first_wishes(mission: Mission, givers: Collection[Delegation]) -> list[MissionWish]:
    """Return what wishes begin with: those of the match list, of mutual interest, and "no" after a pass."""
    delegations = related(present_delegations(mission))
    facts, wishes = site_facts_of(delegations), []
    first: dict[tuple[str, int], Delegation] = {}
    for each in delegations:
        if of_company(each):
            first.setdefault((each.side, of_company(each)), each)
    across = {
        side: [delegation for (of, _key), delegation in first.items() if of == side.other] for side in Side
    }
    for giver in givers:
        side = Side(giver.side)
        if of_company(giver):
            wishes += _wishes_of(giver, across[side], facts, side)
    return wishes


def _wishes_of(
    giver: Delegation, others: Iterable[Delegation], facts: SiteFacts, side: Side
) -> list[MissionWish]:
    wanted, no = [], []
    for other in others:
        pair = companies_of(giver, other)
        if pair in facts.apart:
            continue
        if pair in facts.passed[side]:
            no.append(other)
        elif pair in facts.mutual or pair in facts.chosen[side] or pair in facts.ranks[side]:
            order = (
                pair not in facts.mutual,
                pair not in facts.chosen[side],
                facts.ranks[side].get(pair, 99),
            )
            wanted.append((order, other.pk, other))
    wishes = [(other, Wish.WANT) for *_order, other in sorted(wanted, key=lambda each: each[:2])[:PREFILLED]]
    wishes += [(other, Wish.NO) for other in no]
    return [MissionWish(giver=giver, receiver=other, wish=wish, is_prefilled=True) for other, wish in wishes]


def impossible(mission: Mission, meetings: Iterable[Any]) -> list[Any]:
    """Return the meetings that can no longer take place."""
    rows = list(meetings)
    present = set(taking_part(mission).values_list("pk", flat=True))
    pairs = {meeting.pk: companies_of(meeting.startup, meeting.investor) for meeting in rows}
    kept_apart = apart({pair[0] for pair in pairs.values()}, {pair[1] for pair in pairs.values()})
    return [
        meeting
        for meeting in rows
        if meeting.startup_id not in present
        or meeting.investor_id not in present
        or pairs[meeting.pk] in kept_apart
    ]
