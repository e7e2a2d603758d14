"""Who may do what about decks, address by address (tests/house/access.py), and that of its market."""

from datetime import timedelta

from django.utils import timezone

from tests.house.access import at, each
from tests.matchmaker.deals.decks.decked import let_in, make_deck


def add_to(market):
    """Give the startup a deck that the investor reads."""
    startup, founder = market.startup, market.people["founder"]
    deck = make_deck(startup, founder, may_download=True)
    let_in(startup, market.investor, until=timezone.now() + timedelta(days=1))
    reader = {"startup": startup, "investor": market.investor, "user": market.people["partner"]}
    for number in (0, 1):
        deck.current.openings.create(**reader, number=number, at=timezone.now())
    market.added |= {"deck": deck}


PAGE = {"public_id": "startup.public_id", "number": "=1", "page": "=1"}
ADDRESSES = (
    # The own deck
    at("deck", "ssoonnnn", "ssiinnnn"),
    at("deck_version", "ssonnnnn", "ssmmnnnn", number="=1"),
    at("deck_remove", "ssmmmmnn", "ssgnnnnn", number="=1"),
    at("deck_download_allowed", "ssmmmmnn", "ssgnnnnn"),
    at("deck_access", "ssmmmmnn", "ssgnnnnn", public_id="investor.public_id"),
    # The investor reads it; that a page was opened is recorded
    *each("deck_read deck_save", "ssnnonnn", "ssnngnnn", public_id="startup.public_id"),
    at("deck_page", "ssnnonnn", "ssmmmmnn", **PAGE),
    at("deck_image", "ssononnn", "ssmmmmmm", **PAGE),
    # Curators, who say why
    at("desk_decks", "ssnnnnon", "ssnnnnmn"),
    at("desk_deck", "ssnnnnon", "ssnnnnin", public_id="startup.public_id"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {"founder": ("/deck/", "/deck/1/"), "curator": ("/desk/decks/",)}
