"""Everything on the page about fair dealing of one pair. What each side discloses is shown, never scored."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.both_sides import BothSides, stated_words
from matchmaker.fair_dealing.selectors.data_cards import DataCards, data_cards
from matchmaker.fair_dealing.selectors.dependency import PairDependency, pair_dependency
from matchmaker.fair_dealing.selectors.governance import ChecksPage, checks_page
from matchmaker.models import DisclosureRequest
from profiles.taxonomy.selectors.terms import TermTree, all_terms

# The question, and the field of a startup and of a partner that answers it.
QUESTIONS: tuple[tuple[str | Promise, str, str], ...] = (
    (_("State ownership"), "state_owned", "state_owned"),
    (_("Beneficial owner"), "beneficial_owner", "beneficial_owner"),
    (_("Fees"), "fee_policy", "fee_policy"),
    (_("Fees in detail"), "fee_details", "fee_details"),
    (_("Data hosting"), "data_location", "data_hosting"),
    (_("Exclusivity asked"), "exclusivity_ask", "exclusivity_ask"),
)


@dataclass(frozen=True)
class DisclosureRow:
    """One question and both answers in words; empty is not answered."""

    question: str | Promise
    startup: str
    partner: str


@dataclass(frozen=True)
class Disclosure:
    """The list. `…_on`: when the side last confirmed its profile; `…_asked_at`: when the other one asked."""

    rows: list[DisclosureRow]
    startup_on: date | None
    partner_on: date | None
    startup_asked_at: datetime | None
    partner_asked_at: datetime | None
    can_ask: bool


@dataclass(frozen=True)
class FairPage:
    """The page, for one of the two sides."""

    both: BothSides
    checks: ChecksPage
    disclosure: Disclosure
    cards: DataCards
    dependency: PairDependency | None  # for the startup's own eyes


def fair_page(both: BothSides, form: str) -> FairPage:
    """Return the page; the same queries whatever the pair states."""
    terms = all_terms()
    return FairPage(
        both=both,
        checks=checks_page(both, form),
        disclosure=_disclosure(both, terms),
        cards=data_cards(both, terms),
        dependency=pair_dependency(both) if both.side == Side.STARTUP else None,
    )


def _disclosure(both: BothSides, terms: TermTree) -> Disclosure:
    """Return both sides' answers, as each is shown to the other."""
    startup, partner, pair = both.startup, both.investor, both.pair
    rows = [
        DisclosureRow(question, stated_words(startup, ours, terms), stated_words(partner, theirs, terms))
        for question, ours, theirs in QUESTIONS
    ]
    requests = DisclosureRequest.objects.filter(startup=pair.startup, investor=pair.investor)
    asked = dict(requests.values_list("side", "at"))
    is_open = any(not (row.partner if both.side == Side.STARTUP else row.startup) for row in rows)
    return Disclosure(
        rows=rows,
        startup_on=startup.confirmed_on,
        partner_on=partner.confirmed_on,
        startup_asked_at=asked.get(Side.INVESTOR),
        partner_asked_at=asked.get(Side.STARTUP),
        can_ask=is_open and both.side not in asked,
    )
