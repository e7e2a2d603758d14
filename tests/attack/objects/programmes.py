"""Programmes and their parts."""

from collections.abc import Callable, Iterator
from typing import Any

from matchmaker import models
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.models.programmes.programme import ONGOING, PUBLIC, SENT_STATES, ProgrammeKind, ProgrammeState
from profiles.choices import Role
from tests.attack.objects.kinds import Kind, Named, nobody
from tests.attack.world import REVIEWER, Actor, World


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
    return programme.state in PUBLIC and not is_kept_away


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
        is_others = is_others and actor.user.email != REVIEWER
        return kind == "person" or (is_others and actor.company.side == kind)

    return may


def organises_in(*states: str) -> Callable[[World, Actor, Any], bool]:
    def may(world: World, actor: Actor, owner: Any) -> bool:
        programme = owner[0] if isinstance(owner, tuple) else owner
        return organises(world, actor, owner) and programme.state in states

    return may


def may_review(world: World, actor: Actor, owner: Any) -> bool:
    """The one whom the organiser asked, who applies for neither programme."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user is not None and actor.user.email == REVIEWER and programme.state in ONGOING
    is_reviewed = programme in (world.programmes[ProgrammeState.OPEN], world.programmes["cohort"])
    return is_asked and is_reviewed and (row is None or is_sent_to(programme, row))


def is_sent_to(programme: Any, row: Any) -> bool:
    """What a block has ended is no one's to read."""
    return bool(row.programme == programme and row.state in SENT_STATES)


def reads_applications(world: World, actor: Actor, owner: Any) -> bool:
    return organises(world, actor, owner) and is_sent_to(*owner) and not hasattr(owner[1], "proposal")


def is_in_the_cohort(world: World, actor: Actor, owner: Any) -> bool:
    """Those who were accepted, as a company or as a person; of parts, of that programme alone."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    if programme != world.programmes["cohort"] or (row is not None and row.programme != programme):
        return False
    fates = ("talks", "blocked", "suspended", "deleted")
    companies = [world.other, *(world.startups[fate] for fate in fates)]
    return actor.user == world.guest or (actor.company is not None and actor.company in companies)


def reads_the_cohort(world: World, actor: Actor, owner: Any) -> bool:
    return is_in_the_cohort(world, actor, owner) or organises_in(*ONGOING)(world, actor, owner)


def organises_or_comes_to_the_hackathon(world: World, actor: Actor, programme: Any) -> bool:
    is_hackathon = programme.kind == ProgrammeKind.HACKATHON
    return is_hackathon and reads_the_cohort(world, actor, programme)


def secrets(world: World) -> Iterator[Named]:
    """Give the address of an agenda as everyone had it who was once in the team, or is."""
    for row in models.ProgrammeApplication.objects.filter(programme__in=world.programmes.values()):
        users = {row.by, world.left, world.moved, world.partner}
        yield from (Named({"token": secret_of(row, user)}, (row, user)) for user in users)


def is_still_there(world: World, _actor: Actor, owner: Any) -> bool:
    """Who has the address reads the agenda, while the person whose it is takes part."""
    row, user = owner
    is_theirs = row.by == user or (user == world.moved and row.investor == world.other)
    is_suspended = row.startup == world.startups["suspended"]
    return row.state == "accepted" and is_theirs and not is_suspended


def is_asked_to_host(world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user == world.founders["talks"] and programme == world.programmes[ProgrammeState.OPEN]
    return is_asked and (row is None or row.programme == programme)


def ended(_world: World) -> Iterator[Named]:
    for programme in models.Programme.objects.filter(state=ProgrammeState.FINISHED):
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
    "programme_card": Kind(programmes, lambda _world, _actor, one: one.state in PUBLIC),
    "programme_edit": Kind(programmes, organises_in(ProgrammeState.DRAFT)),
    "programme_move": Kind(programmes, organises),
    "programme_applications": Kind(programmes, organises),
    "programme_dates": Kind(programmes, organises_in(ProgrammeState.OPEN)),
    **dict.fromkeys(("programme_decide", "programme_take_part"), Kind(programmes, organises)),
    **dict.fromkeys(("programme_texts", "programme_invitations"), Kind(programmes, organises_in(*ONGOING))),
    "programme_invite_company": Kind(programmes, nobody),  # without the name of a company it is nothing
    "programme_invitation_end": Kind(parts_of_programmes(models.ProgrammeInvitation), organises),
    **dict.fromkeys(
        ("programme_jury", "programme_criteria", "programme_results", "programme_sheet"),
        Kind(programmes, organises_in(*ONGOING)),
    ),
    "programme_export": Kind(
        lambda world: (Named({**each.values, "form": "csv"}, each.owner) for each in programmes(world)),
        organises_in(*ONGOING),
    ),
    "programme_application": Kind(parts_of_programmes(models.ProgrammeApplication), reads_applications),
    "programme_reviewer_remove": Kind(parts_of_programmes(models.ProgrammeReviewer), organises),
    "programme_cohort": Kind(programmes, reads_the_cohort),
    **dict.fromkeys(
        ("programme_session", "programme_session_remove"),
        Kind(parts_of_programmes(models.ProgrammeSession), organises),
    ),
    "programme_file": Kind(
        parts_of_programmes(models.ProgrammeFile),
        lambda *owner: organises(*owner) or is_in_the_cohort(*owner),
    ),
    "programme_file_remove": Kind(parts_of_programmes(models.ProgrammeFile), organises),
    "programme_hosts": Kind(programmes, lambda *owner: organises(*owner) or is_asked_to_host(*owner)),
    "programme_host": Kind(
        parts_of_programmes(models.ProgrammeHost),
        lambda *owner: organises(*owner) or is_asked_to_host(*owner),
    ),
    "programme_outcomes": Kind(ended, took_part),
    "programme_outcome": Kind(parts_of_programmes(models.ProgrammeOutcome), took_part),
    "programme_attend": Kind(
        lambda _world: (
            Named({"code": each.code}, (each.programme, each))
            for each in models.ProgrammeSession.objects.all()
        ),
        is_in_the_cohort,
    ),
    "programme_feed": Kind(secrets, is_still_there),
    "programme_teams": Kind(programmes, organises_or_comes_to_the_hackathon),
    "programme_team": Kind(parts_of_programmes(models.ProgrammeTeam), is_in_the_cohort),
    "programme_proposal": Kind(parts_of_programmes(models.ProgrammeApplication), may_sign),
    "programme_review_list": Kind(programmes, may_review),
    "programme_review_one": Kind(parts_of_programmes(models.ProgrammeApplication), may_review),
    **dict.fromkeys(
        ("programme_apply", "programme_withdraw"), Kind(of_kind("startup"), may_apply_for("startup"))
    ),
    "programme_review": Kind(
        programmes, lambda _world, actor, one: actor.name == "curator" and one.state != ProgrammeState.DRAFT
    ),
}
