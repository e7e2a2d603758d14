"""Everything on the page about fair dealing of one pair."""

from dataclasses import dataclass
from datetime import date

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.checks import ChecksPage, checks_page
from matchmaker.fair_dealing.selectors.data_cards import DataCards, data_cards
from matchmaker.fair_dealing.selectors.dependency import PairDependency, pair_dependency
from matchmaker.fair_dealing.selectors.disclosure import Disclosure, disclosure
from profiles.taxonomy.selectors.term_tree import all_terms


@dataclass(frozen=True)
class FairPage:
    """The page, for one of the two sides."""

    both: BothSides
    checks: ChecksPage
    disclosure: Disclosure
    cards: DataCards
    dependency: PairDependency | None  # for the startup's own eyes


def fair_page(both: BothSides, form: str, *, today: date) -> FairPage:
    """Return the page; the same queries whatever the pair states."""
    terms = all_terms()
    return FairPage(
        both=both,
        checks=checks_page(both, form, today=today),
        disclosure=disclosure(both, terms),
        cards=data_cards(both, terms),
        dependency=pair_dependency(both) if both.side == Side.STARTUP else None,
    )
