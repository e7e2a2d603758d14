"""Who may do what on the day of a mission, address by address; the missions are those of access.py."""

from types import SimpleNamespace

from matchmaker.events.missions.selectors.day import code_of
from matchmaker.events.programmes.selectors.secrets import secret_of
from tests.house.access import at


def add_to(market):
    """Have changes worked out for the mission with a schedule."""
    mission = market.added["mission_published"].mission
    proposal = mission.plans.create(by=mission.by, state="done", mends=True)
    secrets = {
        name: SimpleNamespace(token=secret_of(market.added[row], mission.by))
        for name, row in (
            ("mission_secret", "mission_published"),
            ("mission_secret_early", "mission_delegation"),
        )
    }
    market.added |= {"mission_changed": proposal, "mission_code": code_of(mission), **secrets}


OF = {"public_id": "mission_published.mission.programme.public_id"}
OWN = {**OF, "delegation": "mission_published.public_id"}
ADDRESSES = (
    # The organiser's alone.
    at("mission_board", "ssnnonnn", "ssnnnnnn", **OF),
    at("mission_check_in", "ssnnonnn", "ssnnnnnn", **OF),
    at("mission_by_hand", "ssnnonnn", "ssnninnn", **OF),
    at("mission_changes", "ssnnonnn", "ssnnnnnn", **OF),
    at("mission_proposal", "ssnnonnn", "ssnngnnn", **OF, pk="mission_changed.pk"),
    at("mission_papers", "ssmmmmmn", "ssnnonnn", **OF, kind="=signs", part="=1"),
    at("mission_board", "ssnnnnnn", "ssnnnnnn", public_id="mission.programme.public_id"),
    # Of those who take part; the organiser reads schedules, and never acts for anyone.
    at("mission_here", "ssnonnnn", "ssngnnnn", **OF, code="mission_code"),
    at("mission_here", "ssnnnnnn", "ssnnnnnn", **OF, code="=no-such-code"),
    at("mission_day", "ssnoonnn", "ssmmmmmn", **OWN),
    at("mission_day_paper", "ssmmmmmn", "ssnoonnn", **OWN),
    at("mission_day_meeting", "ssnonnnn", "ssninnnn", **OF, key="mission_meeting.key"),
    at("mission_note", "ssnonnnn", "ssngnnnn", **OF, key="mission_meeting.key"),
    # By the secret alone, to read.
    at("mission_day_open", "oooooooo", "mmmmmmmm", token="mission_secret.token"),
    at("mission_day_open", "nnnnnnnn", "mmmmmmmm", token="=no-such-token"),
    at("mission_feed", "oooooooo", "mmmmmmmm", token="mission_secret.token"),
    at("mission_feed", "nnnnnnnn", "mmmmmmmm", token="mission_secret_early.token"),
)
PAGES: dict[str, tuple[str, ...]] = {}
