"""The first of what a list recommends, in few words: for the start page."""

from matchmaker.matching.current_company.selectors import CurrentCompany, listed_counterparts
from matchmaker.matching.lists.selectors.cards import Card, CardContext, scored_card
from matchmaker.matching.lists.selectors.facets import FacetValues, facet_terms
from matchmaker.matching.lists.selectors.list_page import card_facts, for_cards
from matchmaker.matching.lists.selectors.own_list import OwnList

LOOKED_AT = 10  # entries, of which some may be visible no longer


def best_cards(current: CurrentCompany, lists: OwnList, most: int) -> list[Card]:
    """Return cards of the best recommended matches. The same queries however many they are."""
    entries = current.interactions.left(lists.stored.entries)[0][:LOOKED_AT]
    named = [entry.counterpart_id for entry in entries]
    profiles = for_cards(listed_counterparts(current).filter(pk__in=named)).in_bulk()
    shown = [entry for entry in entries if entry.counterpart_id in profiles][:most]
    if not shown:
        return []
    terms = facet_terms(current.side.other)
    context = CardContext(
        current,
        {entry.counterpart_id: FacetValues(terms) for entry in shown},
        terms,
        lists.stored.weights,
        card_facts(current, [(profiles[entry.counterpart_id], entry) for entry in shown], terms),
    )
    return [scored_card(profiles[entry.counterpart_id], entry, context) for entry in shown]
