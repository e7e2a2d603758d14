"""How much of what a review needs is proposed from decks, and how much of it is right."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.deals.prefill.selectors import CAPITAL, DeckProposal, proposals_in_deck

FIELDS = ("name", "pitch", "summary", "primary_sector", "stage", "place", "needs", "ask_max", "forms")
TRUTH = {"primary_sector": "sectors", "ask_max": "ask"}  # where the names differ
LANGUAGES = ("_en", "_ur", "_zh")


@dataclass(frozen=True)
class Judged:
    """A deck with its proposals, each with whether it is right, and the fields that are not proposed."""

    name: str
    language: str
    proposals: list[tuple[DeckProposal, bool]]
    asked: frozenset[str]

    @property
    def found(self) -> frozenset[str]:
        return frozenset(field_of(proposal) for proposal, is_right in self.proposals if is_right)


def field_of(proposal: DeckProposal) -> str:
    """Return the field without its language."""
    return proposal.field[:-3] if proposal.field.endswith(LANGUAGES) else proposal.field


def judged_decks(path: Path) -> Iterator[Judged]:
    for deck in tomllib.loads(path.read_text(encoding="utf-8"))["deck"]:
        truth = {field: deck["truth"].get(TRUTH.get(field, field)) for field in FIELDS}
        truth["needs"] = [need for need in truth["needs"] if need != CAPITAL]  # the amount says this
        proposals = [(each, is_right(each, truth)) for each in proposals_in_deck(deck["pages"])]
        asked = frozenset(field for field, value in truth.items() if value)
        yield Judged(deck["name"], deck["language"], proposals, asked)


def is_right(proposal: DeckProposal, truth: dict[str, Any]) -> bool:
    """Return whether a founder would take it; of several sectors, whether the main one is among them."""
    field = field_of(proposal)
    wanted = truth[field] or ""
    if field in ("name", "pitch", "summary"):
        return bool(wanted) and wanted.casefold() in proposal.values[0].casefold()
    if field == "primary_sector":
        return wanted[0] in proposal.values
    if field == "ask_max":
        return " ".join(proposal.values) == wanted
    return {*proposal.values} <= ({*wanted} if isinstance(wanted, list) else {wanted})


def shares(decks: Iterable[Judged]) -> tuple[int, int, int, int]:
    """Return counts: fields with a right proposal, all fields, right proposals, all proposals."""
    decks = list(decks)
    right = [is_right for deck in decks for _proposal, is_right in deck.proposals]
    return (
        sum(len(deck.found & deck.asked) for deck in decks),
        sum(len(deck.asked) for deck in decks),
        sum(right),
        len(right),
    )
