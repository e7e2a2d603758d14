"""The planner: asked for by the organiser, run by the worker, stopped with the best so far, published."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from matchmaker.events.missions.kinds import MISSION_LIMIT, PLAN_LIMIT, PUBLISHED
from matchmaker.events.missions.selectors.missions import present_delegations, with_people
from matchmaker.events.missions.selectors.plans import is_final, measured, open_plans, problem_of
from matchmaker.events.missions.services.missions import (
    HOST,
    NotReadyError,
    apply_mission_transition,
    lock_as_host,
    notify,
    record_audit,
)
from matchmaker.events.timetable.board import Board
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.flow import possible
from matchmaker.events.timetable.greedy import greedy
from matchmaker.events.timetable.problem import Progress
from matchmaker.events.timetable.solve import shorts, solve
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.services import run_work
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan, MissionStep
from matchmaker.models.missions.mission import MissionAct, MissionState
from matchmaker.models.missions.plan import MeetingAct
from matchmaker.models.run import OPEN
from matchmaker.transitions import WrongStateError, acting_side
from profiles.models import User
from profiles.platform import leases
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

PLAN_MISSIONS = "matchmaker.tasks.plan_missions"
SECONDS, WORKERS = 60.0, 2
LEASE, MOST_ATTEMPTS = timedelta(seconds=60), 3
KEPT = 5  # runs of a mission, besides what was published
KILLED = "The worker was stopped three times while it planned."
M = MissionState


class NotValidError(RefusedError):
    message = _("Something has changed since this plan was made. Start the planner again.")


@transaction.atomic
def start(mission: Mission, *, by: User, at: datetime) -> MissionPlan:
    """Ask the worker for a plan, also while wishes are open, to see who would have too few meetings.

    Raises:
        NotReadyError: no one could meet.
    """
    limits.take_token(PLAN_LIMIT, account=by, company=mission.programme.company, at=at)
    locked = lock_as_host(mission, (M.WISHES, M.PLANNING), by=by)
    if open_plans(locked).exists():
        raise RefusedError(_("The planner is running. Wait until it finishes, or stop it."))
    if not locked.slots.filter(blocked="").exists() or not locked.tables.filter(closed_at=None).exists():
        raise NotReadyError
    made = MissionPlan.objects.create(mission=locked, by=by, asked_at=at)
    record_audit(locked, "plan", by=by, at=at)
    dispatch.enqueue_on_commit(PLAN_MISSIONS)
    return made


@transaction.atomic
def stop(plan: MissionPlan, *, by: User, at: datetime) -> None:
    acting_side(plan.mission, HOST, by=by)
    if not MissionPlan.objects.filter(pk=plan.pk, state__in=OPEN).update(stop_at=at):
        raise WrongStateError
    record_audit(plan.mission, "stop", by=by, at=at)


def resume(*, at: datetime) -> None:
    if MissionPlan.objects.free(at=at).exists():
        dispatch.enqueue(PLAN_MISSIONS)


def work_in_turn(*, at: datetime) -> None:
    """Make a plan; the next one takes its turn behind what else waits."""
    if work(at=at):
        resume(at=timezone.now())


def work(*, at: datetime) -> bool:
    row = run_work.claim_next(
        MissionPlan.objects.select_related("mission__programme"),
        at=at,
        lease=LEASE,
        most_attempts=MOST_ATTEMPTS,
        killed=KILLED,
        claim=uuid4(),
    )
    if row:
        run_work.work(row, lambda: _planned(row))
        forget_old(row.mission, mends=False)
    return bool(row)


def forget_old(mission: Mission, *, mends: bool) -> None:
    rows = MissionPlan.objects.filter(mission=mission, mends=mends)
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    rows.filter(published_at=None).exclude(state__in=OPEN).exclude(pk__in=newest).delete()


@transaction.atomic
def forget_delegations(delegations: QuerySet[Delegation]) -> None:
    keys = set(delegations.values_list("pk", flat=True))
    missions = delegations.order_by().values("mission")
    for plan in (
        MissionPlan.objects.filter(mission__in=missions).select_for_update(no_key=True).order_by("pk")
    ):
        placed = [row for row in plan.placed if not keys & set(row[:2])]
        short = [row for row in plan.short if row[0] not in keys]
        MissionPlan.objects.filter(pk=plan.pk).update(placed=placed, short=short)


def _planned(row: MissionPlan) -> dict[str, Any]:
    """Return what a run has found. Nothing is locked meanwhile: publishing looks at everything again."""
    stated = problem_of(row.mission)
    problem = stated.problem
    flow = possible(problem)
    compared = {**measured(problem, greedy(problem)), "flow": flow}
    counts = {"participants": len(problem.participants), "possible": flow, "compared": compared}
    leases.renew(row, until=timezone.now() + LEASE, **counts)
    result = solve(
        problem, seconds=SECONDS, workers=WORKERS, report=lambda on_progress: _report(row, on_progress)
    )
    if wrong := faults(problem, result.plan):
        raise NotValidError("; ".join(wrong[:5]))
    return {
        **measured(problem, result.plan),
        "possible": result.possible,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": result.seconds,
        "method": result.method,
        "stopped": result.stopped,
        "placed": stated.stored(result.plan),
        "short": stated.too_few(result.short),
    }


@transaction.atomic
def plan_by_steps(mission: Mission, *, by: User, at: datetime) -> MissionPlan:
    """Plan in one step without the solver, for the small missions of the demonstration."""
    locked = lock_as_host(mission, (M.PLANNING,), by=by)
    stated = problem_of(locked)
    placed = greedy(stated.problem)
    figures = measured(stated.problem, placed)
    return MissionPlan.objects.create(
        mission=locked,
        **figures,
        state=RunState.DONE,
        compared=figures,
        participants=len(stated.problem.participants),
        possible=possible(stated.problem),
        method="greedy",
        placed=stated.stored(placed),
        short=stated.too_few(shorts(Board(stated.problem, placed))),
        by=by,
        asked_at=at,
        finished_at=at,
    )


def _report(row: MissionPlan, progress: Progress) -> bool:
    """Store the progress of a run; return whether it must stop."""
    figures = {
        name: getattr(progress, name)
        for name in ("seconds", "meetings", "with_wanted", "best", "bound", "gap")
    }
    try:
        leases.renew(row, until=timezone.now() + LEASE, **figures, stage=progress.stage)
    except leases.LeaseLostError:
        return True
    return MissionPlan.objects.filter(pk=row.pk, stop_at__isnull=False).exists()


def publish(plan: MissionPlan, *, by: User, at: datetime, version_read: str | None = None) -> None:
    """Publish a plan as the schedule and notify each delegation once.

    Raises:
        NotValidError: it breaks a rule as things are now. NotReadyError: it has no meeting.
    """
    # Counted outside the transaction: what fails has cost as much.
    limits.take_token(MISSION_LIMIT, account=by, company=plan.mission.programme.company, at=at)
    with transaction.atomic():
        locked = lock_as_host(plan.mission, (M.PLANNING,), by=by)
        stored = MissionPlan.objects.get(pk=plan.pk)
        if stored.state != RunState.DONE:
            raise WrongStateError
        if not stored.placed:
            raise NotReadyError
        if not is_final(locked, stored):
            raise NotValidError
        stated = problem_of(locked)
        placed = stated.read(stored.placed)
        if placed is None or faults(stated.problem, placed):
            raise NotValidError
        step = apply_mission_transition(
            locked, MissionAct.PUBLISH, by=by, at=at, version_read=version_read, published_at=at
        )
        MissionPlan.objects.filter(pk=stored.pk).update(published_at=at)
        write_meetings(locked, stored.placed, by=by, at=at)
        notify(PUBLISHED, with_people(present_delegations(locked)), event=str(step.pk), at=at)


def write_meetings(mission: Mission, placed: Any, *, by: User, at: datetime) -> None:
    """Create the meetings of a plan.

    The caller must hold the lock of the mission and have checked the plan.
    """
    line = MissionMeeting.transitions[MeetingAct.PLAN]
    side = acting_side(mission, line.mover, by=by)
    names = ("startup_id", "investor_id", "slot_id", "table_id", "interpreter_id")
    meetings = MissionMeeting.objects.bulk_create(
        MissionMeeting(mission=mission, state=line.target, at=at, **dict(zip(names, row, strict=True)))
        for row in placed
    )
    MissionStep.objects.bulk_create(
        meeting.new_step(act=line.act, target=line.target, side=side, by=by, at=at) for meeting in meetings
    )
