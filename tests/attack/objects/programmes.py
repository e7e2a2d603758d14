"""Programmes and their parts."""

from collections.abc import Callable, Iterator
from typing import Any

from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeFile,
    ProgrammeHost,
    ProgrammeOutcome,
    ProgrammeReviewer,
    ProgrammeSession,
)
from matchmaker.models.programmes.programme import ProgrammeState
from profiles.choices import Role
from tests.attack.objects.kinds import Kind, Named, nobody
from tests.attack.world import Actor, World


def programmes(world: World) -> Iterator[Named]:
    for programme in world.programmes.values():
        yield Named({"public_id": programme.public_id}, programme)


def parts_of_programmes(model: Any) -> Callable[[World], Iterator[Named]]:
    def give(world: World) -> Iterator[Named]:
        for row in model.objects.select_related("programme"):
            for programme in {row.programme, *world.programmes.values()}:
                yield Named({"public_id": programme.public_id, "pk": row.pk}, (programme, row))

    return give


def may_read_programme(world: World, actor: Actor, programme: Any) -> bool:
    """Its organiser, a curator once it is no draft, and others what is public and not kept away."""
    if actor.company == programme.company:
        return True
    if actor.name == "curator":
        return programme.state != ProgrammeState.DRAFT
    is_kept_away = actor.company is not None and world.fate(actor.company, programme.company) == "hidden"
    return programme.state == ProgrammeState.OPEN and not is_kept_away


def organises(_world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    return actor.company == programme.company and (row is None or row.programme == programme)


def may_apply_for(kind: str) -> Callable[[World, Actor, Any], bool]:
    """A company for others' programmes, and a person; the page of what is closed leads back."""

    def may(world: World, actor: Actor, programme: Any) -> bool:
        is_of_the_market = actor.user is not None and actor.user.role in (Role.STARTUP, Role.INVESTOR)
        if not is_of_the_market or not may_read_programme(world, actor, programme):
            return False
        is_others = actor.company is not None and actor.company != programme.company
        return kind == "person" or (is_others and actor.company.side == kind)

    return may


def organises_in(*states: str) -> Callable[[World, Actor, Any], bool]:
    def may(world: World, actor: Actor, owner: Any) -> bool:
        programme = owner[0] if isinstance(owner, tuple) else owner
        return organises(world, actor, owner) and programme.state in states

    return may


def may_review(world: World, actor: Actor, owner: Any) -> bool:
    """The one whom the organiser asked, for the open programme, but for the own company's application."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user == world.other_partner and programme == world.programmes[ProgrammeState.OPEN]
    return is_asked and (row is None or (row.programme == programme and row.investor != world.other))


def organises_the_hackathon(world: World, actor: Actor, programme: Any) -> bool:
    return organises(world, actor, programme) and programme == world.programmes[ProgrammeState.OPEN]


def is_asked_to_host(world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user == world.founders["talks"] and programme == world.programmes[ProgrammeState.OPEN]
    return is_asked and (row is None or row.programme == programme)


def ended(_world: World) -> Iterator[Named]:
    for programme in Programme.objects.filter(state=ProgrammeState.FINISHED):
        yield Named({"public_id": programme.public_id}, programme)


def took_part(world: World, actor: Actor, owner: Any) -> bool:
    """Of the programme that is over: its organiser, and the startup that took part."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    companies = (world.investor, world.startups["talks"])
    is_over = programme.state == ProgrammeState.FINISHED
    return is_over and actor.company in companies and (row is None or row.programme == programme)


def may_sign(world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner
    return actor.user == world.other_partner and row.programme == programme and hasattr(row, "proposal")


def of_kind(kind: str) -> Callable[[World], Iterator[Named]]:
    def give(world: World) -> Iterator[Named]:
        for named in programmes(world):
            yield Named({**named.values, "kind": kind}, named.owner)

    return give


KINDS: dict[str, Kind] = {
    "programme": Kind(programmes, may_read_programme),
    "programme_card": Kind(programmes, lambda _world, _actor, one: one.state == ProgrammeState.OPEN),
    "programme_edit": Kind(programmes, organises_in(ProgrammeState.DRAFT)),
    "programme_move": Kind(programmes, organises),
    "programme_applications": Kind(programmes, organises),
    **dict.fromkeys(
        ("programme_dates", "programme_jury", "programme_criteria", "programme_results", "programme_sheet"),
        Kind(programmes, organises_in(ProgrammeState.OPEN)),
    ),
    "programme_export": Kind(
        lambda world: (Named({**each.values, "form": "csv"}, each.owner) for each in programmes(world)),
        organises_in(ProgrammeState.OPEN),
    ),
    "programme_application": Kind(parts_of_programmes(ProgrammeApplication), organises),
    "programme_reviewer_remove": Kind(parts_of_programmes(ProgrammeReviewer), organises),
    # Nobody has been accepted, so there is no team, and only the organiser has the page of teams.
    "programme_cohort": Kind(programmes, organises_in(ProgrammeState.OPEN)),
    **dict.fromkeys(
        ("programme_session", "programme_session_remove"),
        Kind(parts_of_programmes(ProgrammeSession), organises),
    ),
    **dict.fromkeys(
        ("programme_file", "programme_file_remove"), Kind(parts_of_programmes(ProgrammeFile), organises)
    ),
    "programme_hosts": Kind(programmes, lambda *owner: organises(*owner) or is_asked_to_host(*owner)),
    "programme_host": Kind(
        parts_of_programmes(ProgrammeHost), lambda *owner: organises(*owner) or is_asked_to_host(*owner)
    ),
    "programme_outcomes": Kind(ended, took_part),
    "programme_outcome": Kind(parts_of_programmes(ProgrammeOutcome), took_part),
    "programme_attend": Kind(lambda _world: [Named({"code": ProgrammeSession.objects.get().code})], nobody),
    "programme_feed": Kind(
        lambda world: (
            Named({"token": row.token})
            for row in ProgrammeApplication.objects.filter(programme__in=world.programmes.values())
        ),
        nobody,
    ),
    "programme_teams": Kind(programmes, organises_the_hackathon),
    "programme_team": Kind(
        lambda world: (Named({**each.values, "pk": 1}, each.owner) for each in programmes(world)), nobody
    ),
    "programme_proposal": Kind(parts_of_programmes(ProgrammeApplication), may_sign),
    "programme_review_list": Kind(programmes, may_review),
    "programme_review_one": Kind(parts_of_programmes(ProgrammeApplication), may_review),
    **dict.fromkeys(
        ("programme_apply", "programme_withdraw"), Kind(of_kind("startup"), may_apply_for("startup"))
    ),
    "programme_review": Kind(
        programmes, lambda _world, actor, one: actor.name == "curator" and one.state != ProgrammeState.DRAFT
    ),
}
