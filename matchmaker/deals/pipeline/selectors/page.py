"""The page of deals: rows and cards with their moves, filters, the funnel."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from matchmaker.deals.introductions import selectors
from matchmaker.deals.pipeline.selectors.deals import (
    LABELS,
    NO_ONE,
    WITH_BOTH,
    Deal,
    DealStage,
    Due,
    S,
    deals_of,
    narrowed,
    own_notes,
)
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts, state_of
from matchmaker.matching.lists.selectors.facets import facet_terms
from matchmaker.matching.pairs.selectors.pair import replies_of
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths, stored_ranking
from matchmaker.models.introduction import Introduction
from profiles.models import Membership, Startup
from profiles.people.accounts.selectors import members_of

PER_PAGE = 20
FITS = ("score", "fit_startup", "fit_investor")
ON_BOARD = 5  # cards of one column; the table has the rest
BOARD = "board"
OF_STAGES = (S.SAMPLE, S.TERMS, S.SIGNED)
PROPOSE = pgettext_lazy("move of a deal", "%(stage)s: propose this stage")
END = pgettext_lazy("move of a deal", "%(stage)s: end the introduction")
WITH_INTRODUCTION: dict[DealStage, Promise] = {**dict.fromkeys(OF_STAGES, PROPOSE), S.CLOSED: END}
# What a company may do with a deal in each stage: where it goes, and by which act.
MOVES: Mapping[DealStage, Mapping[DealStage, Promise]] = {
    S.SHORTLISTED: {
        S.WAITING: pgettext_lazy("move of a deal", "%(stage)s: send a request"),
        S.CLOSED: pgettext_lazy("move of a deal", "%(stage)s: remove from the shortlist"),
    },
    S.TO_ANSWER: {
        S.TALKING: pgettext_lazy("move of a deal", "%(stage)s: answer “Interested”"),
        S.CLOSED: pgettext_lazy("move of a deal", "%(stage)s: pass, with a reason"),
    },
    S.WAITING: {S.CLOSED: pgettext_lazy("move of a deal", "%(stage)s: withdraw the request")},
    S.TALKING: {S.MEETING: pgettext_lazy("move of a deal", "%(stage)s: propose times"), **WITH_INTRODUCTION},
    **dict.fromkeys((S.MEETING, S.SAMPLE, S.TERMS), WITH_INTRODUCTION),
    S.SIGNED: {S.CLOSED: END},
    S.CLOSED: {S.SHORTLISTED: pgettext_lazy("move of a deal", "%(stage)s: add to the shortlist")},
}


def moves_of(deal: Deal) -> dict[str, str]:
    """Return the moves that a company may make, in words: none to the stage where the deal is."""
    possible = {to: words for to, words in MOVES[deal.stage].items() if to != deal.stage}
    if deal.has_proposal:  # it is answered first
        possible = {to: words for to, words in possible.items() if to not in OF_STAGES}
    return {str(to): str(words) % {"stage": to.label} for to, words in possible.items()}


@dataclass(frozen=True)
class DealRow:
    """One deal as its row and its card show it. `shown`: what may be shown of the other company."""

    deal: Deal
    shown: Mapping[str, Any]
    state: str
    score: Any
    in_charge: str
    today: date

    @property
    def introduction(self) -> Introduction | None:
        found: Introduction | None = self.shown.get("introduction")
        return found

    @property
    def public_id(self) -> str:
        return str(self.shown.get("public_id") or "")

    @property
    def moves(self) -> dict[str, str]:
        is_here = self.public_id and not (self.introduction and self.introduction.left_at)
        return moves_of(self.deal) if is_here else {}

    @property
    def days(self) -> int | None:
        return (self.today - self.deal.since).days if self.deal.since else None

    @property
    def is_late(self) -> bool:
        return bool(self.deal.due_on and self.deal.due_on < self.today)

    @property
    def is_new(self) -> bool:
        """Whether it has no introduction yet: its page is that of the match."""
        return self.introduction is None

    @property
    def fits(self) -> dict[str, int]:
        return {name: round_tenths(getattr(self.score, name)) for name in FITS}


def deal_rows(member: CurrentCompany, deals: Sequence[Deal], team: Sequence[Membership]) -> list[DealRow]:
    """Return what the page shows of these deals; the same queries however many they are."""
    introductions = Introduction.objects.filter(pk__in=[deal.introduction_id for deal in deals])
    begun = selectors.request_rows(
        member, list(selectors.with_queue_position(introductions, member.side.other))
    )
    alone = selectors.card_rows(member, [deal.key for deal in deals if deal.introduction_id is None])
    stored = stored_ranking(member.side, member.company_id)
    scores = {entry.counterpart_id: entry for entry in (stored.entries if stored else ())}
    names = {each.pk: name_of(each) for each in team}
    rows, today = [], timezone.localdate()
    for deal in deals:
        shown = begun.get(deal.introduction_id or 0) or alone.get(deal.key)
        if shown is None:  # gone between two reads
            continue
        in_charge = names.get(deal.entry.in_charge_id or 0, "") if deal.entry else ""
        score = scores.get(deal.key) if shown.get("public_id") else None
        rows.append(DealRow(deal, shown, state_of(deal.key, member), score, in_charge, today))
    return rows


def name_of(membership: Membership) -> str:
    return membership.user.full_name or membership.user.email


def pipeline_page(member: CurrentCompany, asked: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """Return the page of deals; the same queries however many there are."""
    every, team = deals_of(member), list(members_of(member.company))
    deals = narrowed(member, every, asked)
    is_board = asked.get("view") == BOARD
    page = Paginator(deals, PER_PAGE).get_page(asked.get("page"))
    by_stage = {stage: [deal for deal in deals if deal.stage == stage] for stage in DealStage}
    first = [deal for of_it in by_stage.values() for deal in of_it[:ON_BOARD]]
    rows = deal_rows(member, first if is_board else list(page.object_list), team)
    return {
        "side": member.side,
        "company": member.company,
        "is_board": is_board,
        "rows": rows,
        "page": page,
        "columns": [
            {
                "stage": stage,
                "count": len(of_it),
                "more": max(0, len(of_it) - ON_BOARD),
                "rows": [row for row in rows if row.deal.stage == stage],
            }
            for stage, of_it in by_stage.items()
        ],
        "filters": _selects(member, asked, Counter(deal.stage for deal in every), team),
        "is_filtered": any(asked.get(name) for name in LABELS),
        "is_empty": not every,
        "funnel": funnel_of(deals),
        "unseen": unseen_notes(member, every),
        **_requests(member, at=at),
    }


def unseen_notes(member: CurrentCompany, deals: Sequence[Deal]) -> list[Any]:
    """Return notes about companies that the member can see no longer and that have no row."""
    kept = list(own_notes(member).exclude(note="", next_step=""))
    if not kept:
        return []
    key = f"{member.side.other}_id"
    noted = {getattr(entry, key) for entry in kept}
    seen = set(counterparts(member).filter(pk__in=noted).values_list("pk", flat=True))
    seen |= {deal.key for deal in deals} | member.interactions.passed
    return [entry for entry in kept if getattr(entry, key) not in seen]


def _requests(member: CurrentCompany, *, at: datetime) -> dict[str, Any]:
    """Return what stands below the deals: slots, the pause, how the company answers, why others pass."""
    company = member.company
    return {
        "places": selectors.REQUEST_SLOTS,
        "taken": selectors.request_slots_taken(company, at=at) if isinstance(company, Startup) else 0,
        "paused_at": company.paused_at,
        "reasons": selectors.reasons_of_passes(member.side, member.company_id, at=at),
        "replies": replies_of(member.side, company, at=at),
    }


def _selects(
    member: CurrentCompany, asked: Mapping[str, str], counts: Counter[DealStage], team: Sequence[Membership]
) -> list[dict[str, Any]]:
    terms = facet_terms(member.side.other)
    nodes = sorted(terms.by_pk["sector"].values(), key=lambda node: node.order)
    sectors = [(node.code, node.name) for node in nodes if node.parent is None]
    people = [(str(each.pk), name_of(each)) for each in team]
    choices = {
        "stage": [(str(stage), f"{stage.label} ({counts[stage]})") for stage in DealStage],
        "sector": sectors,
        "who": [*people, (NO_ONE, pgettext("in charge", "No one"))],
        "due": [(str(due), str(due.label)) for due in Due],
    }
    selects = []
    for name, label in LABELS.items():
        options = [("", _("All")), *choices[name]]
        selects.append({"name": name, "label": label, "choices": options, "chosen": asked.get(name, "")})
    return selects


FUNNEL: Mapping[DealStage, Promise] = {
    S.SHORTLISTED: pgettext_lazy("funnel of deals", "All deals"),
    S.TALKING: pgettext_lazy("funnel of deals", "Both interested"),
    **{stage: stage.label for stage in WITH_BOTH if stage != S.TALKING},
}


def funnel_of(deals: Sequence[Deal]) -> list[dict[str, Any]]:
    """Return how many deals have got at least so far; of those that are closed, too."""
    order = list(DealStage)
    reached = [order.index(deal.reached) for deal in deals]
    counts = {stage: sum(at >= order.index(stage) for at in reached) for stage in FUNNEL}
    most = max(counts.values(), default=0) or 1
    return [
        {"label": label, "count": counts[stage], "length": round(1000 * counts[stage] / most)}
        for stage, label in FUNNEL.items()
    ]


def deal_with(member: CurrentCompany, key: int) -> Deal | None:
    return next((deal for deal in deals_of(member) if deal.key == key), None)
