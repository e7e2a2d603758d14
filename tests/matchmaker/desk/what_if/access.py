"""Who may ask for previews (tests/house/access.py)."""

from tests.house.access import at, each


def add_to(market):
    """Previews are made in their own tests."""


ADDRESSES = (
    at("what_if_weights", "ssnnnnmn", "ssnnnnin"),
    at("what_if_sectors", "ssnnnnmn", "ssnnnnnn"),
    at("learned", "ssnnnnon", "ssnnnngn"),
    at("learned_apply", "ssnnnnmn", "ssnnnnnn", pk="=1"),
    *each("what_if what_if_progress", "ssnnnnnn", "ssnnnnmn", pk="=1"),
)
PAGES = {}
