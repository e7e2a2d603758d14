"""Who may ask for previews (tests/house/access.py)."""

from tests.house.access import at, each

ADDRESSES = (
    at("what_if_weights", "ssnnnnmn", "ssnnnnin"),
    at("what_if_sectors", "ssnnnnmn", "ssnnnnnn"),
    at("learned", "ssnnnnon", "ssnnnngn"),
    at("learned_apply", "ssnnnnmn", "ssnnnnnn", pk="=1"),
    *each("what_if what_if_progress", "ssnnnnnn", "ssnnnnmn", pk="=1"),
)
