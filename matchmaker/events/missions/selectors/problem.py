"""The timetable as numbers for the solver (matchmaker/events/timetable), and back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaker.choices import Side
from matchmaker.events.missions.selectors.missions import present_delegations, zone_now
from matchmaker.events.missions.selectors.pairs import companies_of, related, site_facts_of
from matchmaker.events.timetable.problem import (
    Interpreter,
    Pair,
    Participant,
    Placed,
    Problem,
    Short,
    Slot,
    Table,
)
from matchmaker.models.missions import Delegation, Mission, MissionSlot, MissionTable, MissionWish
from matchmaker.models.missions import Interpreter as StoredInterpreter
from matchmaker.models.missions.mission import Wish

Rows = Sequence[Sequence[Any]]  # MissionPlan.placed


@dataclass(frozen=True)
class PlanningProblem:
    """A planning problem, and the records behind its numbers, in the same order."""

    problem: Problem
    delegations: list[Delegation]
    slots: list[MissionSlot]
    tables: list[MissionTable]
    interpreters: list[StoredInterpreter]

    def stored(self, plan: Iterable[Placed]) -> list[list[int | None]]:
        rows: list[list[int | None]] = []
        for each in plan:
            pair = self.problem.pairs[each.pair]
            interpreter = None if each.interpreter is None else self.interpreters[each.interpreter].pk
            rows.append(
                [
                    self.delegations[pair.first].pk,
                    self.delegations[pair.second].pk,
                    self.slots[each.slot].pk,
                    self.tables[each.table].pk,
                    interpreter,
                ]
            )
        return rows

    def too_few(self, short: Iterable[Short]) -> list[list[Any]]:
        return [[self.delegations[each.participant].pk, each.meetings, str(each.reason)] for each in short]

    def read(self, placed: Rows) -> tuple[Placed, ...] | None:
        """Return a stored plan as numbers; None where it names what is not there, or a pair that may not."""
        people = {each.pk: at for at, each in enumerate(self.delegations)}
        slots, tables, interpreters = (
            {each.pk: at for at, each in enumerate(rows)}
            for rows in (self.slots, self.tables, self.interpreters)
        )
        pairs = {pair.people: at for at, pair in enumerate(self.problem.pairs)}
        try:
            return tuple(
                Placed(
                    pairs[people[startup], people[investor]],
                    slots[slot],
                    tables[table],
                    None if interpreter is None else interpreters[interpreter],
                )
                for startup, investor, slot, table, interpreter in placed
            )
        except KeyError:
            return None


def problem_of(mission: Mission, *, on_the_day: bool = False) -> PlanningProblem:
    """Return the present timetable problem of a mission. The number of queries is fixed."""
    delegations = related(mission.delegations.all() if on_the_day else present_delegations(mission))
    slots = [slot for slot in mission.slots.order_by("starts_at", "pk") if not slot.blocked]
    starts = [zone_now(mission, slot.starts_at) for slot in slots]
    tables = list(mission.tables.order_by("pk"))
    if not on_the_day:
        tables = [table for table in tables if table.closed_at is None]
    interpreters = list(mission.interpreters.order_by("pk"))
    halls = sorted({table.hall for table in tables})
    every = frozenset(range(len(slots)))
    pairs = _pairs(mission, delegations, interpreters)
    problem = Problem(
        participants=tuple(
            Participant(
                side=0 if delegation.side == Side.STARTUP else 1,
                slots=_within(slots, delegation.arrives_at, delegation.leaves_at),
                most=delegation.most,
            )
            for delegation in delegations
        ),
        slots=tuple(
            Slot(interpreter.toordinal(), interpreter.hour * 60 + interpreter.minute)
            for interpreter in starts
        ),
        tables=tuple(
            Table(
                frozenset() if table.closed_at or table.reserved_for else every,
                halls.index(table.hall),
                bool(table.address),
            )
            for table in tables
        ),
        interpreters=tuple(
            Interpreter(frozenset(start.languages), _within(slots, start.starts_at, start.ends_at))
            for start in interpreters
        ),
        pairs=pairs,
        wanted=mission.wanted,
    )
    return PlanningProblem(problem, delegations, slots, tables, interpreters)


def _within(slots: Sequence[MissionSlot], begins: Any, ends: Any) -> frozenset[int]:
    return frozenset(
        at
        for at, slot in enumerate(slots)
        if (begins is None or slot.starts_at >= begins) and (ends is None or slot.ends_at <= ends)
    )


def _pairs(
    mission: Mission, delegations: Sequence[Delegation], interpreters: Sequence[StoredInterpreter]
) -> tuple[Pair, ...]:
    facts = site_facts_of(delegations)
    number = {delegation.pk: at for at, delegation in enumerate(delegations)}
    rows = MissionWish.objects.filter(giver__mission=mission).order_by()
    wishes: dict[tuple[int, int], list[str]] = {}
    for giver, receiver, wish in rows.values_list("giver", "receiver", "wish"):
        if giver not in number or receiver not in number:
            continue
        one, other = number[giver], number[receiver]
        first, second = (one, other) if delegations[one].side == Side.STARTUP else (other, one)
        wishes.setdefault((first, second), []).append(wish)
    pairs = []
    for (first, second), said_by in sorted(wishes.items()):
        startup, investor = delegations[first], delegations[second]
        companies = companies_of(startup, investor)
        if Wish.NO in said_by or companies in facts.apart:
            continue
        pairs.append(
            Pair(
                first=first,
                second=second,
                value=min(facts.scores.get(companies, 0), 1000),
                wants=said_by.count(Wish.WANT),
                musts=said_by.count(Wish.MUST),
                interpreter=bridged(startup.languages, investor.languages, interpreters),
                online=startup.is_online or investor.is_online,
            )
        )
    return tuple(pairs)


def bridged(
    one: Collection[str], other: Collection[str], interpreters: Sequence[StoredInterpreter]
) -> frozenset[str] | None:
    """Return the languages between which someone has to interpret; None where the two share one."""
    if not one or not other or set(one) & set(other):
        return None
    choices = [frozenset({mine, theirs}) for mine in sorted(one) for theirs in sorted(other)]
    return max(choices, key=lambda each: sum(each <= set(row.languages) for row in interpreters))


def measured(problem: Problem, plan: Sequence[Placed]) -> dict[str, int]:
    wanted = [0] * len(problem.participants)
    for placed in plan:
        pair = problem.pairs[placed.pair]
        for person in pair.people:
            wanted[person] += pair.is_wanted
    enough = sum(count >= problem.need(person) for person, count in enumerate(wanted))
    worth = sum(problem.pairs[placed.pair].worth for placed in plan)
    return {"meetings": len(plan), "with_wanted": enough, "best": worth}
