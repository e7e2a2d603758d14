"""What each side tells of itself, the same questions beside each other; shown, dated, never scored."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.both_sides import BothSides, stated_words
from matchmaker.models import DisclosureRequest
from profiles.taxonomy.selectors.term_tree import TermTree

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


def disclosure(both: BothSides, terms: TermTree) -> Disclosure:
    """Return both sides' answers, as each is shown to the other."""
    rows = [
        DisclosureRow(
            question, stated_words(both.startup, ours, terms), stated_words(both.investor, theirs, terms)
        )
        for question, ours, theirs in QUESTIONS
    ]
    asked = _asked(both)
    theirs_open = any(not (row.partner if both.side == Side.STARTUP else row.startup) for row in rows)
    return Disclosure(
        rows=rows,
        startup_on=both.startup.confirmed_on,
        partner_on=both.investor.confirmed_on,
        startup_asked_at=asked.get(Side.INVESTOR),
        partner_asked_at=asked.get(Side.STARTUP),
        can_ask=theirs_open and both.side not in asked,
    )


def _asked(both: BothSides) -> dict[str, datetime]:
    """Return when which side asked."""
    found = DisclosureRequest.objects.filter(startup=both.pair.startup, investor=both.pair.investor)
    return dict(found.values_list("side", "at"))
