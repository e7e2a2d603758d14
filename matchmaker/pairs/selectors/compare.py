"""A few counterparts beside each other: the same lines for each, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.choices import Factor
from matchmaker.lists.selectors.cards import Card, CardContext, card_facts, plain_card, scored_card
from matchmaker.lists.selectors.counterparts import counterparts, for_cards
from matchmaker.lists.selectors.current_company import CurrentCompany, own_list
from matchmaker.lists.selectors.facets import facet_values
from matchmaker.lists.selectors.list_page import weights_by_version
from matchmaker.ranking.selectors import stored_lists
from profiles.taxonomy.selectors.terms import all_terms

FEWEST, MOST = 2, 4
LAST = 1 << 31  # after every rank
WHOLE = 255  # a factor that fits in full


@dataclass(frozen=True)
class Level:
    """How well one factor fits for one counterpart, 0 to 100; None where it is on no list now."""

    percent: int | None
    is_stated: bool


@dataclass(frozen=True)
class ComparedLine:
    """One factor, for each counterpart in the order of the cards."""

    label: str
    levels: list[Level]


@dataclass(frozen=True)
class Comparison:
    """The page: a card for each counterpart, and the factors line by line."""

    cards: list[Card]
    lines: list[ComparedLine]


def comparison_of(current: CurrentCompany, public_ids: Sequence[str]) -> Comparison:
    """Return those of the named counterparts that exist for the company, in the order of its list.

    The number of queries does not depend on how many they are.
    """
    rows = counterparts(current).filter(public_id__in=list(public_ids)[:MOST])
    pks = set(rows.values_list("pk", flat=True))
    terms, lists = all_terms(), own_list(current)
    listed = {e.counterpart_id: e for e in (lists.stored.entries if lists else ()) if e.counterpart_id in pks}
    theses = [entry.thesis_id for entry in listed.values()] if len(listed) == len(pks) else None
    profiles = {row.pk: row for row in for_cards(rows, theses)}
    context = CardContext(
        current,
        facet_values(profiles.keys(), current.side.other, terms),
        terms,
        weights_by_version(lists.stored.weights_version) if lists else ({}, {}),
        card_facts(current, [(profiles[pk], entry) for pk, entry in listed.items()], terms),
    )
    order = sorted(profiles, key=lambda pk: (listed[pk].rank if pk in listed else LAST, pk))
    cards = [
        scored_card(profiles[pk], listed[pk], context) if pk in listed else plain_card(profiles[pk], context)
        for pk in order
    ]
    return Comparison(cards, _lines([listed.get(pk) for pk in order]))


def _lines(entries: list[stored_lists.ListEntry | None]) -> list[ComparedLine]:
    """Return the factors line by line."""
    return [
        ComparedLine(str(factor.label), [_level(entry, at, factor) for entry in entries])
        for at, factor in enumerate(Factor)
    ]


def _level(entry: stored_lists.ListEntry | None, at: int, factor: Factor) -> Level:
    """Return one factor of one counterpart."""
    if entry is None:
        return Level(None, is_stated=False)
    percent = (100 * entry.levels[at] + WHOLE // 2) // WHOLE
    return Level(percent, is_stated=factor not in entry.not_stated)
