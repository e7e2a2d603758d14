"""Who may do what about missions, address by address, and the missions of that market."""

from matchmaker.models.missions.mission import MissionState
from tests import factories
from tests.house.access import at, each
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission


def add_to(market):
    """Let the investor organise two missions, one with a schedule; the rival comes to both."""
    partner = market.people["partner"]
    guest = factories.make_investor("Guest of a mission")
    open_one = make_mission(market.investor, by=partner)
    published = make_mission(market.investor, by=partner, state=MissionState.PUBLISHED)
    rival = make_delegation(published, market.rival, by=partner)
    market.added |= {
        "mission": open_one,
        "mission_table": open_one.tables.first(),
        "mission_plan": open_one.plans.create(by=partner, state="done"),
        "mission_delegation": make_delegation(open_one, market.rival, by=partner),
        "mission_published": rival,
        "mission_meeting": make_meeting(published, rival, make_delegation(published, guest, by=partner)),
    }


OF = {"public_id": "mission.programme.public_id"}
OWN = {**OF, "delegation": "mission_delegation.public_id"}
PLAN = {**OF, "pk": "mission_plan.pk"}
LATER = {"public_id": "mission_published.mission.programme.public_id"}
ADDRESSES = (
    at("api:programme_meetings", "uuuuuuuu", "mmmmmmmm", public_id="=000000000000"),
    # The organiser's, and of those who come: for no one else there is a mission.
    at("mission", "ssnoonnn", "ssmmmmmn", **OF),
    *each("mission_set_up mission_delegations", "ssnnonnn", "ssnninnn", **OF),
    *each("mission_slots mission_move", "ssmmmmmn", "ssnngnnn", **OF),
    at("mission_rooms", "ssnnonnn", "ssnnonnn", **OF),
    at("mission_room_remove", "ssmmmmmn", "ssnngnnn", **OF, kind="=table", pk="mission_table.pk"),
    at("mission_room_reserve", "ssmmmmmn", "ssnngnnn", **OF, pk="mission_table.pk"),
    at("mission_plans", "ssnnonnn", "ssnngnnn", **OF),
    at("mission_plan", "ssnnonnn", "ssnngnnn", **PLAN),
    at("mission_plan_progress", "ssnnonnn", "ssmmmmmn", **PLAN),
    at("mission_delegation", "ssnoonnn", "ssniinnn", **OWN),
    at("mission_second", "ssmmmmmn", "ssnggnnn", **OWN),
    # Wishes and a schedule are their delegation's alone, not the organiser's.
    at("mission_wishes", "ssnonnnn", "ssngnnnn", **OWN),
)
