"""How fast the engine, the worker and the storage are, and whether the engine is right."""

import ctypes
import resource
import time
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from numpy.typing import NDArray

from matchmaker.choices import Side
from matchmaker.lab.evaluation.synthetic_market import SIZES, synthetic
from matchmaker.matching.engine import (
    Pairs,
    Prepared,
    Rankings,
    Snapshot,
    Startups,
    Update,
    apply_update,
    outlook,
    prepare,
    rank_all,
    rank_investors,
    rank_startups,
)
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import take
from matchmaker.matching.engine.full_ranking import described, rank_values
from matchmaker.matching.ranking.market import startup_rows, thesis_rows
from matchmaker.matching.ranking.selectors.stored_lists import ENTRY, HEADER, STORED, ListRow, pack_all
from matchmaker.matching.ranking.services import rank_market
from matchmaker.models.ranking import RankingJob
from profiles.models import Investor, Startup
from profiles.platform.changes import services as changes

Figures = dict[str, Any]

K = 50
REPEATS = {"S": 15, "M": 5, "L": 3}  # a run of S takes 30 ms and varies by a tenth
SAMPLED = 50  # profiles of each side that are compared with the definition; on S all startups are
CHUNK = 250
# The yardstick: a bare matrix product of the same factors, without gates and without lists.
FACTORS = 624  # 384 of the text, 240 of everything else, as a matrix product would need them
ROWS, COLUMNS = 1024, 20_000


def warm_up() -> None:
    snapshot = synthetic(501, 501, "open")
    rankings, prepared = rank_all(snapshot), prepare(snapshot)
    for rank in (rank_startups, rank_investors):
        rank(prepared, rankings, np.zeros(1, np.int64))


def measure(size: str, market: str, threads: int = 1, repeats: int | None = None) -> Figures:
    kernel = use_one_thread()
    warm_up()
    snapshot = synthetic(*SIZES[size], market)
    pairs = len(snapshot.startups) * len(snapshot.investors)
    start, start_cpu = time.perf_counter(), time.process_time()
    prepared = prepare(snapshot)
    prepare_s, others_cpu = time.perf_counter() - start, time.process_time() - start_cpu
    rows = np.arange(len(snapshot.startups))
    matrices = operands()
    ratios, yardsticks, walls, cpus = [], [], [], []
    before = cpu_seconds_a_pair(*matrices)
    for _ in range(repeats or REPEATS[size]):
        wall, cpu = time.perf_counter(), time.process_time()
        values = rank_values(prepared, rows, K, threads)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        after = cpu_seconds_a_pair(*matrices)
        yardsticks.append((before + after) / 2 * pairs)
        ratios.append(yardsticks[-1] / cpus[-1])
        before = after
    start, start_cpu = time.perf_counter(), time.process_time()
    rankings = described(prepared, values)
    describe_s, others_cpu = time.perf_counter() - start, others_cpu + time.process_time() - start_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    density, identical = compare(snapshot, rankings, everyone=size == "S")
    # `kernel` is that of the yardstick. The ratios are its CPU time over that of the ranking, and over that
    # of laying out, ranking and describing all listed pairs. Seconds are of wall time but for cpu_s.
    return {
        "size": size,
        "market": market,
        "pairs_per_s": round(pairs / median(walls)),
        "ratio_to_sgemm": round(median(ratios), 2),
        "ratio_with_lists": round(median(yardsticks) / (median(cpus) + others_cpu), 2),
        "density": round(density, 4),
        "peak_mb": peak,
        "identical": identical,
        "kernel": kernel,
        "threads": threads,
        "rank_s": round(median(walls), 3),
        "cpu_s": round(median(cpus), 3),
        "prepare_s": round(prepare_s, 3),
        "describe_s": round(describe_s, 3),
    }


def compare(snapshot: Snapshot, rankings: Rankings, *, everyone: bool) -> tuple[float, bool]:
    rng = np.random.default_rng(1)
    startups = np.arange(len(snapshot.startups))
    if not everyone:
        startups = np.sort(rng.choice(startups, SAMPLED, replace=False))
    passed, same = 0, True
    for start in range(0, len(startups), CHUNK):
        part = startups[start : start + CHUNK]
        few = replace(snapshot, startups=take(snapshot.startups, part), pairs=Pairs())
        passed += int((reference.score_all(few).thesis >= 0).sum())
        same &= _same(rankings.startups.take(part), reference.rank_all(few, K).startups)
    density = passed / (len(startups) * len(snapshot.investors))
    if everyone:
        same &= _same_investors(snapshot, rankings, rng)
    return density, same


