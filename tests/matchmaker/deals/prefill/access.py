"""Who may do what about proposals from a deck (tests/house/access.py)."""

from tests.house.access import at

ADDRESSES = (at("deck_proposals", "ssoonnnn", "ssggnnnn"),)
