"""Pilots and what is sent to them."""

from collections.abc import Iterator
from typing import Any

from matchmaker.models.pilot import (
    ACTIVE_STATES,
    ON_BOARD,
    PilotApplication,
    PilotApplicationState,
    PilotState,
)
from tests.attack.objects.kinds import Kind, Named, for_role
from tests.attack.world import Actor, World


def pilots(world: World) -> Iterator[Named]:
    for pilot in world.pilots.values():
        yield Named({"public_id": pilot.public_id}, pilot)


def applications(world: World) -> Iterator[Named]:
    for row in PilotApplication.objects.select_related("pilot"):
        for pilot in {row.pilot, world.pilots["ours"]}:
            yield Named({"public_id": pilot.public_id, "pk": row.pk}, (pilot, row))


def may_read_pilot(world: World, actor: Actor, pilot: Any) -> bool:
    """Its host, a curator once it is no draft; whom no curator keeps away: of the board, and who applied."""
    host = world.hosted(pilot)
    if actor.company == host:
        return True
    if actor.name == "curator":
        return pilot.state != PilotState.DRAFT
    is_kept_away = world.fate(actor.company, host) == "hidden"
    return not is_kept_away and (pilot.state in ON_BOARD or has_application(actor, pilot))


def has_application(actor: Actor, pilot: Any, states: tuple[str, ...] = ACTIVE_STATES) -> bool:
    mine = {str(actor.company.side): actor.company} if actor.company else {"pk": 0}
    return bool(pilot.applications.filter(**mine, state__in=states).exists())


def may_apply(world: World, actor: Actor, pilot: Any) -> bool:
    return actor.company is not None and may_read_pilot(world, actor, pilot)


def has_applied(world: World, actor: Actor, pilot: Any) -> bool:
    return may_apply(world, actor, pilot) and has_application(
        actor, pilot, tuple(PilotApplicationState.values)
    )


KINDS: dict[str, Kind] = {
    "pilot": Kind(pilots, may_read_pilot),
    **dict.fromkeys(
        ("pilot_edit", "pilot_move", "pilot_open", "pilot_invite", "pilot_results", "pilot_candidates"),
        Kind(pilots, lambda world, actor, pilot: actor.company == world.hosted(pilot)),
    ),
    "pilot_answer": Kind(
        applications,
        lambda world, actor, owner: actor.company == world.hosted(owner[0]) and owner[1].pilot == owner[0],
    ),
    "pilot_apply": Kind(pilots, may_apply),
    "pilot_seat": Kind(pilots, has_applied),
    "pilot_review": for_role("curator", pilots),
}