def _same_investors(snapshot: Snapshot, rankings: Rankings, rng: np.random.Generator) -> bool:
    rows = np.sort(rng.choice(len(snapshot.investors), SAMPLED, replace=False))
    thesis_rows = np.flatnonzero(np.isin(snapshot.theses.owner, rows))
    theses = take(snapshot.theses, thesis_rows)
    owner = np.searchsorted(rows, theses.owner).astype(np.int32)
    few = replace(
        snapshot, investors=take(snapshot.investors, rows), theses=replace(theses, owner=owner), pairs=Pairs()
    )
    expected = reference.rank_all(few, K).investors
    named = np.where(expected.thesis >= 0, thesis_rows[expected.thesis], -1).astype(np.int32)
    return _same(rankings.investors.take(rows), replace(expected, thesis=named))


def _same(found: Any, expected: Any) -> bool:
    names = [f.name for f in fields(expected) if f.name != "rows"]
    columns = [(getattr(found, name), getattr(expected, name)) for name in names]
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in columns)


def operands() -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(0)
    shapes = ((ROWS, FACTORS), (FACTORS, COLUMNS))
    return tuple(rng.standard_normal(shape, np.float32) for shape in shapes)  # type: ignore[return-value]


def cpu_seconds_a_pair(a: NDArray[Any], b: NDArray[Any], repeats: int = 2) -> float:
    """CPU seconds of one pair's product."""
    start = time.process_time()
    for _ in range(repeats):
        a @ b
    return (time.process_time() - start) / (repeats * ROWS * COLUMNS)


def use_one_thread() -> str:
    """Keep the yardstick on one thread; return the name of its kernel, of NumPy's own OpenBLAS."""
    bundled = sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"))
    if not bundled:
        return "unknown"
    blas = ctypes.CDLL(str(bundled[0]))
    blas.scipy_openblas_set_num_threads64_(1)
    name = blas.scipy_openblas_get_corename64_
    name.restype = ctypes.c_char_p
    return str(name().decode())


BATCH, VARIANTS = 64, 100


def refresh(size: str, market: str, repeats: int = 15) -> Figures:
    warm_up()
    snapshot = synthetic(*SIZES[size], market)
    rankings = rank_all(snapshot)
    prepared = Prepared(snapshot)
    lay_out_startups, lay_out_investors = _seconds(lambda: prepared.asks), _seconds(lambda: prepared.lanes)
    other_startups = prepared, replace(snapshot, startups=shifted(snapshot).startups)
    other_investors = prepared, replace(snapshot, theses=shifted(snapshot).theses)
    copies = varied(take(snapshot.startups, np.zeros(VARIANTS, np.int64)))
    rng = np.random.default_rng(2)
    startups = rng.choice(len(snapshot.startups), (repeats, 1), replace=False)
    investors = rng.choice(len(snapshot.investors), (repeats, BATCH), replace=False)
    one, changed_s = _timed("startup", rank_startups, *other_startups, rankings, startups)
    two, changed_i = _timed("investor", rank_investors, *other_investors, rankings, investors[:, :1])
    many, _ = _timed("batch", rank_investors, *other_investors, rankings, investors[:5])
    theirs = np.zeros(len(snapshot.investors), np.int64)
    variants = median(_seconds(lambda: outlook(snapshot, 0, copies, theirs)) for _ in range(repeats))
    return {
        "size": size,
        "market": market,
        **one,
        **two,
        **many,
        "lay_out_startups_ms": round(1000 * lay_out_startups, 1),
        "lay_out_investors_ms": round(1000 * lay_out_investors, 1),
        "variants_ms": round(
            1000 * variants, 2
        ),  # what edited copies of a startup would meet among all investors
        "lists_changed_by_startup": changed_s,
        "lists_changed_by_investor": changed_i,
    }


def varied(copies: Startups) -> Startups:
    """Copies of one startup, each with other needs; the first as it is."""
    needs = [np.roll(row, at % len(row)) for at, row in enumerate(copies.needs)]
    return replace(copies, needs=np.stack(needs))


