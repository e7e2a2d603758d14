"""The schedule on the day as numbers, and what a changed one would do to it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from matchmaker.events.missions.selectors.missions import present_delegations, zone_now
from matchmaker.events.missions.selectors.plans import too_few_in
from matchmaker.events.missions.selectors.problem import PlanningProblem, Rows, problem_of
from matchmaker.events.timetable.problem import Pair, Placed, Problem
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan, MissionSlot
from matchmaker.models.missions.mission import COMPANIES, MissionTable
from matchmaker.models.missions.plan import LIVE, OCCUPIES, MeetingAct, MeetingState

SOONEST = timedelta(minutes=10)  # before a slot: no one is sent anywhere later than that
SOON = timedelta(hours=2)  # a proposal uses no time sooner than this, unless the organiser allows it


@dataclass(frozen=True)
class Today:
    stated: PlanningProblem
    plan: tuple[Placed, ...]
    gone: frozenset[int]


def today(mission: Mission, *, at: datetime) -> Today:
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


def _pair_as_placed(pair: Pair, meeting: MissionMeeting, stated: PlanningProblem) -> Pair:
    """Return a pair as its meeting is: at its kind of table, with or without its interpreter."""
    spoken = next((each.languages for each in stated.interpreters if each.pk == meeting.interpreter_id), None)
    needed = None if spoken is None else (pair.interpreter or frozenset()) & frozenset(spoken)
    return replace(pair, online=bool(meeting.table and meeting.table.address), interpreter=needed)


@dataclass(frozen=True)
class Change:
    startup: Delegation
    investor: Delegation
    meeting: MissionMeeting | None
    slot: MissionSlot | None
    table: MissionTable | None
    interpreter: int | None

    def is_far(self, mission: Mission, *, at: datetime) -> bool:
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


def changes_of(mission: Mission, placed: Rows) -> list[Change]:
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


def proposal_page(mission: Mission, plan: MissionPlan) -> dict[str, Any]:
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


def facts_of(mission: Mission, *, at: datetime) -> dict[str, Any]:
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
