"""Timetables of missions and their parts."""

from collections.abc import Callable, Iterator
from typing import Any

from matchmaker.events.missions.selectors.day import code_of
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.models.missions import Delegation
from tests.attack.objects.kinds import Kind, Named
from tests.attack.world import Actor, World


def missions(world: World) -> Iterator[Named]:
    for mission in world.missions:
        yield Named({"public_id": mission.programme.public_id}, mission)


def parts_of_missions(name: str, key: str, of: str, **more: str) -> Callable[[World], Iterator[Named]]:
    """Give every part of every mission, under its own mission and under the other one."""

    def give(world: World) -> Iterator[Named]:
        for mission in world.missions:
            for part in getattr(mission, of).all():
                for other in world.missions:
                    values = {"public_id": other.programme.public_id, name: getattr(part, key), **more}
                    yield Named(values, (other, part))

    return give


def organises_mission(world: World, actor: Actor, owner: Any) -> bool:
    mission, part = owner if isinstance(owner, tuple) else (owner, None)
    return actor.company == world.investor and (part is None or part.mission == mission)


def comes_to_mission(world: World, actor: Actor, mission: Any) -> bool:
    return actor.company in (world.investor, world.other, world.startups["talks"])


def sends(_world: World, actor: Actor, owner: Any) -> bool:
    mission, one = owner
    return actor.company is not None and (actor.company, one.mission) == (one.application.company, mission)


def meets(_world: World, actor: Actor, owner: Any) -> bool:
    mission, meeting = owner
    both = (meeting.startup.application.company, meeting.investor.application.company)
    return actor.company in both and meeting.mission == mission


def has_a_schedule(world: World, actor: Actor, owner: Any) -> bool:
    return sends(world, actor, owner) and owner[0].published_at is not None


def organises_day(world: World, actor: Actor, owner: Any) -> bool:
    mission = owner[0] if isinstance(owner, tuple) else owner
    return organises_mission(world, actor, owner) and mission.published_at is not None


def codes_of_missions(world: World) -> Iterator[Named]:
    for mission in world.missions:
        for other in world.missions:
            values = {"public_id": other.programme.public_id, "code": code_of(mission)}
            yield Named(values, (other, mission))


def has_read_the_code(world: World, actor: Actor, owner: Any) -> bool:
    mission, of = owner
    is_guest = actor.company in (world.other, world.startups["talks"])
    return is_guest and mission == of and mission.published_at is not None


def secrets(world: World) -> Iterator[Named]:
    """Give the address of a schedule as everyone had it who was once in a team or organised, or does."""
    for user in (world.partner, world.other_partner, world.left, world.moved, world.founders["talks"]):
        for one in Delegation.objects.select_related("mission", "application"):
            yield Named({"token": secret_of(one, user)}, (one, user))


def is_there_or_organises(world: World, _actor: Actor, owner: Any) -> bool:
    """Who has the address reads the schedule, while the person whose it is takes part or organises."""
    one, user = owner
    teams = {
        world.founders["talks"]: world.startups["talks"],
        world.other_partner: world.other,
        world.moved: world.other,
    }
    is_theirs = user == world.partner or teams.get(user) == one.application.company
    return one.mission.published_at is not None and is_theirs


DELEGATIONS = parts_of_missions("delegation", "public_id", "delegations")
PLANS = parts_of_missions("pk", "pk", "plans")


KINDS: dict[str, Kind] = {
    "mission": Kind(missions, comes_to_mission),
    "mission_set_up": Kind(
        missions, lambda world, actor, one: organises_mission(world, actor, one) and one.published_at is None
    ),
    **dict.fromkeys(
        ("mission_slots", "mission_move", "mission_rooms", "mission_delegations", "mission_plans"),
        Kind(missions, organises_mission),
    ),
    "mission_room_remove": Kind(parts_of_missions("pk", "pk", "tables", kind="table"), organises_mission),
    "mission_room_reserve": Kind(parts_of_missions("pk", "pk", "tables"), organises_mission),
    **dict.fromkeys(("mission_plan", "mission_plan_progress"), Kind(PLANS, organises_mission)),
    **dict.fromkeys(
        ("mission_delegation", "mission_second"),
        Kind(
            DELEGATIONS,
            lambda world, actor, owner: sends(world, actor, owner) or organises_mission(world, actor, owner),
        ),
    ),
    "mission_wishes": Kind(DELEGATIONS, sends),
    **dict.fromkeys(
        ("mission_board", "mission_check_in", "mission_changes", "mission_by_hand"),
        Kind(missions, organises_day),
    ),
    "mission_proposal": Kind(PLANS, organises_day),
    "mission_papers": Kind(
        lambda world: (
            Named({**one.values, "kind": "signs", "part": 1}, one.owner) for one in missions(world)
        ),
        organises_day,
    ),
    "mission_here": Kind(codes_of_missions, has_read_the_code),
    **dict.fromkeys(
        ("mission_day", "mission_day_paper"),
        Kind(
            DELEGATIONS,
            lambda world, actor, owner: (
                has_a_schedule(world, actor, owner) or organises_day(world, actor, owner)
            ),
        ),
    ),
    **dict.fromkeys(
        ("mission_day_meeting", "mission_note"),
        Kind(
            parts_of_missions("key", "key", "meetings"),
            lambda world, actor, owner: meets(world, actor, owner) and owner[0].published_at is not None,
        ),
    ),
    **dict.fromkeys(("mission_day_open", "mission_feed"), Kind(secrets, is_there_or_organises)),
}