def shifted(snapshot: Snapshot) -> Snapshot:
    s, m = snapshot.startups, snapshot.theses
    return replace(
        snapshot,
        startups=replace(s, needs=np.roll(s.needs, 1, axis=1), places=np.roll(s.places, 1, axis=0)),
        theses=replace(m, activity=m.activity // 2, offers=np.roll(m.offers, 1)),
    )


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _timed(
    name: str,
    rank: Callable[[Prepared, Rankings, NDArray[Any]], Update],
    before: Prepared,
    edited: Snapshot,
    rankings: Rankings,
    edits: NDArray[Any],
) -> tuple[dict[str, float], int]:
    """The figures that begin with the name, and how many lists the middle edit changed.

    The rankings end as they were.
    """
    sides = {"startups": rank is rank_startups, "investors": rank is rank_investors}
    apply_update(rankings, apply_update(rankings, rank(before.after(edited, **sides), rankings, edits[0])))
    known, made, changed = [], [], []
    for rows in edits:
        start = time.perf_counter()
        update = rank(before.after(edited, **sides), rankings, rows)
        known.append(1000 * (time.perf_counter() - start))
        undo = apply_update(rankings, update)
        made.append(1000 * (time.perf_counter() - start))
        apply_update(rankings, undo)
        changed.append(len(update.startups.rows) + len(update.investors.rows))
    figures = {"ms": median(known), "worst_ms": max(known), "applied_ms": median(made)}
    return {f"{name}_{what}": round(figure, 2) for what, figure in figures.items()}, int(median(changed))


PATIENCE = 30.0  # seconds until an edit counts as never seen
LOOK = 0.002  # seconds between two looks


class NoWorkerError(Exception):
    """An edit was not ranked in time: no worker runs on this database."""


def measure_edits(edits: int) -> Figures:
    """Edit published profiles of both sides one after the other, and wait for each to be seen: in seconds.

    Raises:
        NoWorkerError: an edit was not seen within PATIENCE.
    """
    waited = []
    count = (edits + 1) // 2
    both: Any = zip(startup_rows.published()[:count], thesis_rows.published()[:count], strict=False)
    for profile in islice(chain.from_iterable(both), count):  # by turns
        before = profile.summary_en
        waited += [_wait(profile, f"{before} ·"[-500:]), _wait(profile, before)]
    waits = np.array(waited)
    p50, p95 = (float(x) for x in np.percentile(waits, [50, 95])) if len(waits) else (0.0, 0.0)
    return {"edits": len(waits), "p50": p50, "p95": p95, "longest": float(waits.max(initial=0.0))}


def _wait(profile: Startup | Investor, summary: str) -> float:
    with transaction.atomic():
        type(profile)._default_manager.filter(pk=profile.pk).update(summary_en=summary)
        changes.notify_changed(profile, at=timezone.now())
    begun = time.perf_counter()
    done = RankingJob.objects.filter(
        side=profile.side, profile_id=profile.pk, completed_version=F("requested_version")
    )
    while not done.exists():
        if time.perf_counter() - begun > PATIENCE:
            raise NoWorkerError
        time.sleep(LOOK)
    return time.perf_counter() - begun


FIRST = 10_000_000  # primary keys that no profile has
# Found before the real one; made like it, logged like it, gone with the transaction.
OWN_TABLE = """
CREATE SCHEMA ranking_bench;
CREATE TABLE ranking_bench.matchmaker_ranking (LIKE matchmaker_ranking INCLUDING ALL);
SET LOCAL search_path = ranking_bench, public
"""
PAIR_TABLE = """
CREATE TEMPORARY TABLE pair_row (
    side varchar(8), profile_id bigint, rank smallint, counterpart_id bigint, thesis_id bigint,
    u integer, v integer,
    sector smallint, stage smallint, ticket smallint, place smallint, needs smallint, forms smallint,
    text smallint, activity smallint, UNIQUE (side, profile_id, counterpart_id)
)
"""
PAIR_UPSERT = """
INSERT INTO pair_row VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (side, profile_id, counterpart_id) DO UPDATE SET
    rank = excluded.rank, thesis_id = excluded.thesis_id, u = excluded.u, v = excluded.v
"""


def measure_storage(*, profiles: int, sample: int, seed: int) -> Figures:
    entries = _entries(profiles, np.random.default_rng(seed))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute(OWN_TABLE)
        packed = _seconds(lambda: rank_market.write_lists(Side.STARTUP, _rows(entries), stamp=_stamp(1)))
        again = _seconds(lambda: rank_market.write_lists(Side.STARTUP, _rows(entries), stamp=_stamp(2)))
        pairs = _seconds(lambda: _write_pairs(entries[:sample])) * profiles / sample
        transaction.set_rollback(True)
    size = sum(len(row.entries) for row in _rows(entries)) / 1e6
    return {
        "database": connection.vendor,
        "profiles": profiles,
        "megabytes": size,
        "packed_s": packed,  # from the engine's arrays to all profiles' rows
        "again_s": again,
        "pairs_s": pairs,  # extrapolated from the sample
        "ratio": pairs / packed,
    }


def _entries(profiles: int, rng: np.random.Generator) -> np.ndarray:
    """ENTRY[profiles,STORED]: random bytes, as hard to write as real ones."""
    noise = rng.integers(0, 256, (profiles, STORED * ENTRY.itemsize), np.uint8)
    return noise.view(ENTRY)


def _rows(entries: np.ndarray) -> list[ListRow]:
    headers = np.zeros(len(entries), HEADER)
    packed = pack_all(headers, entries, np.full(len(entries), STORED))
    return [ListRow(FIRST + at, content, STORED, False, 0) for at, content in enumerate(packed)]


def _stamp(revision: int) -> rank_market.Stamp:
    return rank_market.Stamp(1, 1, "bench", datetime(2026, 1, 1, tzinfo=UTC), revision)


def _write_pairs(entries: np.ndarray) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PAIR_TABLE)
        values = [
            ("startup", FIRST + profile, rank, rank, *(number % 2**31 for number in entry[1:4]), *levels)
            for profile, row in enumerate(entries)
            for rank, (entry, levels) in enumerate(zip(row.tolist(), row["levels"].tolist(), strict=True))
        ]
        cursor.executemany(PAIR_UPSERT, values)
