"""Hostile decks: each ends with words for its sender or with pages, and no process grows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from matchmaker.deals.decks.forms import DeckForm
from matchmaker.models.deck import DeckFault
from profiles.integrations.file_checking import NotCheckedError, check_file, draw_pages
from tests.matchmaker.deals.decks.hostile_decks import hostile_decks

pytestmark = pytest.mark.attack
ENDED = "ended without a word"  # three times, and the deck is refused


def outcome(deck):
    """Send a deck through form, check and drawing of its first pages; return what becomes of it."""
    _what, name, make, _expected = deck
    try:
        sent = DeckForm.base_fields["file"].clean(SimpleUploadedFile(name, make()))
    except forms.ValidationError as error:
        words = error.messages[0]
        return "size" if "larger than 30 MB" in words else "damaged" if "damaged" in words else "type"
    try:
        verdict = check_file(sent.kind, sent.content)
        if verdict.fault:
            return str(verdict.fault)
        drawn = draw_pages(sent.kind, verdict.content, first=1, most=2)
    except NotCheckedError:
        return ENDED
    return drawn.fault or "drawn"


def test_each_hostile_deck_ends_with_words_or_pages(tally, depth):
    every = hostile_decks()
    assert len(every) >= 60
    one_of_each = {expected: deck for deck in reversed(every) for expected in [deck[3]]}
    sent = depth([*one_of_each.values()], deep=every)
    with ThreadPoolExecutor(2) as pool:
        for (what, name, _make, expected), found in zip(sent, pool.map(outcome, sent), strict=True):
            # A machine that is busy ends a costly one before its own limit does; it is asked again.
            is_right = found == expected or (found, expected) == (ENDED, "heavy")
            tally.check(is_right, f"{what} ({name}): {found}, not {expected}")
            is_told = found in ("drawn", "type", "size", ENDED) or DeckFault(found).label
            tally.check(is_told, what)
            tally.measure(f"\n{what} | {name} | {found}")
    tally.settle()
