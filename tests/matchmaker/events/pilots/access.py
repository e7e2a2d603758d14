"""Who may do what about pilots, address by address (tests/house/access.py), and the pilots of that market."""

from matchmaker.models.pilot import PilotState
from tests.house.access import at, each
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot


def add_to(market):
    """Write pilots of the investor in three states and one of the startup; the rival applies for one."""
    founder, partner, asker = (market.people[name] for name in ("founder", "partner", "other_founder"))
    assert founder
    assert partner
    assert asker
    pilot = make_pilot(market.investor, by=partner)
    market.added |= {
        "pilot": pilot,
        "pilot_draft": make_pilot(market.investor, by=partner, state=PilotState.DRAFT),
        "pilot_running": make_pilot(market.investor, by=partner, state=PilotState.RUNNING),
        "pilot_waiting": make_pilot(market.startup, by=founder, state=PilotState.SUBMITTED),
        "application": make_application(pilot, market.rival, by=asker),
    }


ADDRESSES = (
    # In the API: opened by a token alone
    at("api:pilots", "uuuuuuuu", "mmmmmmmm"),
    at("api:pilot", "uuuuuuuu", "mmmmmmmm", public_id="=000000000000"),
    # Pilots: the board and what its parties opened for everyone, the rest for host and applicants. The rival
    # has applied for the investor's pilot; without an act nothing moves.
    *each("pilots pilot_calendar", "oooooooo", "mmmmmmmm"),
    at("own_pilots", "ssoooonn", "ssmmmmnn"),
    at("pilot_create", "ssoooonn", "ssiiiinn"),
    at("pilot", "oooooooo", "mmmmmmmm", public_id="pilot.public_id"),
    at("pilot", "nnnnonnn", "mmmmmmmm", public_id="pilot_draft.public_id"),
    at("pilot", "nnonnnon", "mmmmmmmm", public_id="pilot_waiting.public_id"),
    at("pilot_edit", "ssnnonnn", "ssnninnn", public_id="pilot_draft.public_id"),
    at("pilot_edit", "ssnnonnn", "ssnninnn", public_id="pilot.public_id"),
    *each("pilot_move pilot_open pilot_invite", "ssmmmmnn", "ssnngnnn", public_id="pilot.public_id"),
    at("pilot_answer", "ssmmmmnn", "ssnngnnn", public_id="pilot.public_id", pk="application.pk"),
    at("pilot_results", "ssnnonnn", "ssnninnn", public_id="pilot_running.public_id"),
    at("pilot_candidates", "ssnnonnn", "ssmmmmnn", public_id="pilot.public_id"),
    at("pilot_apply", "ssogggnn", "ssiiiinn", public_id="pilot.public_id"),
    at("pilot_seat", "ssmmmmnn", "ssngnnnn", public_id="pilot.public_id"),
    at("pilot_reviews", "ssnnnnon", "ssnnnnmn"),
    at("pilot_review", "ssnnnnon", "ssnnnnin", public_id="pilot_waiting.public_id"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {
    "visitor": ("/pilots/", "/pilots/calendar/"),
    "partner": ("/pilots/new/",),
    "curator": ("/desk/pilots/",),
}
