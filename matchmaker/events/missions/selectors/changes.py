"""The schedule on the day as numbers, what a changed one would do to it, and what is changed by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker import models
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.selectors.missions import present_delegations, zone_now
from matchmaker.events.missions.selectors.pairs import impossible
from matchmaker.events.missions.selectors.plans import PlanningProblem, Rows, bridged, problem_of, too_few_in
from matchmaker.events.timetable.problem import Pair, Placed, Problem
from matchmaker.models.missions.mission import COMPANIES, COMPANIES_OF_BOTH
from matchmaker.models.missions.plan import LIVE, OCCUPIES, MeetingAct, MeetingState

SOONEST = timedelta(minutes=10)  # before a slot: no one is sent anywhere later than that
SOON = timedelta(hours=2)  # a proposal uses no time sooner than this, unless the organiser allows it


@dataclass(frozen=True)
class Today:
    stated: PlanningProblem
    plan: tuple[Placed, ...]
    gone: frozenset[int]


def today(mission: models.Mission, *, at: datetime) -> Today:
    """Return the schedule as the day has left it. A fixed number of queries.

    Fixed is what has been, what begins within minutes, what both have accepted and what the organiser has
    placed by hand, as long as it can take place. Pairs of which one side has declined or cancelled a meeting,
    or whose meeting the organiser has cancelled by hand, are none any more.
    """
    stated = problem_of(mission, on_the_day=True)
    problem = stated.problem
    number = {delegation.pk: index for index, delegation in enumerate(stated.delegations)}
    present = set(present_delegations(mission).values_list("pk", flat=True))
    gone = frozenset(index for key, index in number.items() if key not in present)
    refused = Q(state=MeetingState.DECLINED) | Q(steps__act=MeetingAct.CANCEL)
    refused |= Q(state=MeetingState.CANCELLED, pinned_at__isnull=False)
    barred = {
        (number[startup], number[investor])
        for startup, investor in mission.meetings.filter(refused).values_list("startup", "investor")
    }
    meetings = list(mission.meetings.filter(state__in=OCCUPIES, slot__isnull=False).select_related("table"))
    pairs = {pair.people: pair for pair in problem.pairs if pair.people not in barred}
    for meeting in meetings:
        people = number[meeting.startup_id], number[meeting.investor_id]
        pairs.setdefault(people, _pair_as_placed(Pair(*people, 0, 0, 0), meeting, stated))
    stated = replace(stated, problem=replace(problem, pairs=tuple(pairs.values())))
    plan = stated.read(
        [
            (each.startup_id, each.investor_id, each.slot_id, each.table_id, each.interpreter_id)
            for each in meetings
        ]
    )
    if plan is None:
        raise LookupError("a meeting is in a slot or at a table that is not there")
    stated = _with_reserved(stated, plan)
    begun = {index for index, slot in enumerate(stated.slots) if slot.starts_at <= at}
    later = frozenset(index for index, slot in enumerate(stated.slots) if slot.starts_at >= at + SOONEST)
    fixed = []
    for meeting, placed in zip(meetings, plan, strict=True):
        is_agreed = meeting.state == MeetingState.CONFIRMED or placed.slot not in later
        is_agreed = is_agreed or meeting.pinned_at is not None
        is_past = meeting.state == MeetingState.HELD or placed.slot in begun
        if is_past or (is_agreed and _can_be(placed, stated.problem, gone)):
            fixed.append(placed)
            people = stated.problem.pairs[placed.pair].people
            pairs[people] = _pair_as_placed(pairs[people], meeting, stated)
    problem = replace(
        problem,
        tables=stated.problem.tables,
        pairs=tuple(pairs.values()),
        participants=tuple(
            replace(participant, slots=participant.slots & later) for participant in problem.participants
        ),
        fixed=tuple(fixed),
    )
    return Today(replace(stated, problem=problem), plan, gone)


def _with_reserved(stated: PlanningProblem, plan: tuple[Placed, ...]) -> PlanningProblem:
    """Leave the meetings at reserved tables where they are; no other one is planned there."""
    tables = list(stated.problem.tables)
    for placed in plan:
        if stated.tables[placed.table].reserved_for and stated.tables[placed.table].closed_at is None:
            kept = tables[placed.table].slots | {placed.slot}
            tables[placed.table] = replace(tables[placed.table], slots=kept)
    return replace(stated, problem=replace(stated.problem, tables=tuple(tables)))


def may_move(now: Today, placed: Placed, slot: int, *, at: datetime) -> bool:
    """Return whether a proposal may move a meeting to a slot: on the same day, and not soon."""
    slots = now.stated.problem.slots
    if slot == placed.slot:
        return True
    return slots[slot].day == slots[placed.slot].day and slot not in soon_slots(now, at=at)


def soon_slots(now: Today, *, at: datetime) -> frozenset[int]:
    """Return the slots into which a proposal puts no meeting: its people may not hear of it in time."""
    return frozenset(number for number, slot in enumerate(now.stated.slots) if slot.starts_at < at + SOON)


def _can_be(placed: Placed, problem: Problem, gone: frozenset[int]) -> bool:
    people = problem.pairs[placed.pair].people
    there = [problem.participants[person].slots for person in people]
    there.append(problem.tables[placed.table].slots)
    if placed.interpreter is not None:
        there.append(problem.interpreters[placed.interpreter].slots)
    return gone.isdisjoint(people) and all(placed.slot in slots for slots in there)


def _pair_as_placed(pair: Pair, meeting: models.MissionMeeting, stated: PlanningProblem) -> Pair:
    """Return a pair as its meeting is: at its kind of table, with or without its interpreter."""
    spoken = next((each.languages for each in stated.interpreters if each.pk == meeting.interpreter_id), None)
    needed = None if spoken is None else (pair.interpreter or frozenset()) & frozenset(spoken)
    return replace(pair, online=bool(meeting.table and meeting.table.address), interpreter=needed)


@dataclass(frozen=True)
class Change:
    startup: models.Delegation
    investor: models.Delegation
    meeting: models.MissionMeeting | None
    slot: models.MissionSlot | None
    table: models.MissionTable | None
    interpreter: int | None

    def is_far(self, mission: models.Mission, *, at: datetime) -> bool:
        """Return whether it goes to another day, or is moved or new at a time that is soon."""
        before = self.meeting.slot if self.meeting else None
        if self.slot is None or (before and before.pk == self.slot.pk):
            return False
        if before is None:
            return self.slot.starts_at < at + SOON
        days = {zone_now(mission, each.starts_at).date() for each in (before, self.slot)}
        return len(days) > 1 or self.slot.starts_at < at + SOON

    @property
    def kind(self) -> str:
        if self.meeting is None:
            return "new"
        return "moved" if self.slot else "dropped"


def changes_of(mission: models.Mission, placed: Rows) -> list[Change]:
    rows = mission.meetings.filter(state__in=OCCUPIES, slot__isnull=False)
    meetings = {(each.startup_id, each.investor_id): each for each in rows.select_related("slot", "table")}
    new: dict[tuple[Any, Any], Any] = {(row[0], row[1]): (row[2], row[3], row[4]) for row in placed}
    people = mission.delegations.select_related(*COMPANIES).in_bulk(
        {key for pair in (*meetings, *new) for key in pair}
    )
    slots, tables = mission.slots.in_bulk(), mission.tables.in_bulk()
    changes = []
    for (startup, investor), meeting in meetings.items():
        if (startup, investor) not in new and meeting.state in LIVE:
            changes.append(Change(people[startup], people[investor], meeting, None, None, None))
    for (startup, investor), (slot, table, interpreter) in new.items():
        now = meetings.get((startup, investor))
        if now and (now.slot_id, now.table_id, now.interpreter_id) == (slot, table, interpreter):
            continue
        if startup in people and investor in people and slot in slots and table in tables:
            changes.append(
                Change(people[startup], people[investor], now, slots[slot], tables[table], interpreter)
            )
    order = {"dropped": 0, "moved": 1, "new": 2}
    return sorted(changes, key=lambda change: (order[change.kind], change.startup.name, change.investor.name))


def proposal_page(mission: models.Mission, plan: models.MissionPlan) -> dict[str, Any]:
    changes = changes_of(mission, plan.placed) if plan.published_at is None else []
    people = mission.delegations.select_related(*COMPANIES).in_bulk([row[0] for row in plan.short])
    return {
        "plan": plan,
        "changes": changes,
        "told": len(
            {delegation.pk for change in changes for delegation in (change.startup, change.investor)}
        ),
        "kept": plan.meetings - sum(each.kind != "dropped" for each in changes),
        "short": [row for row in too_few_in(plan, people) if row[0].missing_at is None],
    }


def facts_of(mission: models.Mission, *, at: datetime) -> dict[str, Any]:
    away = Q(missing_at__isnull=False) | Q(arrives_at__gt=at)
    named = mission.delegations.select_related(*COMPANIES)
    people = list(named.filter(away).order_by("name", "pk"))
    return {
        "missing": [person for person in people if person.missing_at],
        "arriving": [person for person in people if not person.missing_at],
        "closed": list(mission.tables.exclude(closed_at=None)),
        "open": list(mission.tables.filter(closed_at=None)),
        "proposals": list(mission.plans.filter(mends=True).defer("placed").order_by("-pk")[:5]),
    }


# The same for all reasons, so that no one learns of a wish, a "no" or a block.
NOT_TOGETHER = gettext_lazy("These two cannot meet: neither has chosen the other, or a rule prevents it.")


@dataclass
class Placing:
    """One meeting and where it goes; without a slot it is cancelled, without a meeting it is new."""

    startup: models.Delegation
    investor: models.Delegation
    meeting: models.MissionMeeting | None
    slot: models.MissionSlot | None = None
    table: models.MissionTable | None = None
    interpreter: models.Interpreter | None = None

    @property
    def people(self) -> tuple[models.Delegation, models.Delegation]:
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


def preview(mission: models.Mission, placings: list[Placing], *, at: datetime) -> Preview:
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


def _possible_pairs(mission: models.Mission) -> set[tuple[int, int]]:
    stated = problem_of(mission, on_the_day=True)
    people = stated.delegations
    return {(people[pair.first].pk, people[pair.second].pk) for pair in stated.problem.pairs}


def _of_state(meeting: models.MissionMeeting, at: datetime) -> list[str]:
    if meeting.state not in LIVE or meeting.slot is None:
        return [_("This meeting is over or cancelled.")]
    return [_("This meeting has begun.")] if meeting.slot.starts_at <= at else []


def _of_place(
    placing: Placing, slot: models.MissionSlot, table: models.MissionTable, at: datetime
) -> list[str]:
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


def _of_people(placing: Placing, slot: models.MissionSlot, present: set[int]) -> list[str]:
    found = []
    for each in placing.people:
        if each.pk not in present:
            found.append(_("%(name)s does not take part.") % {"name": each.called})
        elif (each.arrives_at and slot.starts_at < each.arrives_at) or (
            each.leaves_at and slot.ends_at > each.leaves_at
        ):
            found.append(_("%(name)s is not there at this time.") % {"name": each.called})
    return found


def _taken(placing: Placing, busy: Iterable[models.MissionMeeting]) -> list[str]:
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


def _of_pair(mission: models.Mission, placings: list[Placing]) -> list[str]:
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


def _cautions(
    mission: models.Mission, placing: Placing, busy: list[models.MissionMeeting], at: datetime
) -> list[str]:
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
    mission: models.Mission, placing: Placing, slot: models.MissionSlot, busy: list[models.MissionMeeting]
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


def movable(mission: models.Mission, *, at: datetime) -> QuerySet[models.MissionMeeting]:
    """Return the meetings that have not begun, in the order of time."""
    rows = mission.meetings.filter(state__in=LIVE, slot__starts_at__gt=at)
    return rows.select_related("slot", "table", *COMPANIES_OF_BOTH).order_by("slot__starts_at", "pk")
