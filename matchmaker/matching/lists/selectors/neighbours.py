"""The previous and next counterpart on a person's list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matchmaker.matching.lists.selectors.cards import CurrentCompany, OwnList, own_list
from matchmaker.matching.lists.selectors.facets import facet_terms, facet_values
from matchmaker.matching.lists.selectors.list_page import (
    NAME,
    PER_PAGE,
    SearchQuery,
    by_name,
    chosen_terms,
    in_list_order,
    listed_counterparts,
    plain_rows,
)


@dataclass(frozen=True)
class Neighbours:
    """`position` counts from 1 and is 0 outside the list; `next` is then the first on it.

    `previous` and `next` are public ids, or empty.
    """

    position: int = 0
    total: int = 0
    previous: str = ""
    next: str = ""
    listed: Mapping[int, str] | None = None  # public ids of all on the list, before its filters

    @property
    def page(self) -> int:
        return max(0, self.position - 1) // PER_PAGE + 1


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
    listed = ids_on(current, query, lists)
    ids = _in_list_order(current, query, lists, listed)
    return replace(_between(ids, public_id, 0, len(ids)), listed=listed)


def listed_ids(current: CurrentCompany, query: SearchQuery, lists: OwnList) -> list[str]:
    return _in_list_order(current, query, lists, ids_on(current, query, lists))


def ids_on(current: CurrentCompany, query: SearchQuery, lists: OwnList) -> dict[int, str]:
    """Return the public ids of everyone on the list who may be named, in no order unless it is by name."""
    named = listed_counterparts(current).filter(pk__in=lists.counterparts - current.interactions.passed)
    rows = by_name(named, current) if query.sort == NAME else named.order_by()
    return dict(rows.values_list("pk", "public_id"))


def _in_list_order(
    current: CurrentCompany, query: SearchQuery, lists: OwnList, ids: Mapping[int, str]
) -> list[str]:
    entries = [entry for entry in lists.entries(query.thesis) if entry.counterpart_id in ids]
    if query.codes:
        terms = facet_terms(current.side.other)
        chosen, values = chosen_terms(query, terms), facet_values(ids, current.side.other, terms)
        entries = [entry for entry in entries if values[entry.counterpart_id].meets(chosen)]
    upper, lower = in_list_order(current, query, entries, list(ids))
    return [ids[entry.counterpart_id] for entry in (*upper, *lower)]


def _among_all(current: CurrentCompany, query: SearchQuery, public_id: str) -> Neighbours:
    terms = facet_terms(current.side.other)
    rows: Any = plain_rows(current, query, terms, chosen_terms(query, terms))
    page = int(query.page) if query.page.isdecimal() and len(query.page) < PER_PAGE else 1
    start = max(0, page - 2) * PER_PAGE
    ids = list(rows.values_list("public_id", flat=True)[start : start + 3 * PER_PAGE])
    return _between(ids, public_id, start, rows.count()) if public_id in ids else Neighbours()


def _between(ids: Sequence[str], public_id: str, start: int, total: int) -> Neighbours:
    if public_id not in ids:
        return Neighbours(total=total, next=ids[0] if ids else "")
    at = ids.index(public_id)
    previous, following = ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""
    return Neighbours(start + at + 1, total, previous, following)
