"""What the worker does: rank the profiles that have changed, or the whole market, and store what is new."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from matchmaker.choices import Phase, Side
from matchmaker.integrations import dispatch
from matchmaker.matching import engine
from matchmaker.matching.engine import fairness
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import NOTHING
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.matching.ranking.selectors.explained import points_of
from matchmaker.matching.ranking.selectors.stored_lists import STORED, ListRow
from matchmaker.matching.ranking.services import (
    embeddings,
    inferred_sectors,
    jobs,
    market_state,
    runs,
    weights,
)
from matchmaker.matching.ranking.services.market_state import (
    NO_ROWS,
    SIDES,
    MarketChange,
    MarketState,
    RankedMarket,
    memory,
)
from matchmaker.matching.ranking.services.run_work import error_text
from matchmaker.models.ranking import THESIS, Market, Ranking, RankingClock, RankingJob, RankingRun
from profiles.platform import leases

logger = logging.getLogger(__name__)

BATCHES = 50  # that one message does
MOST_NAMED = 500  # of a side, who are on no one's top 20: with each run a short text is kept
TRIES = 20  # against other workers that write at the same time


UPSERT = """
INSERT INTO matchmaker_ranking (
    side, profile_id, entries, size, is_whole, demand_adjustment,
    weights_version, market_version, engine_version, computed_at, revision
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (side, profile_id) DO UPDATE SET
    entries = excluded.entries, size = excluded.size, is_whole = excluded.is_whole,
    demand_adjustment = excluded.demand_adjustment, weights_version = excluded.weights_version,
    market_version = excluded.market_version, engine_version = excluded.engine_version,
    computed_at = excluded.computed_at, revision = excluded.revision
"""
# PostgreSQL takes many rows fastest through COPY, which knows no conflicts: so what was there goes first.
# A join, because the planner may compare `= ANY(array)` row by row: 120,000 times 120,000.
DELETE = """
DELETE FROM matchmaker_ranking AS old USING unnest(%s::bigint[]) AS new (profile_id)
WHERE old.side = %s AND old.profile_id = new.profile_id
"""
COPY = """
COPY matchmaker_ranking (
    side, profile_id, entries, size, is_whole, demand_adjustment,
    weights_version, market_version, engine_version, computed_at, revision
) FROM STDIN (FORMAT BINARY)
"""
COPY_TYPES = (
    "varchar", "int8", "bytea", "int2", "bool", "int4", "int4", "int4", "varchar", "timestamptz", "int8",
)  # fmt: skip
MANY = 500  # rows from which COPY pays
CHUNK = 500  # primary keys in one statement


class Stamp(NamedTuple):
    weights_version: int
    market_version: int
    engine_version: str
    at: datetime
    revision: int


def advance_clock(seen: int) -> bool:
    """Take the next revision in the transaction of the write; False if someone else wrote since `seen`."""
    return bool(RankingClock.objects.filter(pk=1, revision=seen).update(revision=seen + 1))


def write_lists(side: str, rows: Sequence[ListRow], *, stamp: Stamp) -> None:
    if connection.vendor != "postgresql":
        at: Any = connection.ops.adapt_datetimefield_value(stamp.at)
        stamp = stamp._replace(at=at)
    values = ((str(side), *row, *stamp) for row in rows)  # in the order of the columns above
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= MANY:
            cursor.execute(DELETE, [[row.profile_id for row in rows], str(side)])
            with cursor.copy(COPY) as copy:
                copy.set_types(COPY_TYPES)
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(UPSERT, list(values))


def remove_lists(side: str, pks: Sequence[int]) -> None:
    for start in range(0, len(pks), CHUNK):
        Ranking.objects.filter(side=side, profile_id__in=pks[start : start + CHUNK]).delete()


class CrowdedError(Exception):
    """Others wrote every time before this worker could."""


class NotRankedError(Exception):
    """This engine has not ranked the market yet."""


def rank_due(*, at: datetime) -> int:
    state = memory.sync()
    if state is None:  # the first whole re-ranking does them all
        return 0
    done, profiles = 0, sum(len(state.columns.pks(side)) for side in Side)
    lease = runs.lease_of(jobs.LEASE, profiles=profiles)
    for _batch in range(BATCHES):
        claims = jobs.claim(at=at, lease=lease)
        if not claims:
            return done
        done += _attempt(claims, at=at)
    dispatch.enqueue(dispatch.RANK_EDITS)  # so that no task runs into its time limit
    return done


def _attempt(claims: Sequence[RankingJob], *, at: datetime) -> int:
    try:
        _rank_claims(claims, at=at)
    except Exception as error:
        logger.exception("Ranking of %d profiles failed", len(claims))
        memory.clear()
        jobs.fail(claims, error=error_text(error), at=at)
        return 0
    return len(claims)


def _rank_claims(claims: Sequence[RankingJob], *, at: datetime) -> None:
    pks: dict[Side, set[int]] = {side: set() for side in Side}
    for job in claims:
        pks[Side(job.side)].add(job.profile_id)
    for side in Side:
        if pks[side]:
            embeddings.refresh(side, pks[side])
            inferred_sectors.refresh(side, pks[side])
    for _try in range(TRIES):
        state = memory.sync()
        if state is None:
            raise NotRankedError("The market is being ranked whole; this job waits for it.")
        change = market_state.apply_changes(state, pks)
        if _store_change(state, change, claims, at=at):
            memory.state = change.state
            return
    raise CrowdedError("Other workers wrote first, every time.")


@transaction.atomic
def _store_change(
    state: MarketState, change: MarketChange, claims: Sequence[RankingJob], *, at: datetime
) -> bool:
    if not advance_clock(state.revision):
        return False
    calibration, revision = state.columns.calibration, change.state.revision
    stamp = Stamp(calibration.weights_version, calibration.version, calibration.engine_version, at, revision)
    for side, rows in change.written.items():
        write_lists(side, rows, stamp=stamp)
        remove_lists(side, change.removed[side])
    jobs.finish(claims, at=at, revision=revision)
    return True


TEXTS = 1000  # descriptions embedded for one message, so that a worker's other tasks get their turn
SMALLEST, MOST = 4096, 8  # startups that are ranked between two reports at least; reports at most
THREADS = os.cpu_count() or 1

# Why a profile is on no one's top 20.
REASONS = {fairness.NOBODY_ELIGIBLE: "nobody_eligible", fairness.NO_PLACE: "no_place"}

Report = Callable[..., None]


def work(*, at: datetime, on_report: Callable[[RankingRun], object] | None = None) -> bool:
    """Process the oldest free run; return whether there was one and it succeeded."""
    run = runs.claim(at=at)
    if run is None:
        return False

    def report(phase: Phase, done: int = 0, total: int = 1) -> None:
        runs.report(run, phase, done, total, profiles=published)
        if on_report:
            on_report(run)

    try:
        read, published = embeddings.progress()
        report(Phase.TEXTS, read, published)
        _rank(run, report)
    except leases.LeaseLostError as error:
        logger.warning("%s", error)
        return False
    except Exception as error:
        logger.exception("Re-ranking %s failed", run)
        leases.release(run, claim=None, error=error_text(error))
        return False
    return True


def _rank(run: RankingRun, report: Report) -> None:
    if not _read_texts(run):
        return
    report(Phase.READING)
    market_state.memory.clear()  # two markets would not fit everywhere, and this one is soon another
    RankingRun.objects.filter(pk=run.pk, started_at=None).update(started_at=timezone.now())
    # Before the rows: what changes meanwhile is read again at the end.
    revision = market_state.clock_revision()
    market, prepared, guaranteed = rank_fairly(read_market(points_of(weights.current().pk)), report)
    report(Phase.WRITING)
    startups, investors = guaranteed.unseen_startups, guaranteed.unseen_investors
    named = _named(market, Side.STARTUP, startups) + _named(market, Side.INVESTOR, investors)
    unseen = runs.Unseen(len(startups), len(investors), named)
    ranked = RankedMarket(market, guaranteed.rankings, prepared, {side: NO_ROWS for side in SIDES})
    state = MarketState(revision, ranked, market_state.ranked_theses(market))
    for _try in range(TRIES):
        state = _caught_up(state)
        report(Phase.WRITING)
        if _store(run, state, unseen, at=timezone.now()):
            market_state.memory.clear()
            return
    raise TimeoutError("Other workers wrote every time before this run could.")


def _read_texts(run: RankingRun) -> bool:
    new = (embeddings.refresh_new(side, most=TEXTS) for side in Side)
    changed = (embeddings.refresh(side, most=TEXTS) for side in Side)
    if any(count == TEXTS for count in chain(new, changed)):
        leases.release(run, claim=None, attempts=0)  # another message goes on with it
        dispatch.enqueue(dispatch.RANK_MARKET)
        return False
    for side in Side:
        inferred_sectors.refresh(side)
    return True


def read_market(points: Points) -> Columns:
    market = columns.load_all(points, on=timezone.now().date(), text_model=embeddings.model())
    market.snapshot.validate()
    return market


def rank_fairly(market: Columns, report: Report) -> tuple[Columns, engine.Prepared, engine.Shown]:
    merit = best_values(engine.Prepared(market.snapshot), Phase.MERIT, report)
    report(Phase.DEMAND_ADJUSTMENTS)
    market = columns.with_demand_adjustments(market, *engine.demand_adjustments(merit, market.snapshot))
    prepared = engine.Prepared(market.snapshot)
    values = best_values(prepared, Phase.SHARES, report)
    return market, prepared, engine.guarantees(engine.described(prepared, values), market.snapshot)


def best_values(prepared: engine.Prepared, phase: Phase, report: Report) -> engine.Values:
    snapshot = prepared.snapshot
    if engine.is_small(snapshot):
        report(phase)
        return reference.rank_values(snapshot, STORED)
    size = len(snapshot.startups)
    startups = np.full((size, STORED), NOTHING, np.int64)
    investors = np.full((len(snapshot.investors), STORED), NOTHING, np.int64)
    parts = np.array_split(np.arange(size), max(1, min(MOST, size // SMALLEST)))
    for number, rows in enumerate(parts):
        report(phase, number, len(parts))
        values = engine.rank_values(prepared, rows, STORED, THREADS)
        startups[rows] = values.startups
        investors = engine.best_values(investors, values.investors)
    return engine.Values(startups, investors)


def _named(market: Columns, side: Side, rows: Array) -> list[dict[str, object]]:
    pks = market.pks(side)
    return [
        {"side": str(side), "profile": int(pks[row]), "reason": REASONS[int(reason)]}
        for row, reason in rows[:MOST_NAMED]
    ]


def _caught_up(state: MarketState) -> MarketState:
    revision = market_state.clock_revision()
    changed = market_state.changed_since(state.revision)
    if any(changed.values()):
        state = market_state.apply_changes(state, changed).state
    return replace(state, revision=revision)


def _store(run: RankingRun, state: MarketState, unseen: runs.Unseen, *, at: datetime) -> bool:
    """Write the lists that differ; return False, with nothing written, if others wrote since."""
    made_with = state.columns.calibration.weights_version, state.columns.calibration.engine_version
    changes = {
        side: _different(side, market_state.list_rows(state, side), made_with) for side in (*Side, THESIS)
    }
    with transaction.atomic():
        if not advance_clock(state.revision):
            return False
        stamp = Stamp(made_with[0], _market_version(state, at=at), made_with[1], at, state.revision + 1)
        for side, (written, removed) in changes.items():
            write_lists(side, written, stamp=stamp)
            remove_lists(side, removed)
        changed = sum(len(written) + len(removed) for written, removed in changes.values())
        runs.finish(run, changed=changed, unseen=unseen, at=at)
    return True


def _market_version(state: MarketState, *, at: datetime) -> int:
    """Store the calibration of the run unless it is the one that counts already; return its version."""
    calibration = state.columns.calibration
    packed = calibration.packed()
    newest = Market.objects.order_by("-pk").first()
    if newest and (bytes(newest.statistics), newest.weights_version, newest.engine_version) == (
        packed,
        calibration.weights_version,
        calibration.engine_version,
    ):
        return newest.pk
    made = Market.objects.create(
        statistics=packed,
        weights_version=calibration.weights_version,
        engine_version=calibration.engine_version,
        startups=int(state.columns.startup_here.sum()),
        investors=int(state.columns.investor_here.sum()),
        made_at=at,
    )
    return made.pk


def _different(
    side: str, rows: Sequence[ListRow], made_with: tuple[int, str]
) -> tuple[list[ListRow], list[int]]:
    fields = ("profile_id", "entries", "is_whole", "demand_adjustment", "weights_version", "engine_version")
    # A million lists would be gigabytes; what stands for each takes a tenth.
    stored = {
        pk: (_digest(entries), *rest)
        for pk, entries, *rest in Ranking.objects.filter(side=side).values_list(*fields).iterator(2000)
    }
    different = [
        row
        for row in rows
        if stored.get(row.profile_id)
        != (_digest(row.entries), row.is_whole, row.demand_adjustment, *made_with)
    ]
    return different, sorted(stored.keys() - {row.profile_id for row in rows})


def _digest(entries: bytes | memoryview) -> bytes:
    return blake2b(entries, digest_size=16).digest()
