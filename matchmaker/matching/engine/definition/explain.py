"""Why a pair has the score it has: parts that add up, gates, what is not stated, what its handicap takes off.

Scores and fits are shown between 0 and 100.0, in whole tenths. A tenth of a fit is one point of the thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import (
    FACTORS,
    TOP_LEVEL,
    Array,
    Must,
    Pairs,
    Snapshot,
    take,
)
from matchmaker.matching.engine.definition.factors import apportion, stated_by_startups, stated_by_theses
from matchmaker.matching.engine.definition.lists import LOG, OCTAVE


@dataclass(frozen=True)
class ScorePart:
    factor: str
    level: int  # 0 … 255
    weight: int  # points of 1000
    amount: int  # weight × level; the amounts add up to the fit exactly
    tenths: int  # as shown; these add up to the fit as shown


@dataclass(frozen=True)
class Fit:
    amount: int  # points × 255
    tenths: int  # 0 … 1000
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True)
class GateResult:
    name: str
    applies: bool
    passed: bool


@dataclass(frozen=True)
class Explanation:
    thesis: int  # row of the thesis that counts
    for_startup: Fit
    for_investor: Fit
    score_tenths: int
    gates: tuple[GateResult, ...]
    excluded: bool
    not_stated_by_startup: tuple[str, ...]
    not_stated_by_investor: tuple[str, ...]
    # What the investor's list subtracts for a startup in high demand; < 0 adds.
    startup_demand_adjustment_tenths: int
    investor_demand_adjustment_tenths: int  # what the startup's list subtracts for an investor in high demand

    @property
    def eligible(self) -> bool:
        return not self.excluded and all(gate.passed for gate in self.gates)


def score_tenths(u: Array, v: Array) -> Array:
    """int64: tenths of the score 100 · √(u · v), of fits u and v in points × 255."""
    return np.rint(np.sqrt(np.asarray(u, np.float64) * np.asarray(v, np.float64)) / TOP_LEVEL).astype(
        np.int64
    )


def demand_adjustment_tenths(score: Array | int, demand_adjustment: Array) -> Array:
    """int64: the tenths that a handicap, in units of LOG, takes off a score in tenths."""
    return np.rint(score * (1 - np.exp2(np.asarray(demand_adjustment) / (-2 * OCTAVE)))).astype(np.int64)


def explain(snapshot: Snapshot, startup: int, investor: int) -> Explanation:
    """Explain the pair by the investor's best thesis.

    Of those that pass the gates, or of all if none does.
    """
    theses = np.flatnonzero(snapshot.theses.owner == investor)
    if not len(theses):
        raise ValueError(f"investor row {investor} has no thesis")
    alone = replace(
        snapshot,
        startups=take(snapshot.startups, [startup]),
        theses=take(snapshot.theses, theses),
        pairs=Pairs(),
    )
    levels, gates = reference.levels(alone, 0).astype(np.int64), reference.gates(alone, 0)
    weights = alone.startups.weights[0].astype(np.int64), alone.theses.weights.astype(np.int64)
    u, v = levels @ weights[0], (levels * weights[1]).sum(axis=1)
    best = int(np.lexsort([alone.theses.key, -LOG[u].astype(np.int64) - LOG[v], ~gates.all(axis=0)])[0])
    must = Must(int(alone.startups.must[0] | alone.theses.must[best]))
    score = int(score_tenths(u[best], v[best]))
    stated = stated_by_startups(alone.startups)[0], stated_by_theses(alone.theses)[best]
    demand = snapshot.startups.demand_adjustment[startup], snapshot.investors.demand_adjustment[investor]
    taken = [int(tenths) for tenths in demand_adjustment_tenths(score, np.array(demand))]
    return Explanation(
        thesis=int(theses[best]),
        for_startup=fit_of(levels[best], weights[0]),
        for_investor=fit_of(levels[best], weights[1][best]),
        score_tenths=score,
        gates=gate_results(must, gates[:, best].tolist()),
        excluded=bool((snapshot.pairs.excluded == (startup, investor)).all(axis=1).any()),
        not_stated_by_startup=_missing(stated[0]),
        not_stated_by_investor=_missing(stated[1]),
        startup_demand_adjustment_tenths=taken[0],
        investor_demand_adjustment_tenths=taken[1],
    )


def gate_results(must: Must, passed: Sequence[bool]) -> tuple[GateResult, ...]:
    """Return the hard rules in their order, with which of them apply by the must-haves of both sides."""
    return tuple(
        GateResult(name, name not in reference.MUSTS or bool(reference.MUSTS[name] & must), is_passed)
        for name, is_passed in zip(reference.GATES, passed, strict=True)
    )


def fit_of(levels: Array, weights: Array) -> Fit:
    """Return one side's fit from the levels int64[8] and its points int64[8]."""
    amounts = levels * weights
    total = int(amounts.sum())
    tenths = (total + TOP_LEVEL // 2) // TOP_LEVEL
    shown = apportion(amounts, tenths)
    columns = (x.tolist() for x in (levels, weights, amounts, shown))
    return Fit(total, tenths, tuple(ScorePart(*part) for part in zip(FACTORS, *columns, strict=True)))


def _missing(stated: Array) -> tuple[str, ...]:
    return tuple(name for name, is_stated in zip(FACTORS, stated, strict=True) if not is_stated)
