"""A timetable is set up, wishes are opened, chosen and closed. Every change locks the mission row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.events.missions.kinds import CHANGED, MISSION_LIMIT, WISH_LIMIT, WISHES_OPEN
from matchmaker.events.missions.selectors import missions
from matchmaker.events.missions.selectors.pairs import MOST_MUSTS, first_wishes
from matchmaker.events.programmes.services.programmes import require_open_organiser
from matchmaker.events.programmes.services.telling import notify_many
from matchmaker.models.missions import (
    Delegation,
    Interpreter,
    Mission,
    MissionSlot,
    MissionStep,
    MissionTable,
    MissionWish,
)
from matchmaker.models.missions.mission import MOST_SLOTS, NOT_OVER, MissionAct, MissionState, Wish
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ONGOING
from matchmaker.models.transitions import Mover
from matchmaker.transitions import WrongStateError, acting_side, apply_transition
from profiles.models import Membership, User
from profiles.models.account import new_token
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

HOST = Mover.HOST
M = MissionState
CHANGEABLE = (M.SETTING_UP, M.WISHES, M.PLANNING)  # slots and tables, before they are in a schedule
MOST_TABLES, MOST_INTERPRETERS, MOST_DELEGATIONS = 200, 100, 3


class NotReadyError(RefusedError):
    message = _("Add meeting times and tables first.")


class TooManyError(RefusedError):
    message = _("You have reached the maximum number. Remove one first.")


class NameTakenError(RefusedError):
    message = _("This name is already in use. Choose another one.")


def lock_mission(mission: Mission) -> Mission:
    """Lock the mission row until the transaction ends; return it as stored."""
    rows = Mission.objects.select_related("programme__startup", "programme__investor")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=mission.pk)


def lock_in(mission: Mission, states: Collection[MissionState]) -> Mission:
    """Lock a mission that is in one of these states and in an active programme.

    Raises:
        WrongStateError: it is in another, or the programme is over.
    """
    held = lock_mission(mission)
    if held.state not in states or held.programme.state not in ONGOING:
        raise WrongStateError
    return held


def lock_as_host(mission: Mission, states: Collection[MissionState], *, by: User) -> Mission:
    """Lock a mission for its organiser, who must be published.

    Raises:
        WrongStateError: as lock_in. WrongSideError: the person does not organise it.
    """
    held = lock_in(mission, states)
    acting_side(held, HOST, by=by)
    require_open_organiser(held.programme)
    return held


def lock_as_delegate(
    delegation: Delegation, states: Collection[MissionState], *, by: User, mover: Mover = Mover.ANYONE
) -> Mission:
    """Lock the mission of a delegation for one of its people or, where anyone may act, the organiser.

    Raises:
        WrongStateError: as lock_in. WrongSideError: the person is neither.
    """
    held = lock_in(delegation.mission, states)
    acting_side(delegation, mover, by=by)
    return held


def apply_mission_transition(
    mission: Mission, act: MissionAct, *, by: User | None, at: datetime, **changes: Any
) -> MissionStep:
    step: MissionStep = apply_transition(mission, act, by=by, at=at, **changes)
    record_audit(mission, str(act), by=by, at=at)
    return step


def record_audit(mission: Mission, done: str, *, by: User | None, at: datetime) -> None:
    subject = f"programme:{mission.programme.public_id}"
    audit.record(CHANGED, subject=subject, by=by, at=at, details={"done": done})


def notify(kind: str, delegations: Sequence[Delegation], *, event: str, at: datetime, path: str = "") -> None:
    applications = {each.application_id: each.application for each in delegations}
    if applications:
        programme = delegations[0].application.programme
        address = path or reverse("mission", args=[programme.public_id])
        notify_many(kind, programme, applications.values(), event=event, at=at, path=address)


@transaction.atomic
def set_up(
    programme: Programme,
    *,
    values: Mapping[str, Any],
    slots: Sequence[Mapping[str, Any]],
    by: User,
    at: datetime,
    mission: Mission | None = None,
    tables: Sequence[Mapping[str, str]] = (),
) -> Mission:
    """Make the grid of a mission, and of a new one also its first tables."""
    limits.take_token(MISSION_LIMIT, account=by, company=programme.company, at=at)
    if len(slots) > MOST_SLOTS:
        raise TooManyError
    if mission is None:
        if programme.state not in ONGOING or Mission.objects.filter(programme=programme).exists():
            raise WrongStateError
        require_open_organiser(programme)
        locked = Mission(programme=programme, by=by, at=at, **values)
        apply_mission_transition(locked, MissionAct.SET_UP, by=by, at=at)
        add_delegations(locked, at=at)
        MissionTable.objects.bulk_create(MissionTable(mission=locked, **table) for table in tables)
    else:
        locked = lock_as_host(mission, CHANGEABLE, by=by)
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
        locked.slots.all().delete()
        record_audit(locked, "slots", by=by, at=at)
    MissionSlot.objects.bulk_create(MissionSlot(mission=locked, **slot) for slot in slots)
    return locked


@transaction.atomic
def block_slots(mission: Mission, *, blocked: Mapping[int, str], by: User, at: datetime) -> None:
    """Keep times free for what `blocked` says (a meal, a prayer); where it is empty, for meetings."""
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, CHANGEABLE, by=by)
    changed = [each for each in locked.slots.all() if blocked.get(each.pk, each.blocked) != each.blocked]
    for slot in changed:
        slot.blocked = blocked[slot.pk]
    MissionSlot.objects.bulk_update(changed, ["blocked"])
    if changed:
        record_audit(locked, "slots", by=by, at=at)


@transaction.atomic
def add_tables(mission: Mission, *, tables: Sequence[Mapping[str, str]], by: User, at: datetime) -> None:
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, NOT_OVER, by=by)
    if locked.tables.filter(name__in=[table["name"] for table in tables]).exists():
        raise NameTakenError
    if locked.tables.count() + len(tables) > MOST_TABLES:
        raise TooManyError
    MissionTable.objects.bulk_create(MissionTable(mission=locked, **table) for table in tables)
    record_audit(locked, "rooms", by=by, at=at)


@transaction.atomic
def add_interpreter(mission: Mission, *, values: Mapping[str, Any], by: User, at: datetime) -> None:
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, NOT_OVER, by=by)
    if locked.interpreters.filter(name=values["name"]).exists():
        raise NameTakenError
    if locked.interpreters.count() >= MOST_INTERPRETERS:
        raise TooManyError
    Interpreter.objects.create(mission=locked, **values)
    record_audit(locked, "rooms", by=by, at=at)


@transaction.atomic
def remove_room(room: MissionTable | Interpreter, *, by: User, at: datetime) -> None:
    """Remove a table or an interpreter that no meeting uses."""
    locked = lock_as_host(room.mission, NOT_OVER, by=by)
    if room.meetings.exists():
        raise RefusedError(
            _("This is not possible, because a meeting in the schedule uses it. Close it on the day instead.")
        )
    room.delete()
    record_audit(locked, "rooms", by=by, at=at)


def add_delegations(mission: Mission, *, at: datetime) -> None:
    """Add a delegation for each accepted application without one.

    The caller must hold the lock of the mission.
    """
    Delegation.objects.bulk_create(
        Delegation(
            mission=mission,
            application=application,
            side=side,
            name=application.name[:120],
            languages=list(application.company.languages) if application.company else [],
            is_online=mission.programme.is_online and not mission.programme.place_id,
            most=getattr(mission, f"most_{side}"),
            at=at,
        )
        for application, side in missions.without_delegation(mission)
    )


@transaction.atomic
def write_delegation(delegation: Delegation, *, values: Mapping[str, Any], by: User, at: datetime) -> None:
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_delegate(delegation, NOT_OVER, by=by)
    Delegation.objects.filter(pk=delegation.pk).update(**values)
    record_audit(locked, "delegation", by=by, at=at)


@transaction.atomic
def set_most(mission: Mission, *, most: Mapping[Side, int], by: User, at: datetime) -> None:
    """Set how many meetings the delegations of each side have at most. Who chose another number keeps it."""
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, NOT_OVER, by=by)
    for side, count in most.items():
        name = f"most_{side}"
        locked.delegations.filter(side=side, most=getattr(locked, name)).update(most=count)
        setattr(locked, name, count)
    locked.save(update_fields=[f"most_{side}" for side in most])
    record_audit(locked, "most", by=by, at=at)


def renew_addresses(left: Membership) -> None:
    owner = {f"application__{side}": key for side in Side if (key := getattr(left, f"{side}_id"))}
    for delegation in Delegation.objects.filter(**owner) if owner else ():
        Delegation.objects.filter(pk=delegation.pk).update(token=new_token())


@transaction.atomic
def add_delegation(delegation: Delegation, *, label: str, by: User, at: datetime) -> Delegation:
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_delegate(delegation, NOT_OVER, by=by)
    rows = Delegation.objects.filter(application=delegation.application_id)
    name = f"{delegation.application.name[:70]} – {label}"
    if rows.filter(name=name).exists():
        raise NameTakenError
    if rows.count() >= MOST_DELEGATIONS:
        raise TooManyError
    made = Delegation.objects.create(
        mission=locked,
        application=delegation.application,
        side=delegation.side,
        name=name,
        languages=delegation.languages,
        is_online=delegation.is_online,
        most=getattr(locked, f"most_{delegation.side}"),
        at=at,
    )
    record_audit(locked, "delegation", by=by, at=at)
    return made


@transaction.atomic
def open_wishes(mission: Mission, *, until: datetime, by: User, at: datetime) -> None:
    """Open the wishes until a deadline, starting with the match lists, and notify the delegations.

    After the wishes were closed, they are open again.

    Raises:
        RefusedError: something is missing, or the deadline is over, or after the meetings.
    """
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, (M.SETTING_UP, M.PLANNING), by=by)
    locked.wishes_until = until
    if missions.missing_in(locked):
        raise NotReadyError
    first = locked.slots.order_by("starts_at").first()
    if until <= at or (first and until > first.starts_at):
        raise RefusedError(
            _("The wishes must close in the future and before the first meeting. Choose another time.")
        )
    act = MissionAct.OPEN_WISHES if locked.state == M.SETTING_UP else MissionAct.REOPEN
    add_delegations(locked, at=at)
    step = apply_mission_transition(locked, act, by=by, at=at, wishes_until=until)
    prefill(locked, at=at)
    delegations = missions.with_people(missions.present_delegations(locked))
    Delegation.objects.filter(pk__in=[delegation.pk for delegation in delegations]).update(reminders=0)
    notify(WISHES_OPEN, delegations, event=str(step.pk), at=at)


@transaction.atomic
def close_wishes(mission: Mission, *, by: User, at: datetime) -> None:
    limits.take_token(MISSION_LIMIT, account=by, at=at)
    locked = lock_as_host(mission, (M.WISHES,), by=by)
    apply_mission_transition(locked, MissionAct.CLOSE_WISHES, by=by, at=at, wishes_until=at)


def prefill(mission: Mission, *, at: datetime) -> None:
    """Prefill wishes from the match lists, once per delegation.

    The caller must hold the lock of the mission.
    """
    new = list(missions.present_delegations(mission).filter(prefilled_at=None).select_related("application"))
    if not new:
        return
    wishes = first_wishes(mission, new)
    MissionWish.objects.bulk_create(wishes, ignore_conflicts=True)
    Delegation.objects.filter(pk__in=[each.pk for each in new]).update(prefilled_at=at)


@transaction.atomic
def choose(delegation: Delegation, *, wishes: Mapping[int, str], by: User, at: datetime) -> None:
    """Store the wishes of one page by delegation key; "" removes a wish."""
    limits.take_token(WISH_LIMIT, account=by, at=at)
    locked = lock_as_delegate(delegation, NOT_OVER, by=by, mover=Mover.EITHER)
    if not missions.may_wish(delegation, locked):
        raise WrongStateError
    valid = {key: wish for key, wish in wishes.items() if wish in Wish.values}
    delegation.wishes.filter(receiver__in=wishes.keys() - valid.keys()).delete()
    MissionWish.objects.bulk_create(
        (
            MissionWish(giver=delegation, receiver_id=key, wish=wish, by=by, at=at)
            for key, wish in valid.items()
        ),
        update_conflicts=True,
        unique_fields=["giver", "receiver"],
        update_fields=["wish", "is_prefilled", "by", "at"],
    )
    if delegation.wishes.filter(wish=Wish.MUST).count() > MOST_MUSTS:
        raise RefusedError(
            _(
                "You can choose “Must meet” for at most five. Nothing was saved. Change some of them to "
                "“Want to meet”."
            )
        )
    record_audit(locked, "wishes", by=by, at=at)
