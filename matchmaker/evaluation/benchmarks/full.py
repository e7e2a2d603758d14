"""A full ranking of both sides against a bare matrix product, and against the definition."""

from __future__ import annotations

import ctypes
import resource
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine import Pairs, Rankings, Snapshot, prepare, warm_up
from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import take
from matchmaker.engine.full_ranking import described, rank_values
from matchmaker.evaluation.benchmarks.synthetic_market import SIZES, synthetic

K = 50
REPEATS = {"S": 15, "M": 5, "L": 3}  # a run of S takes 30 ms and varies by a tenth
SAMPLED = 50  # profiles of each side that are compared with the definition; on S all startups are
CHUNK = 250
# The yardstick: a bare matrix product of the same factors, without gates and without lists.
FACTORS = 624  # 384 of the text, 240 of everything else, as a matrix product would need them
ROWS, COLUMNS = 1024, 20_000


@dataclass(frozen=True)
class Measured:
    """What bench_matching prints."""

    size: str
    market: str
    pairs_per_s: int  # of wall time
    ratio_to_sgemm: float  # CPU time of the bare product over CPU time of the ranking, median of repetitions
    ratio_with_lists: float  # … over that of laying out, ranking and describing all listed pairs
    density: float  # share of the pairs that pass the gates
    peak_mb: int
    identical: bool
    kernel: str  # of the yardstick
    threads: int
    rank_s: float  # wall seconds: both sides' best 50, best first
    cpu_s: float
    prepare_s: float  # laying out the columns
    describe_s: float  # fits and levels of every listed pair


def measure(size: str, market: str, threads: int = 1, repeats: int | None = None) -> Measured:
    """Rank a synthetic market `repeats` times, each between two rounds of the yardstick."""
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
    return Measured(
        size=size,
        market=market,
        pairs_per_s=round(pairs / median(walls)),
        ratio_to_sgemm=round(median(ratios), 2),
        ratio_with_lists=round(median(yardsticks) / (median(cpus) + others_cpu), 2),
        density=round(density, 4),
        peak_mb=peak,
        identical=identical,
        kernel=kernel,
        threads=threads,
        rank_s=round(median(walls), 3),
        cpu_s=round(median(cpus), 3),
        prepare_s=round(prepare_s, 3),
        describe_s=round(describe_s, 3),
    )


def compare(snapshot: Snapshot, rankings: Rankings, *, everyone: bool) -> tuple[float, bool]:
    """(gate density, whether the lists of the sampled profiles are the definition's, bit for bit)."""
    rng = np.random.default_rng(1)
    startups = np.arange(len(snapshot.startups))
    if not everyone:
        startups = np.sort(rng.choice(startups, SAMPLED, replace=False))
    passed, same = 0, True
    for start in range(0, len(startups), CHUNK):
        part = startups[start : start + CHUNK]
        few = replace(snapshot, startups=take(snapshot.startups, part), pairs=Pairs())
        passed += int((reference.score_all(few).mandate >= 0).sum())
        same &= _same(rankings.startups.take(part), reference.rank_all(few, K).startups)
    density = passed / (len(startups) * len(snapshot.investors))
    if everyone:
        same &= _same_investors(snapshot, rankings, rng)
    return density, same


def _same_investors(snapshot: Snapshot, rankings: Rankings, rng: np.random.Generator) -> bool:
    """The same for a sample of the investors."""
    rows = np.sort(rng.choice(len(snapshot.investors), SAMPLED, replace=False))
    theses = np.flatnonzero(np.isin(snapshot.mandates.owner, rows))
    mandates = take(snapshot.mandates, theses)
    owner = np.searchsorted(rows, mandates.owner).astype(np.int32)
    few = replace(
        snapshot,
        investors=take(snapshot.investors, rows),
        mandates=replace(mandates, owner=owner),
        pairs=Pairs(),
    )
    expected = reference.rank_all(few, K).investors
    named = np.where(expected.mandate >= 0, theses[expected.mandate], -1).astype(np.int32)
    return _same(rankings.investors.take(rows), replace(expected, mandate=named))


def _same(found: Any, expected: Any) -> bool:
    columns = (f.name for f in fields(expected) if f.name != "rows")
    return all(_equal(getattr(found, name), getattr(expected, name)) for name in columns)


def _equal(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.dtype == b.dtype and bool(np.array_equal(a, b))


def operands() -> tuple[NDArray[Any], NDArray[Any]]:
    """Two float32 matrices."""
    rng = np.random.default_rng(0)
    shapes = ((ROWS, FACTORS), (FACTORS, COLUMNS))
    return tuple(rng.standard_normal(shape, np.float32) for shape in shapes)  # type: ignore[return-value]


def cpu_seconds_a_pair(a: NDArray[Any], b: NDArray[Any], repeats: int = 2) -> float:
    """CPU seconds of one pair's product."""
    start = time.process_time()
    for _ in range(repeats):
        a @ b
    return (time.process_time() - start) / (repeats * ROWS * COLUMNS)


def library() -> ctypes.CDLL | None:
    """NumPy's own OpenBLAS, where it is bundled."""
    found = sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"))
    return ctypes.CDLL(str(found[0])) if found else None


def use_one_thread() -> str:
    """Keep the yardstick on one thread; return the name of its kernel."""
    blas = library()
    if blas is None:
        return "unknown"
    blas.scipy_openblas_set_num_threads64_(1)
    name = blas.scipy_openblas_get_corename64_
    name.restype = ctypes.c_char_p
    return str(name().decode())
