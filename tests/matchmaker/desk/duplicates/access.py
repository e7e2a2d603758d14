"""Who may compare and merge companies (tests/house/access.py)."""

from tests.house.access import at

DOUBLE = {"kind": "=startup", "public_id": "startup.public_id", "other": "rival.public_id"}
ADDRESSES = (
    at("duplicates", "ssnnnnon", "ssnnnnmn"),
    at("duplicate_find", "ssnnnnon", "ssnnnnmn", kind="=startup", public_id="startup.public_id"),
    at("duplicate_find", "ssnnnnnn", "ssnnnnmn", kind="=startup", public_id="=nobody"),
    at("duplicate_pair", "ssnnnnon", "ssnnnnmn", **DOUBLE),
    at("duplicate_preview", "ssnnnnmn", "ssnnnnon", **DOUBLE),
    at("duplicate_merge", "ssnnnnmn", "ssnnnnin", **DOUBLE),
    at("duplicate_decide", "ssnnnnmn", "ssnnnngn", **DOUBLE),
    at("merge_undo", "ssnnnnmn", "ssnnnnnn", pk="=1"),
)
