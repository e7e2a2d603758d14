"""What the filters leave of a list, and in which order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.choices import Side
from matchmaker.matches.selectors import facets
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.query import MINE, NAME, NEWEST, THEIRS, SearchQuery
from matchmaker.matches.selectors.remembered import PageMemory
from matchmaker.ranking.selectors.stored_lists import ListEntry
from profiles.taxonomy.selectors.term_tree import TermTree


class ListState(StrEnum):
    """Why a list looks as it does."""

    LISTED = "listed"
    NOT_OPEN = "not_open"  # the own profile is not approved, or does not agree to matching
    NOT_RANKED = "not_ranked"
    NO_THESIS = "no_thesis"  # an investor's, none of whose theses is in use
    NOTHING_FITS = "nothing_fits"
    ONLY_WEAKER = "only_weaker"  # all that is listed stands below the floor
    FILTERED_AWAY = "filtered_away"


@dataclass(frozen=True)
class Selection:
    """What the filters leave of a list, in the order asked for. `weaker`: as in MatchesPage."""

    order: tuple[ListEntry, ...]
    state: ListState
    total: int
    weaker: int
    options: facets.Options


SELECTIONS: PageMemory[Selection] = PageMemory(128)


def select(
    entries: tuple[ListEntry, ...],
    member: Member,
    query: SearchQuery,
    traits: Mapping[int, facets.Traits],
    terms: TermTree,
    chosen: facets.Chosen,
) -> Selection:
    """Return what the filters leave of a list; of the same it is made once. No query."""

    def make() -> Selection:
        listed = {entry.counterpart_id: entry for entry in entries if entry.counterpart_id in traits}
        strong = {pk: entry for pk, entry in listed.items() if member.relations.lists(entry)}
        below = [] if query.with_weaker else [traits[pk] for pk in listed.keys() - strong.keys()]
        listed = listed if query.with_weaker else strong
        fitting = [entry for pk, entry in listed.items() if traits[pk].meets(chosen)]
        return Selection(
            tuple(_sorted(fitting, query.sort, member.side, list(traits))),
            ListState.ONLY_WEAKER if below and not listed else state_of_list(len(listed), len(fitting)),
            total=len(listed),
            weaker=sum(each.meets(chosen) for each in below),
            options=facets.counted([traits[pk] for pk in listed], chosen, terms),
        )

    key = (entries, member.relations, member.side, tuple(traits.items()), query.key, terms)
    return SELECTIONS.get_or_make(key, make)


def state_of_list(listed: int, fitting: int) -> ListState:
    """Return why the list looks as it does."""
    if not listed:
        return ListState.NOTHING_FITS
    return ListState.LISTED if fitting else ListState.FILTERED_AWAY


ORDERS: dict[tuple[str, Side], Callable[[ListEntry], int]] = {
    (MINE, Side.INVESTOR): lambda entry: -entry.fit_investor,
    (MINE, Side.STARTUP): lambda entry: -entry.fit_startup,
    (THEIRS, Side.INVESTOR): lambda entry: -entry.fit_startup,
    (THEIRS, Side.STARTUP): lambda entry: -entry.fit_investor,
    (NEWEST, Side.INVESTOR): lambda entry: -entry.counterpart_id,
    (NEWEST, Side.STARTUP): lambda entry: -entry.counterpart_id,
}


def _sorted(entries: list[ListEntry], sort: str, side: Side, named: list[int]) -> list[ListEntry]:
    """Return the entries in the order asked for; `named` has all in the order of their names."""
    if sort == NAME:
        place = {pk: at for at, pk in enumerate(named)}
        return sorted(entries, key=lambda entry: place[entry.counterpart_id])
    order = ORDERS.get((sort, side))
    return sorted(entries, key=order) if order else entries
