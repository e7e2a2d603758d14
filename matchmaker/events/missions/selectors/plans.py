"""Runs of the planner for the organiser, and the schedule of those who take part."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import RunState, Side
from matchmaker.events.missions.selectors.missions import present_delegations
from matchmaker.events.missions.selectors.problem import Rows
from matchmaker.events.timetable.problem import Reason
from matchmaker.models.missions import Delegation, Mission, MissionPlan
from matchmaker.models.missions.mission import COMPANIES, MissionState
from matchmaker.models.missions.plan import OCCUPIES, MeetingState

PER_PAGE, MOST_PLANS = 50, 10
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


def plans_page(mission: Mission) -> dict[str, Any]:
    rows = mission.plans.filter(mends=False).select_related("by").defer("placed").order_by("-pk")
    return {
        "runs": [plan_facts(plan) for plan in rows[:MOST_PLANS]],
        "may_start": mission.goes_on
        and mission.state in (MissionState.WISHES, MissionState.PLANNING)
        and not open_plans(mission).exists(),
    }


def plan_facts(plan: MissionPlan) -> dict[str, Any]:
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


def is_final(mission: Mission, plan: MissionPlan) -> bool:
    """Tell whether a plan was made after the wishes closed; before that its meetings are secret."""
    closed = mission.wishes_until is not None and mission.wishes_until <= plan.asked_at
    return closed and mission.state not in (MissionState.SETTING_UP, MissionState.WISHES)


def too_few_in(plan: MissionPlan, names: Mapping[int, Delegation]) -> list[tuple[Delegation, int, Any]]:
    return [(names[key], count, WORDS[Reason(why)]) for key, count, why in plan.short if key in names]


def plan_page(mission: Mission, plan: MissionPlan, number: str) -> dict[str, Any]:
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


def ceilings(mission: Mission, placed: Rows = ()) -> list[Ceiling]:
    """Return what the maximum numbers of meetings allow on each side, the lower ceiling first. One query."""
    has = Counter(key for row in placed for key in row[:2])
    rows = list(present_delegations(mission).order_by().values_list("side", "pk", "most"))
    found = []
    for side in Side:
        of_side = [(pk, most) for own, pk, most in rows if own == side]
        full = sum(has[pk] >= most for pk, most in of_side)
        found.append(Ceiling(side, [most for _pk, most in of_side], full))
    return sorted(found, key=lambda each: each.together)


def acceptance(mission: Mission) -> dict[str, int]:
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


def too_few(mission: Mission, meetings: int) -> str:
    """Describe a shortage of meetings without its reason, which could reveal other delegations' wishes."""
    if meetings >= mission.wanted:
        return ""
    text = _(
        "This mission plans %(wanted)d meetings for each delegation, and you have fewer. Ask the organiser "
        "whether you can meet someone else."
    )
    return text % {"wanted": mission.wanted}


def open_plans(mission: Mission) -> QuerySet[MissionPlan]:
    return mission.plans.filter(state__in=(RunState.WAITING, RunState.RUNNING))
