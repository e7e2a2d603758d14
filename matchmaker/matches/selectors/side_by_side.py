"""A few counterparts beside each other: the same lines for each, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from matchmaker.choices import Factor
from matchmaker.matches.selectors import facets
from matchmaker.matches.selectors.card_rows import for_page
from matchmaker.matches.selectors.cards import Card, CardContext, facts_of_listed, plain_card, scored_card
from matchmaker.matches.selectors.listing import weights_by_version
from matchmaker.matches.selectors.member import Member, own_list
from matchmaker.matches.selectors.pair import counterparts
from matchmaker.ranking.selectors import stored_lists
from profiles.taxonomy.selectors.term_tree import all_terms

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


def comparison_of(member: Member, public_ids: Sequence[str]) -> Comparison:
    """Return those of the named counterparts that exist for the member, in the order of its list.

    The number of queries does not depend on how many they are.
    """
    found = counterparts(member).filter(public_id__in=list(public_ids)[:MOST])
    terms = all_terms()
    traits = facets.traits_of(found, member.side.other, terms)
    found_list = own_list(member)
    stored = found_list.stored if found_list else None
    listed = {e.counterpart_id: e for e in stored.entries if e.counterpart_id in traits} if stored else {}
    theses = [entry.thesis_id for entry in listed.values()] if len(listed) == len(traits) else None
    rows = for_page(counterparts(member), theses).in_bulk(list(traits))
    weights = weights_by_version(stored.weights_version) if stored else ({}, {})
    facts = facts_of_listed(member, rows, listed, terms, on=timezone.localdate())
    context = CardContext(member, traits, terms, weights, facts)
    order = sorted(rows, key=lambda pk: (listed[pk].rank if pk in listed else LAST, pk))
    cards = [
        scored_card(rows[pk], listed[pk], context) if pk in listed else plain_card(rows[pk], context)
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
