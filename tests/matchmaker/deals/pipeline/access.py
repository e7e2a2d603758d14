"""Who may do what about deals, address by address (tests/house/access.py)."""

from tests.house.access import at, each

ADDRESSES = (
    at("pipeline", "ssoooonn", "ssmmmmnn"),
    # What a team notes about a company, and the moves of its deal: for who can see the company
    at("pipeline_notes", "ssnnonnn", "ssnngnnn", public_id="friend.public_id"),
    at("pipeline_notes", "ssoonnnn", "ssggnnnn", public_id="investor.public_id"),
    at("pipeline_move", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    at("pipeline_move", "ssmmmmnn", "ssggnnnn", public_id="investor.public_id"),
    # The old lists lead to it
    *each("introductions_moved shortlist_moved", "gggggggg", "mmmmmmmm"),
)
PAGES = {"founder": ("/deals/", "/deals/?view=board"), "partner": ("/deals/", "/deals/?view=board")}
