"""One change of the schedule by hand: where a meeting would be, and what is in its way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.events.missions.selectors.changes import SOON
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.selectors.missions import present_delegations, zone_now
from matchmaker.events.missions.selectors.pairs import impossible
from matchmaker.events.missions.selectors.problem import bridged, problem_of
from matchmaker.models.missions import (
    Delegation,
    Interpreter,
    Mission,
    MissionMeeting,
    MissionSlot,
    MissionTable,
)
from matchmaker.models.missions.mission import COMPANIES_OF_BOTH
from matchmaker.models.missions.plan import LIVE, OCCUPIES, MeetingAct, MeetingState

# The same for all reasons, so that no one learns of a wish, a "no" or a block.
NOT_TOGETHER = gettext_lazy("These two cannot meet: neither has chosen the other, or a rule prevents it.")


@dataclass
class Placing:
    """One meeting and where it goes; without a slot it is cancelled, without a meeting it is new."""

    startup: Delegation
    investor: Delegation
    meeting: MissionMeeting | None
    slot: MissionSlot | None = None
    table: MissionTable | None = None
    interpreter: Interpreter | None = None

    @property
    def people(self) -> tuple[Delegation, Delegation]:
        return self.startup, self.investor


@dataclass
class Preview:
    placings: list[Placing]
    conflicts: list[str] = field(default_factory=list)  # while there is one, nothing can be changed
    cautions: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        return "-".join(each.meeting.version for each in self.placings if each.meeting)


def placings_of(values: dict[str, Any]) -> list[Placing]:
    """Return what an act changes. `values`: of a valid ByHandForm."""
    act, meeting, slot, table = (values.get(name) for name in ("act", "meeting", "slot", "table"))
    if act == "add":
        return [Placing(values["startup"], values["investor"], None, slot, table)]
    if meeting is None:
        return []
    if act == "swap":
        other = values["other"]
        return [
            Placing(one.startup, one.investor, one, two.slot, two.table)
            for one, two in ((meeting, other), (other, meeting))
        ]
    return [Placing(meeting.startup, meeting.investor, meeting, *((slot, table) if act == "move" else ()))]


def preview(mission: Mission, placings: list[Placing], *, at: datetime) -> Preview:
    """Return what a change by hand means. The number of queries is fixed."""
    found = Preview(placings)
    own = {each.meeting.pk for each in placings if each.meeting}
    rows = mission.meetings.filter(state__in=OCCUPIES, slot__isnull=False).exclude(pk__in=own)
    busy = list(rows.select_related("slot", "table", *COMPANIES_OF_BOTH))
    present = set(present_delegations(mission).values_list("pk", flat=True))
    pairs = _possible_pairs(mission) if any(each.meeting is None for each in placings) else set()
    broken = impossible(mission, [each.meeting for each in placings if each.meeting])
    for placing in placings:
        if placing.meeting:
            found.conflicts += _of_state(placing.meeting, at)
        if placing.slot is None or placing.table is None:
            continue
        pair = placing.startup.pk, placing.investor.pk
        if placing.meeting in broken or (placing.meeting is None and pair not in pairs):
            found.conflicts.append(str(NOT_TOGETHER))
        found.conflicts += _of_place(placing, placing.slot, placing.table, at)
        found.conflicts += _of_people(placing, placing.slot, present)
        found.conflicts += _taken(placing, busy)
        found.cautions += _cautions(mission, placing, busy, at)
    found.conflicts += _of_pair(mission, placings)
    return found


def _possible_pairs(mission: Mission) -> set[tuple[int, int]]:
    stated = problem_of(mission, on_the_day=True)
    people = stated.delegations
    return {(people[pair.first].pk, people[pair.second].pk) for pair in stated.problem.pairs}


def _of_state(meeting: MissionMeeting, at: datetime) -> list[str]:
    if meeting.state not in LIVE or meeting.slot is None:
        return [_("This meeting is over or cancelled.")]
    return [_("This meeting has begun.")] if meeting.slot.starts_at <= at else []


def _of_place(placing: Placing, slot: MissionSlot, table: MissionTable, at: datetime) -> list[str]:
    found = []
    if slot.starts_at <= at:
        found.append(_("This time has begun."))
    if slot.blocked:
        found.append(_("This time is kept free: %(reason)s.") % {"reason": slot.get_blocked_display()})
    if table.closed_at:
        found.append(_("%(table)s is closed.") % {"table": place_of(table)})
    is_online = any(each.is_online for each in placing.people)
    if is_online and not table.address:
        found.append(_("One side takes part online. Choose an online room."))
    if table.address and not is_online:
        found.append(_("Both sides are there in person. Choose a table, not an online room."))
    return found


def _of_people(placing: Placing, slot: MissionSlot, present: set[int]) -> list[str]:
    found = []
    for each in placing.people:
        if each.pk not in present:
            found.append(_("%(name)s does not take part.") % {"name": each.called})
        elif (each.arrives_at and slot.starts_at < each.arrives_at) or (
            each.leaves_at and slot.ends_at > each.leaves_at
        ):
            found.append(_("%(name)s is not there at this time.") % {"name": each.called})
    return found


def _taken(placing: Placing, busy: Iterable[MissionMeeting]) -> list[str]:
    found = []
    for other in busy:
        if placing.slot is None or other.slot_id != placing.slot.pk:
            continue
        names = {"startup": other.startup.called, "investor": other.investor.called}
        for each in placing.people:
            if each.pk in (other.startup_id, other.investor_id):
                text = _("%(name)s has a meeting at this time: %(startup)s – %(investor)s.")
                found.append(text % {"name": each.called, **names})
        if placing.table and other.table_id == placing.table.pk:
            text = _("%(table)s is taken at this time: %(startup)s – %(investor)s.")
            found.append(text % {"table": place_of(placing.table), **names})
    return found


def _of_pair(mission: Mission, placings: list[Placing]) -> list[str]:
    """Return why a new meeting of two is none: they meet already, or one of them did not want to."""
    for placing in placings:
        if placing.meeting:
            continue
        rows = mission.meetings.filter(startup=placing.startup, investor=placing.investor)
        if rows.filter(state__in=OCCUPIES).exists():
            return [_("These two already have a meeting.")]
        is_own = rows.filter(state=MeetingState.DECLINED) | rows.filter(steps__act=MeetingAct.CANCEL)
        if is_own.exists():
            return [_("One side has declined or cancelled a meeting of these two.")]
    return []


def _cautions(mission: Mission, placing: Placing, busy: list[MissionMeeting], at: datetime) -> list[str]:
    found, slot, table, meeting = [], placing.slot, placing.table, placing.meeting
    if slot is None or table is None:
        return []
    if table.reserved_for:
        words = {"table": place_of(table), "name": table.reserved_for}
        found.append(_("%(table)s is reserved for %(name)s.") % words)
    if slot.starts_at < at + SOON:
        found.append(_("The new time is within the next two hours."))
    if (
        meeting
        and meeting.slot
        and zone_now(mission, meeting.slot.starts_at).date() != zone_now(mission, slot.starts_at).date()
    ):
        found.append(_("The meeting moves to another day."))
    if meeting and meeting.state == MeetingState.CONFIRMED:
        found.append(_("Both sides have accepted this meeting. They are asked to accept it again."))
    for each in placing.people:
        count = sum(each.pk in (other.startup_id, other.investor_id) for other in busy)
        if meeting is None and count >= each.most:
            found.append(_("%(name)s has as many meetings as it takes.") % {"name": each.called})
    if not _has_interpreter(mission, placing, slot, busy):
        found.append(_("These two share no language, and no interpreter is free."))
    return found


def _has_interpreter(
    mission: Mission, placing: Placing, slot: MissionSlot, busy: list[MissionMeeting]
) -> bool:
    """Choose an interpreter for a meeting that needs one; return whether the two understand each other."""
    interpreters = list(mission.interpreters.order_by("pk"))
    needed = bridged(placing.startup.languages, placing.investor.languages, interpreters)
    if needed is None:
        return True
    taken = {other.interpreter_id for other in busy if other.slot_id == slot.pk}
    own = placing.meeting.interpreter_id if placing.meeting else None
    free = [
        each
        for each in interpreters
        if needed <= set(each.languages)
        and each.pk not in taken
        and (each.starts_at is None or each.starts_at <= slot.starts_at)
        and (each.ends_at is None or slot.ends_at <= each.ends_at)
    ]
    placing.interpreter = min(free, key=lambda each: each.pk != own, default=None)
    return placing.interpreter is not None


def movable(mission: Mission, *, at: datetime) -> QuerySet[MissionMeeting]:
    """Return the meetings that have not begun, in the order of time."""
    rows = mission.meetings.filter(state__in=LIVE, slot__starts_at__gt=at)
    return rows.select_related("slot", "table", *COMPANIES_OF_BOTH).order_by("slot__starts_at", "pk")
