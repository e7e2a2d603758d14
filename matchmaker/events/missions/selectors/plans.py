"""The problem of a mission in numbers, and the runs of the planner for the organiser."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker import models
from matchmaker.choices import RunState, Side
from matchmaker.events.missions.selectors.missions import present_delegations, zone_now
from matchmaker.events.missions.selectors.pairs import companies_of, related, site_facts_of
from matchmaker.events.timetable.problem import (
    Interpreter,
    Pair,
    Participant,
    Placed,
    Problem,
    Reason,
    Short,
    Slot,
    Table,
)
from matchmaker.models.missions import Interpreter as StoredInterpreter
from matchmaker.models.missions.mission import COMPANIES, MissionState, Wish
from matchmaker.models.missions.plan import OCCUPIES, MeetingState

PER_PAGE, MOST_PLANS = 50, 10
Rows = Sequence[Sequence[Any]]  # MissionPlan.placed
WORDS = {
    Reason.NO_ONE_WANTS: gettext_lazy("Too few wishes from either side"),
    Reason.NOT_THERE: gettext_lazy("Too few hours in common with the others"),
    Reason.NO_INTERPRETER: gettext_lazy("No interpreter is free for their languages"),
    Reason.NO_TABLE: gettext_lazy("No table or online room is free"),
    Reason.NO_ONE_FREE: gettext_lazy("The delegations that would meet them have no free times left"),
}
STAGES = {
    "greedy": gettext_lazy("A first, simple plan"),
    "choose": gettext_lazy("Choosing which pairs meet"),
    "place": gettext_lazy("Choosing times and tables"),
    "tidy": gettext_lazy("Reducing gaps and walking"),
}


def plans_page(mission: models.Mission) -> dict[str, Any]:
    rows = mission.plans.filter(mends=False).select_related("by").defer("placed").order_by("-pk")
    return {
        "runs": [plan_facts(plan) for plan in rows[:MOST_PLANS]],
        "may_start": mission.goes_on
        and mission.state in (MissionState.WISHES, MissionState.PLANNING)
        and not open_plans(mission).exists(),
    }


def plan_facts(plan: models.MissionPlan) -> dict[str, Any]:
    by_steps, is_done = plan.compared.get("best", 0), plan.state == RunState.DONE
    return {
        "plan": plan,
        "stage": STAGES.get(plan.stage, ""),
        "stops": plan.is_open and plan.stop_at is not None,
        "share": "" if plan.gap is None else f"{floor(1000 * (1 - plan.gap)) / 10:.1f}",
        "percent": round(100 * plan.with_wanted / plan.participants) if plan.participants else 0,
        "possible": plan.possible,
        "flow": plan.compared.get("flow"),
        # By how many per cent it is worth more than the plan made step by step.
        "greedy_better": round(100 * (plan.best - by_steps) / by_steps) if by_steps and is_done else None,
        "is_done": is_done,
        "is_failed": plan.state == RunState.FAILED,
    }


def is_final(mission: models.Mission, plan: models.MissionPlan) -> bool:
    """Tell whether a plan was made after the wishes closed; before that its meetings are secret."""
    closed = mission.wishes_until is not None and mission.wishes_until <= plan.asked_at
    return closed and mission.state not in (MissionState.SETTING_UP, MissionState.WISHES)


def too_few_in(
    plan: models.MissionPlan, names: Mapping[int, models.Delegation]
) -> list[tuple[models.Delegation, int, Any]]:
    return [(names[key], count, WORDS[Reason(why)]) for key, count, why in plan.short if key in names]


def plan_page(mission: models.Mission, plan: models.MissionPlan, number: str) -> dict[str, Any]:
    """Return what a run found: who has too few meetings and why, and all meetings in the order of time."""
    order = {
        key: at for at, key in enumerate(mission.slots.order_by("starts_at").values_list("pk", flat=True))
    }
    placed = sorted(plan.placed, key=lambda row: (order.get(row[2], -1), row[3]))
    shown = placed if is_final(mission, plan) else []
    paged = Paginator(shown, PER_PAGE).get_page(number)
    keys = {key for row in paged.object_list for key in row[:2]} | {row[0] for row in plan.short}
    names = mission.delegations.select_related(*COMPANIES).in_bulk(keys)
    slots = mission.slots.in_bulk({row[2] for row in paged.object_list})
    tables = mission.tables.in_bulk({row[3] for row in paged.object_list})
    interpreters = mission.interpreters.in_bulk({row[4] for row in paged.object_list if row[4]})
    return {
        **plan_facts(plan),
        "is_final": is_final(mission, plan),
        "short": too_few_in(plan, names),
        "limits": [each for each in ceilings(mission, plan.placed) if each.full],
        "page": paged,
        "meetings": [
            {
                "startup": names.get(startup),
                "investor": names.get(investor),
                "slot": slots.get(slot),
                "table": tables.get(table),
                "interpreter": interpreters.get(interpreter),
            }
            for startup, investor, slot, table, interpreter in paged.object_list
        ],
    }


@dataclass(frozen=True)
class Ceiling:
    """How many meetings the delegations of one side take together, and how many of them have no more room."""

    side: Side
    most: list[int]
    full: int

    @property
    def together(self) -> int:
        return sum(self.most)

    @property
    def sum_in_words(self) -> str:
        """Return "23 × 8 = 184", or only the sum where delegations take different numbers."""
        same = set(self.most)
        if len(same) != 1:
            return str(self.together)
        return f"{len(self.most)} × {same.pop()} = {self.together}"

    @property
    def is_reached(self) -> bool:
        return bool(self.most) and self.full == len(self.most)


def ceilings(mission: models.Mission, placed: Rows = ()) -> list[Ceiling]:
    """Return what the maximum numbers of meetings allow on each side, the lower ceiling first. One query."""
    has = Counter(key for row in placed for key in row[:2])
    rows = list(present_delegations(mission).order_by().values_list("side", "pk", "most"))
    found = []
    for side in Side:
        of_side = [(pk, most) for own, pk, most in rows if own == side]
        full = sum(has[pk] >= most for pk, most in of_side)
        found.append(Ceiling(side, [most for _pk, most in of_side], full))
    return sorted(found, key=lambda each: each.together)


def acceptance(mission: models.Mission) -> dict[str, int]:
    live = Q(state__in=OCCUPIES)
    one = Q(startup_accepted_at__isnull=False) | Q(investor_accepted_at__isnull=False)
    counts = mission.meetings.aggregate(
        planned=Count("pk", filter=live),
        by_both=Count("pk", filter=live & ~Q(state=MeetingState.PLANNED)),
        by_one=Count("pk", filter=one & Q(state=MeetingState.PLANNED)),
        declined=Count("pk", filter=Q(state=MeetingState.DECLINED)),
        cancelled=Count("pk", filter=Q(state=MeetingState.CANCELLED)),
    )
    asked = counts["planned"] + counts["declined"]
    return {**counts, "percent": round(100 * counts["by_both"] / asked) if asked else 0}


def too_few(mission: models.Mission, meetings: int) -> str:
    """Describe a shortage of meetings without its reason, which could reveal other delegations' wishes."""
    if meetings >= mission.wanted:
        return ""
    text = _(
        "This mission plans %(wanted)d meetings for each delegation, and you have fewer. Ask the organiser "
        "whether you can meet someone else."
    )
    return text % {"wanted": mission.wanted}


def open_plans(mission: models.Mission) -> QuerySet[models.MissionPlan]:
    return mission.plans.filter(state__in=(RunState.WAITING, RunState.RUNNING))


@dataclass(frozen=True)
class PlanningProblem:
    """A planning problem, and the records behind its numbers, in the same order."""

    problem: Problem
    delegations: list[models.Delegation]
    slots: list[models.MissionSlot]
    tables: list[models.MissionTable]
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


def problem_of(mission: models.Mission, *, on_the_day: bool = False) -> PlanningProblem:
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


def _within(slots: Sequence[models.MissionSlot], begins: Any, ends: Any) -> frozenset[int]:
    return frozenset(
        at
        for at, slot in enumerate(slots)
        if (begins is None or slot.starts_at >= begins) and (ends is None or slot.ends_at <= ends)
    )


def _pairs(
    mission: models.Mission,
    delegations: Sequence[models.Delegation],
    interpreters: Sequence[StoredInterpreter],
) -> tuple[Pair, ...]:
    facts = site_facts_of(delegations)
    number = {delegation.pk: at for at, delegation in enumerate(delegations)}
    rows = models.MissionWish.objects.filter(giver__mission=mission).order_by()
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
