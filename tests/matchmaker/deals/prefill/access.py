"""Who may do what about proposals from a deck (tests/house/access.py)."""

from tests.house.access import at


def add_to(_market):
    """Nothing is stored: what a deck says is read when its owner looks."""


ADDRESSES = (at("deck_proposals", "ssoonnnn", "ssggnnnn"),)
PAGES: dict[str, tuple[str, ...]] = {}
