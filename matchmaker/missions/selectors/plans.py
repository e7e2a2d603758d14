"""Runs of the planner for the organiser, and the schedule of those who take part."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import RunState, Side
from matchmaker.missions.selectors.missions import words_of
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan
from matchmaker.models.missions.mission import COMPANIES, MissionState
from matchmaker.models.missions.plan import LIVE, OCCUPIES, MeetingState
from matchmaker.timetable.problem import Reason

PER_PAGE, MOST_PLANS = 50, 10
WORDS = {
    Reason.NO_ONE_WANTS: gettext_lazy("Too few wishes in either direction"),
    Reason.NOT_THERE: gettext_lazy("Too few hours in common with the others"),
    Reason.NO_INTERPRETER: gettext_lazy("No interpreter is free for their languages"),
    Reason.NO_TABLE: gettext_lazy("No table or online room is free"),
    Reason.NO_ONE_FREE: gettext_lazy("Those who would meet them have their meetings already"),
}
STAGES = {
    "greedy": gettext_lazy("A first plan, step by step"),
    "choose": gettext_lazy("Which pairs meet"),
    "place": gettext_lazy("When and where"),
    "tidy": gettext_lazy("Fewer gaps and walks"),
}


def plans_of(mission: Mission) -> QuerySet[MissionPlan]:
    """Return the runs of the planner, the newest first, without what they have placed."""
    return mission.plans.filter(mends=False).select_related("by").defer("placed").order_by("-pk")


def plans_page(mission: Mission) -> dict[str, Any]:
    """Return the newest runs of the planner, and whether another can be started. Three queries."""
    return {
        "runs": [plan_facts(plan) for plan in plans_of(mission)[:MOST_PLANS]],
        "may_start": mission.state in (MissionState.WISHES, MissionState.PLANNING)
        and not open_plans(mission).exists(),
    }


def plan_of(mission: Mission, pk: int) -> MissionPlan | None:
    """Return one run of the planner."""
    return mission.plans.filter(pk=pk, mends=False).first()


def plan_facts(plan: MissionPlan) -> dict[str, Any]:
    """Return how far a run is, in words. What pairs are worth is said to nobody: only shares are shown."""
    return {
        "plan": plan,
        "stage": STAGES.get(plan.stage, ""),
        "stops": plan.is_open and plan.stop_at is not None,
        "gap": None if plan.gap is None else f"{plan.gap * 100:.1f}",
        "percent": round(100 * plan.with_wanted / plan.participants) if plan.participants else 0,
        "possible": plan.possible,
        "flow": plan.compared.get("flow"),
        "greedy_better": _better(plan),
        "is_done": plan.state == RunState.DONE,
        "is_failed": plan.state == RunState.FAILED,
    }


def _better(plan: MissionPlan) -> int | None:
    """Return by how many per cent the plan is worth more than the one made step by step."""
    before = plan.compared.get("best", 0)
    return round(100 * (plan.best - before) / before) if before and plan.state == RunState.DONE else None


def is_final(mission: Mission, plan: MissionPlan) -> bool:
    """Tell whether a plan was asked for after the wishes were closed.

    Before that nobody reads its meetings: planning again after each change would tell what others wish.
    """
    closed = mission.wishes_until is not None and mission.wishes_until <= plan.asked_at
    return closed and mission.state not in (MissionState.SETTING_UP, MissionState.WISHES)


def plan_page(mission: Mission, plan: MissionPlan, number: str) -> dict[str, Any]:
    """Return what a run found: who has too few meetings and why, and all meetings in the order of time."""
    shown = _in_order(mission, plan) if is_final(mission, plan) else []
    paged = Paginator(shown, PER_PAGE).get_page(number)
    keys = {key for row in paged.object_list for key in row[:2]} | {row[0] for row in plan.short}
    names = {each.pk: each for each in mission.delegations.select_related(*COMPANIES).filter(pk__in=keys)}
    slots = mission.slots.in_bulk({row[2] for row in paged.object_list})
    tables = mission.tables.in_bulk({row[3] for row in paged.object_list})
    interpreters = mission.interpreters.in_bulk({row[4] for row in paged.object_list if row[4]})
    return {
        **plan_facts(plan),
        "is_final": is_final(mission, plan),
        "short": [
            (names[key], meetings, WORDS[Reason(reason)])
            for key, meetings, reason in plan.short
            if key in names
        ],
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


def _in_order(mission: Mission, plan: MissionPlan) -> list[Any]:
    """Return the placed meetings in the order of their slots and tables. One query."""
    order = {
        key: at for at, key in enumerate(mission.slots.order_by("starts_at").values_list("pk", flat=True))
    }
    return sorted(plan.placed, key=lambda row: (order.get(row[2], -1), row[3]))


def acceptance(mission: Mission) -> dict[str, int]:
    """Return how many meetings of the schedule there are, and how many are accepted. One query."""
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


@dataclass(frozen=True)
class Appointment:
    """One meeting as one of the two reads it."""

    meeting: MissionMeeting
    other: Delegation
    company_id: str
    accepted: bool
    is_live: bool
    languages: list[str]


def meetings_of(delegation: Delegation) -> QuerySet[MissionMeeting]:
    """Return the meetings of a delegation with what a schedule shows, in the order of time. One query."""
    rows = MissionMeeting.objects.filter(**{str(delegation.side): delegation})
    other = Side(delegation.side).other
    return rows.select_related(
        "slot",
        "asked_slot",
        "table",
        "interpreter",
        f"{other}__application__startup",
        f"{other}__application__investor",
    ).order_by("slot__starts_at", "pk")


def schedule(delegation: Delegation) -> list[Appointment]:
    """Return what a delegation has, as it reads it: neither who asked for it, nor how well the two fit."""
    return [_appointment(each, Side(delegation.side)) for each in meetings_of(delegation)]


def _appointment(meeting: MissionMeeting, side: Side) -> Appointment:
    other: Delegation = getattr(meeting, str(side.other))
    company = other.application.company
    return Appointment(
        meeting,
        other,
        company.public_id if company and company.is_published else "",
        getattr(meeting, f"{side}_accepted_at") is not None,
        meeting.state in LIVE,
        words_of(other.languages),
    )


def too_few(delegation: Delegation, mission: Mission, meetings: int) -> str:
    """Return what somebody is told who has fewer meetings than the mission wants for everybody.

    Not why: the reason could tell what others wished.
    """
    if meetings >= mission.wanted:
        return ""
    text = _(
        "This mission plans %(wanted)d meetings for everyone, and you have fewer. Ask the organiser whether "
        "somebody else can still be met."
    )
    return text % {"wanted": mission.wanted}


def open_plans(mission: Mission) -> QuerySet[MissionPlan]:
    """Return the run that is waiting or under way."""
    return mission.plans.filter(state__in=(RunState.WAITING, RunState.RUNNING))
