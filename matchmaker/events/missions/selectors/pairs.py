"""Which delegations may meet, how well they fit by the stored lists, what is prefilled, and their wishes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaker.choices import OverrideKind, Side
from matchmaker.events.missions.selectors import missions
from matchmaker.events.programmes.selectors.cohort import cards_of
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.matching.current_company.selectors import counterparts
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.matching.ranking.selectors.stored_lists import is_readable, list_entries
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.missions import Delegation, Mission, MissionWish
from matchmaker.models.missions.mission import COMPANIES, Wish
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
    delegations = related(missions.present_delegations(mission))
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
    present = set(missions.taking_part(mission).values_list("pk", flat=True))
    pairs = {meeting.pk: companies_of(meeting.startup, meeting.investor) for meeting in rows}
    kept_apart = apart({pair[0] for pair in pairs.values()}, {pair[1] for pair in pairs.values()})
    return [
        meeting
        for meeting in rows
        if meeting.startup_id not in present
        or meeting.investor_id not in present
        or pairs[meeting.pk] in kept_apart
    ]


PER_PAGE = 20
SHOWN = ("", "chosen", "listed", "open")  # which of the other side a page shows
NONE = "none"  # what a form sends where nothing is said
MOST_MUSTS = 5
FIELD = "wish-"  # and the other's public id: the name of a choice in the form


def selectable_delegations(delegation: Delegation, reader: Reader) -> QuerySet[Delegation]:
    """Return the delegations that may be chosen: the other side without blocked and hidden companies."""
    rows = missions.present_delegations(delegation.mission).filter(side=Side(delegation.side).other)
    if not missions.taking_part(delegation.mission).filter(pk=delegation.pk).exists():
        return rows.none()
    if reader.member is None or delegation.application.company is None:
        return rows
    said = reader.member.interactions
    gone = said.blocked | said.hidden
    return rows.exclude(**{f"application__{reader.member.side.other}__in": gone}) if gone else rows


def wishes_page(
    reader: Reader, mission: Mission, delegation: Delegation, asked: Mapping[str, str]
) -> dict[str, Any]:
    """Return the other side with the own wishes, page by page. A fixed number of queries."""
    shown = asked.get("show", "") if asked.get("show", "") in SHOWN else ""
    words = asked.get("q", "").strip()[:80]
    wishes = {entry.receiver_id: entry for entry in delegation.wishes.all()}
    member = reader.member if delegation.application.company else None
    lists = own_list(member) if member else None
    entries = {each.counterpart_id: each for each in lists.stored.entries} if lists else {}
    rows = selectable_delegations(delegation, reader).select_related(*COMPANIES)
    if words:
        rows = rows.filter(missions.name_filter(words))
    delegations = [each for each in rows.order_by("name", "pk") if _is_shown(each, shown, wishes, entries)]
    delegations.sort(
        key=lambda each: entries[of_company(each)].rank if of_company(each) in entries else 1_000
    )
    paged = Paginator(delegations, PER_PAGE).get_page(asked.get("page", "1"))
    keys = [of_company(wish) for wish in paged.object_list if of_company(wish)]
    cards = cards_of(member, counterparts(member), keys, lists) if member and keys else {}
    return {
        "delegation": delegation,
        "may_wish": missions.may_wish(delegation, mission),
        "words": words,
        "shown": shown,
        "page": paged,
        "others": [
            {
                "delegation": each,
                "wish": wishes[each.pk].wish if each.pk in wishes else NONE,
                "is_prefilled": each.pk in wishes and wishes[each.pk].is_prefilled,
                "languages": missions.words_of(each.languages),
                "card": cards.get(of_company(each)),
            }
            for each in paged.object_list
        ],
        "choices": [*Wish.choices, (NONE, _("No wish"))],
        "counts": {wish: sum(each.wish == wish for each in wishes.values()) for wish in Wish.values},
        "most_musts": MOST_MUSTS,
    }


def chosen_in(sent: Mapping[str, str], delegation: Delegation, reader: Reader) -> dict[int, str]:
    names = [name for name in sent if name.startswith(FIELD)][:PER_PAGE]
    delegations = selectable_delegations(delegation, reader).filter(
        public_id__in=[name.removeprefix(FIELD) for name in names]
    )
    wishes = {
        key: sent[f"{FIELD}{public_id}"] for key, public_id in delegations.values_list("pk", "public_id")
    }
    return {key: wish if wish in Wish.values else "" for key, wish in wishes.items()}


def _is_shown(
    delegation: Delegation, shown: str, wishes: Mapping[int, Any], entries: Collection[int]
) -> bool:
    if shown == "chosen":
        return delegation.pk in wishes
    if shown == "open":
        return delegation.pk not in wishes
    return shown != "listed" or of_company(delegation) in entries
