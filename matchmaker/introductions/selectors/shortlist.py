"""The shortlist of one company: whom it remembers, who said yes, and whom it passed on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from matchmaker.choices import Side
from matchmaker.lists.selectors.cards import state_of
from matchmaker.lists.selectors.counterparts import counterparts, for_cards
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.lists.selectors.current_company import PairInteractions, own_list
from matchmaker.models import Pass, ShortlistEntry
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import round_tenths
from profiles.visibility.access import see
from profiles.visibility.visible_profile import pitch_of

PER_PAGE = 20


@dataclass(frozen=True)
class ShortlistRow:
    """One counterpart on the page. Score and fits are 0 to 100; the score None where it is on no list now."""

    public_id: str
    name: str
    pitch: str
    facts: list[str]
    demo: bool
    state: str
    shortlisted: bool
    note: str
    at: datetime | None
    score: int | None
    fit_startup: int = 0
    fit_investor: int = 0
    reason: str = ""


@dataclass(frozen=True)
class ShortlistPage:
    """The shortlist, the passes, and the notes about profiles that are not shown now, without names."""

    side: Side
    page: "Page[int]"
    kept: list[ShortlistRow]
    passed: list[ShortlistRow]
    unseen: list[ShortlistEntry | Pass]


def shortlist_page(member: Member, number: str) -> ShortlistPage:
    """Return one page of the shortlist and all passes, with the same queries whatever their length."""
    own = {"side": member.side, f"{member.side.value}_id": member.company_id}
    notes = _by_counterpart(ShortlistEntry.objects.filter(**own), member.side.other)
    passes = _by_counterpart(Pass.objects.filter(**own), member.side.other)
    wanted = [*_kept_keys(member.interactions, notes), *passes]
    rows = for_cards(counterparts(member)).prefetch_related("consents").in_bulk(wanted)
    order = [pk for pk in _kept_keys(member.interactions, notes) if pk in rows]
    page = Paginator(order, PER_PAGE).get_page(number)
    found = own_list(member)
    listed = found.stored.entries if found else ()
    kept = _kept_by(member, {entry.counterpart_id: entry for entry in listed})
    return ShortlistPage(
        side=member.side,
        page=page,
        kept=[kept(rows[pk], notes.get(pk)) for pk in page.object_list],
        passed=[kept(rows[pk], act) for pk, act in passes.items() if pk in rows],
        unseen=[act for said in (notes, passes) for pk, act in said.items() if act.note and pk not in rows],
    )


def kept_count(relations: PairInteractions) -> int:
    """Return how many stand on the company's shortlist: whom it remembers, and who said yes."""
    return len(_kept_keys(relations, dict.fromkeys(relations.shortlisted)))


def _by_counterpart(acts: Iterable[Any], other: Side) -> dict[int, Any]:
    """Return acts by the counterpart's key, newest first."""
    return {getattr(act, f"{other.value}_id"): act for act in acts}


def _kept_keys(relations: PairInteractions, notes: dict[int, Any]) -> list[int]:
    """Return who is on the page: mutual interest, interest in us, our interest, then the rest by age."""
    first = [*sorted(relations.mutual), *sorted(relations.liked_by), *sorted(relations.interested)]
    return [pk for pk in dict.fromkeys([*first, *notes]) if pk not in relations.passed]


def _kept_by(member: Member, listed: dict[int, stored_lists.ListEntry]) -> Callable[[Any, Any], ShortlistRow]:
    """Return the function that makes one line for this member."""

    def kept(profile: Any, act: ShortlistEntry | Pass | None) -> ShortlistRow:
        seen, entry = see(profile, member.viewer), listed.get(profile.pk)
        words = (seen.display["kind"],) if member.side == Side.STARTUP else (seen.display["primary_sector"],)
        return ShortlistRow(
            public_id=profile.public_id,
            name=str(seen.title),
            pitch=pitch_of(seen),
            facts=[word for word in (*words, seen.display["place"]) if word],
            demo=profile.is_demo,
            state=state_of(profile.pk, member),
            shortlisted=profile.pk in member.interactions.shortlisted,
            note=act.note if act else "",
            at=act.at if act else None,
            score=round_tenths(entry.score) if entry else None,
            fit_startup=round_tenths(entry.fit_startup) if entry else 0,
            fit_investor=round_tenths(entry.fit_investor) if entry else 0,
            reason=act.get_reason_display() if isinstance(act, Pass) else "",
        )

    return kept
