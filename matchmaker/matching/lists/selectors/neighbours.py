"""The previous and next counterpart on a person's list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.selectors.facets import facet_terms, facet_values
from matchmaker.matching.lists.selectors.list_page import (
    PER_PAGE,
    SearchQuery,
    chosen_terms,
    in_list_order,
    plain_rows,
)
from matchmaker.matching.lists.selectors.own_list import OwnList, own_list
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry


@dataclass(frozen=True)
class Neighbours:
    """`position` counts from 1 and is 0 outside the list; `next` is then the first on it.

    `previous` and `next` are public ids, or empty.
    """

    position: int = 0
    total: int = 0
    previous: str = ""
    next: str = ""
    recommended: int = 0  # the first so many; those after them stand on pages of their own

    @property
    def is_less(self) -> bool:
        return 0 < self.recommended < self.position

    @property
    def page(self) -> int:
        before = self.recommended if self.is_less else 0
        return max(0, self.position - before - 1) // PER_PAGE + 1


def neighbours(
    current: CurrentCompany, query: SearchQuery, lists: OwnList | None, public_id: str
) -> Neighbours:
    """Return the place of a counterpart on the list that `query` asks for."""
    if not current.company.is_published:
        return Neighbours()
    if query.is_plain:
        return _among_all(current, query, public_id)
    lists = lists or own_list(current)
    if not lists:
        return Neighbours()
    upper, lower = _in_list_order(current, query, lists)
    place = _between([*upper, *lower], public_id, 0, len(upper) + len(lower))
    return replace(place, recommended=len(upper))


def listed_ids(current: CurrentCompany, query: SearchQuery, lists: OwnList) -> list[str]:
    upper, lower = _in_list_order(current, query, lists)
    return [*upper, *lower]


def _in_list_order(
    current: CurrentCompany, query: SearchQuery, lists: OwnList
) -> tuple[list[str], list[str]]:
    entries = lists.seen(query.thesis)
    if query.codes:
        terms = facet_terms(current.side.other)
        chosen = chosen_terms(query, terms)
        values = facet_values(lists.listed, current.side.other, terms)
        entries = [entry for entry in entries if values[entry.counterpart_id].meets(chosen)]
    recommended, less_likely = in_list_order(current, query, entries, lists)
    return _public_ids(recommended, lists), _public_ids(less_likely, lists)


def _public_ids(entries: Iterable[ListEntry], lists: OwnList) -> list[str]:
    return [lists.listed[entry.counterpart_id].public_id for entry in entries]


def _among_all(current: CurrentCompany, query: SearchQuery, public_id: str) -> Neighbours:
    terms = facet_terms(current.side.other)
    rows = plain_rows(current, query, terms, chosen_terms(query, terms), "public_id")
    page = 1
    if query.page.isdecimal() and len(query.page) < PER_PAGE:
        page = int(query.page)
    start = max(0, page - 2) * PER_PAGE
    ids = list(rows[start : start + 3 * PER_PAGE])
    if public_id not in ids:
        return Neighbours()
    return _between(ids, public_id, start, rows.count())


def _between(ids: Sequence[str], public_id: str, start: int, total: int) -> Neighbours:
    if public_id not in ids:
        return Neighbours(total=total, next=ids[0] if ids else "")
    at = ids.index(public_id)
    previous, following = ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""
    return Neighbours(start + at + 1, total, previous, following)
