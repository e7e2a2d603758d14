"""A company's stored list in the order in which its people read it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from matchmaker.matching.current_company.selectors import CurrentCompany, listed_counterparts
from matchmaker.matching.lists.selectors.closed import Refusal
from matchmaker.matching.ranking.selectors.stored_lists import (
    ListEntry,
    StoredRanking,
    ThesisList,
    ended_anew,
    in_order,
    lists_of_theses,
    stored_ranking,
    taking_turns,
)
from matchmaker.models.pair_action import Look
from profiles.models import Investor, Startup


class Listed(NamedTuple):
    """A counterpart that is listed and may be named."""

    public_id: str
    is_paused: bool
    looked_at: datetime | None  # when the person first opened the match


@dataclass(frozen=True)
class OwnList:
    """A company's list in the order in which it reads it, and how it was made."""

    stored: StoredRanking
    theses: tuple[ThesisList, ...] = ()
    listed: Mapping[int, Listed] = field(default_factory=dict)  # all on it who may be named, but not passed
    closed: Mapping[int, Refusal] = field(default_factory=dict)  # those with whom nothing new may begin

    def entries(self, thesis: str = "") -> tuple[ListEntry, ...]:
        for thesis_list in self.theses:
            if str(thesis_list.pk) == thesis:
                return thesis_list.entries
        return self.stored.entries

    def seen(self, thesis: str = "") -> list[ListEntry]:
        return [entry for entry in self.entries(thesis) if entry.counterpart_id in self.listed]


def own_list(current: CurrentCompany) -> OwnList | None:
    """Return the company's list without paused counterparts; None before it is ranked. Three queries."""
    stored = stored_ranking(current.side, current.company_id)
    if stored is None:
        return None
    thesis_lists = []
    if stored.has_theses:
        thesis_lists = lists_of_theses(current.company_id)
    entries = chain(stored.entries, *(thesis_list.entries for thesis_list in thesis_lists))
    listed = _listed(current, {entry.counterpart_id for entry in entries})
    refusals = _refusals(current, listed)
    interactions = current.interactions
    closed = refusals.keys() - interactions.introduced
    gone = closed | interactions.passed | interactions.hidden

    def shown(entries: tuple[ListEntry, ...]) -> tuple[ListEntry, ...]:
        ended = ended_anew(entries, current.side, gone)
        return in_order(ended, interactions.exempt_from_penalty, closed)

    shown_entries = shown(stored.entries)
    if len(thesis_lists) < 2:
        return OwnList(replace(stored, entries=shown_entries), (), listed, refusals)
    theses = tuple(replace(thesis_list, entries=shown(thesis_list.entries)) for thesis_list in thesis_lists)
    in_turns = taking_turns(theses, shown_entries)
    return OwnList(replace(stored, entries=in_turns), theses, listed, refusals)


def _refusals(current: CurrentCompany, listed: Mapping[int, Listed]) -> dict[int, Refusal]:
    """Return the same as `closed_to` of all who are listed, without a query."""
    refusals = {}
    for pk, counterpart in listed.items():
        if pk in current.interactions.blocked:
            refusals[pk] = Refusal.BLOCKED
        elif counterpart.is_paused or pk in current.interactions.closed_by:
            refusals[pk] = Refusal.CLOSED
    return refusals


def _listed(current: CurrentCompany, keys: Collection[int]) -> dict[int, Listed]:
    looks = Look.objects.filter(
        user=current.viewer.user_id, **{current.side.other: OuterRef("pk")}
    ).order_by()
    rows = listed_counterparts(current).filter(pk__in=set(keys) - current.interactions.passed).order_by()
    columns = rows.values_list("pk", "public_id", "paused_at", Subquery(looks.values("at")))
    return {pk: Listed(public_id, bool(paused_at), at) for pk, public_id, paused_at, at in columns}


def has_no_active_thesis(company: Startup | Investor) -> bool:
    return isinstance(company, Investor) and not company.theses.active_on(timezone.localdate()).exists()
