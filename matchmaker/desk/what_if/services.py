"""Previews: asked for, worked out by the worker, kept for a month."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone, translation

from matchmaker.choices import Phase, RunState, Side
from matchmaker.integrations import dispatch
from matchmaker.matching.comparison import Ranked, compare
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.matching.ranking.selectors.explained import points_of
from matchmaker.matching.ranking.services import (
    embeddings,
    inferred_sectors,
    market_state,
    rank_market,
    run_work,
    runs,
    weights,
)
from matchmaker.matching.ranking.services.jobs import KILLED
from matchmaker.models.what_if import WhatIf
from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import SectorAct
from profiles.companies.steps.kinds import PREVIEW_LIMIT
from profiles.guards import require_curator
from profiles.models import User
from profiles.platform import leases
from profiles.platform.limits import services as limits

WORK_OUT = "matchmaker.tasks.work_out"

LEASE, KEPT = timedelta(seconds=120), timedelta(days=30)
MOST_ATTEMPTS = 3
# Of a hundred: where each part of the work begins. Ranking reports its own parts.
BEFORE, AFTER, COMPARING = 12, 54, 96
SHARE_OF = {Phase.MERIT: (0, 22), Phase.DEMAND_ADJUSTMENTS: (22, 2), Phase.SHARES: (24, 18)}


@transaction.atomic
def ask(kind: str, asked: dict[str, Any], *, by: User, at: datetime) -> WhatIf:
    """Ask about weights by side, a change of sectors (the fields of Wanted), or, with nothing, the record."""
    require_curator(by)
    limits.take_token(PREVIEW_LIMIT, account=by, at=at)
    dispatch.enqueue_on_commit(WORK_OUT)
    return WhatIf.objects.create(kind=kind, asked=asked, by=by, asked_at=at)


def resume(*, at: datetime) -> None:
    if WhatIf.objects.free(at=at).exists():
        dispatch.enqueue(WORK_OUT)


def forget_old(*, at: datetime) -> None:
    WhatIf.objects.filter(asked_at__lt=at - KEPT).delete()


def work_out(*, at: datetime) -> bool:
    _read_texts, profiles = embeddings.progress()
    lease = runs.lease_of(LEASE, profiles=profiles)  # both markets are read before the first report
    row = run_work.claim_next(
        WhatIf.objects.all(), at=at, lease=lease, most_attempts=MOST_ATTEMPTS, killed=KILLED, claim=uuid4()
    )
    if row:
        run_work.work(row, lambda: _outcome(row, lease))
    return bool(row)


def _outcome(row: WhatIf, lease: timedelta) -> dict[str, Any]:
    def report(done: int) -> None:
        leases.renew(row, until=timezone.now() + lease, steps_done=done)

    try:
        return {"found": _found(row, report), "steps_done": 100}
    except taxonomy.ChangeRefusedError as refusal:
        with translation.override("en"):  # the page translates it
            return {"state": RunState.FAILED, "error": str(refusal)}


Report = Callable[[int], None]


def _found(row: WhatIf, report: Report) -> dict[str, Any]:
    if row.kind == WhatIf.LEARNED:
        lessons = weights.study(report)
        report(AFTER)
        return {
            "lessons": [asdict(lesson) for lesson in lessons],
            "calibrations": [asdict(each) for each in weights.calibrations()],
        }
    market_state.memory.clear()  # of a worker that takes both queues: three markets would not fit everywhere
    now = points_of(weights.current().pk)
    points, wanted = now, None
    if row.kind == WhatIf.WEIGHTS:
        points = definitions.points(0, row.asked["for_startup"], row.asked["for_investor"])
    else:
        wanted = Wanted(**{**row.asked, "act": SectorAct(row.asked["act"])})
    report(0)
    other = _read(points, wanted)  # first, because it may be refused
    before = _ranked(_read(now, None), BEFORE, report)
    after = _ranked(other, AFTER, report)
    report(COMPARING)
    return compare(before, after)


def _read(points: Points, wanted: Wanted | None) -> Columns:
    with transaction.atomic():
        if wanted:
            taxonomy.carry_out(wanted)
        for side in Side:
            inferred_sectors.refresh(side)
        market = rank_market.read_market(points)
        transaction.set_rollback(True)
    return market


def _ranked(market: Columns, begins: int, report: Report) -> Ranked:
    def told(phase: Phase, done: int = 0, total: int = 1) -> None:
        first, share = SHARE_OF[phase]
        report(begins + first + share * done // total)

    market, _prepared, shown = rank_market.rank_fairly(market, told)
    return Ranked(market, shown.rankings)
