"""What the two sides have said about each other, as one of them may know it; and whom curators keep apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from matchmaker.choices import PinKind, Side
from matchmaker.models.introduction_table import OPEN
from matchmaker.ranking.selectors.stored_lists import ListEntry

Keys = frozenset[int]
SAID = {"shortlisted", "passed", "introduced"}
# One round trip for five tables. An interest's side says who is interested; a request in the queue is its
# asker's (introduced.py).
RELATIONS_OF = """
    SELECT 'shortlisted', {other}_id FROM matchmaker_shortlistentry WHERE {own}_id = %s AND side = %s
    UNION ALL SELECT 'passed', {other}_id FROM matchmaker_pass WHERE {own}_id = %s AND side = %s
    UNION ALL SELECT side, {other}_id FROM matchmaker_interest WHERE {own}_id = %s
    UNION ALL SELECT 'hidden', {other}_id FROM matchmaker_pin
        WHERE {own}_id = %s AND kind = %s AND released_at IS NULL
    UNION ALL SELECT 'introduced', {other}_id FROM matchmaker_introduction
        WHERE {own}_id = %s AND state IN ({states}) AND (asked_by = %s OR delivered_at IS NOT NULL)
"""
STATES = ", ".join(["%s"] * len(OPEN))
RELATIONS = {
    side: RELATIONS_OF.format(own=side.value, other=side.other.value, states=STATES) for side in Side
}


@dataclass(frozen=True)
class Relations:
    """Primary keys of the other side. The other side's passes are never told.

    Who is hidden does not exist for the company, so nothing was said about them either.
    """

    shortlisted: Keys = field(default_factory=frozenset)
    passed: Keys = field(default_factory=frozenset)
    interested: Keys = field(default_factory=frozenset)
    wanted_by: Keys = field(default_factory=frozenset)
    hidden: Keys = field(default_factory=frozenset)
    introduced: Keys = field(
        default_factory=frozenset
    )  # an introduction is open, and the company knows of it

    @property
    def mutual(self) -> Keys:
        """Those with whom interest is mutual."""
        return self.interested & self.wanted_by

    @property
    def spoken_of(self) -> Keys:
        """Those whom one of the two sides has chosen: they stay on a list however they score."""
        return self.shortlisted | self.interested | self.wanted_by

    @property
    def untouched(self) -> Keys:
        """Those whose place no handicap lowers: with mutual interest, or on the company's shortlist."""
        return self.mutual | self.shortlisted

    def lists(self, entry: ListEntry) -> bool:
        """Whether an entry stands above the end of the company's list."""
        return entry.is_worth_a_look or entry.counterpart_id in self.spoken_of

    def shown(self, entries: Iterable[ListEntry]) -> list[int]:
        """Return whom the list of matches shows, in its order, before anybody asks for weaker ones."""
        gone = self.passed | self.hidden
        kept = (entry for entry in entries if entry.counterpart_id not in gone)
        return [entry.counterpart_id for entry in kept if self.lists(entry)]


def relations_of(side: Side, pk: int) -> Relations:
    """Return everything that was said about a company's counterparts. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS[side], [pk, side, pk, side, pk, pk, PinKind.HIDE, pk, *OPEN, side])
        rows = cursor.fetchall()
    hidden = frozenset(counterpart for said, counterpart in rows if said == "hidden")
    found: dict[str, set[int]] = {said: set() for said in SAID | {side, side.other}}
    for said, counterpart in rows:
        if counterpart not in hidden:
            found[said].add(counterpart)
    return Relations(
        shortlisted=frozenset(found["shortlisted"]),
        passed=frozenset(found["passed"]),
        interested=frozenset(found[side]),
        wanted_by=frozenset(found[side.other]),
        hidden=hidden,
        introduced=frozenset(found["introduced"]),
    )
