"""Does fair exposure pay? Two sides browse the lists of four ways of ranking, and answer what they get."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.lab.evaluation.synthetic_market import synthetic
from matchmaker.matching.engine import Lists, Rankings, Snapshot, demand_adjustments, guarantees, rank_all
from matchmaker.matching.engine.definition import metrics, reference
from matchmaker.matching.engine.definition.columns import FACTORS, POINTS, TOP_LEVEL, Array, take
from matchmaker.matching.engine.fairness import DISCOUNT, TOP

SAMPLED = 200  # startups whose eligible pairs tell what an average pair is
POPULARITY = POINTS // 3
MONTHS = 30  # repetitions of the month that the mean is taken over, at least …
PROFILE_MONTHS = 300_000  # … and so many that chance is small in small markets too
MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of splitmix64
PICKY = 4.0  # an average eligible counterpart is accepted with probability 1 / (1 + e⁴) = 2 % …
STEEP = 2.0  # … one that fits a standard deviation better with 12 %, two with 50 %
WARMTH, IPFP_ROUNDS = 0.25, 40  # of the transferable-utility market


@dataclass(frozen=True)
class Outcome:
    way: str
    matches: float  # expected mutual matches a month
    gini_startups: float  # of the exposure each gets
    gini_investors: float
    unseen_startups: float  # share on no one's top 20
    unseen_investors: float
    seconds: float  # of ranking


@dataclass(frozen=True)
class Taste:
    u: tuple[float, float]
    v: tuple[float, float]


def _pass_gates(snapshot: Snapshot, startup: Array, thesis: Array) -> Array:
    """bool: which pairs offend no must-have or veto of either side; an offended side says no."""
    out = np.zeros(len(startup), np.bool_)
    order = np.argsort(startup, kind="stable")
    for pairs in np.split(order, np.flatnonzero(np.diff(startup[order])) + 1):
        if len(pairs):
            few = replace(snapshot, theses=take(snapshot.theses, thesis[pairs]))
            out[pairs] = reference.gates(few, int(startup[pairs[0]])).all(axis=0)
    return out


@dataclass(frozen=True)
class Requests:
    pair: Array  # int64 startup << 32 | investor
    asked: Array  # whose answer it takes
    ask: Array  # probability that it is made
    accept: Array  # … and agreed to, once answered
    capacity: Array  # int32 of everyone on the asked side


def simulate(startups: int, investors: int, seed: int) -> list[Outcome]:
    snapshot = crowding(synthetic(startups, investors, "open", seed, own_taste=1.0))
    taste = _taste(snapshot)
    out = []
    for way, rank in WAYS.items():
        start = time.perf_counter()
        rankings = rank(snapshot)
        seconds = time.perf_counter() - start
        out.append(_outcome(way, snapshot, rankings, taste, seconds, seed))
    return out


def crowding(snapshot: Snapshot) -> Snapshot:
    s = snapshot.startups
    weights = s.weights * np.uint16(2) // np.uint16(3)
    weights[:, FACTORS.index("activity")] += np.uint16(POPULARITY)
    return replace(snapshot, startups=replace(s, weights=weights.astype(np.uint16)))


def one_sided(snapshot: Snapshot) -> Rankings:
    """Everyone's list by their own fit and their own must-haves alone: what a search engine does."""
    return Rankings(
        rank_all(_heard(snapshot, "startups")).startups, rank_all(_heard(snapshot, "theses")).investors
    )


def _heard(snapshot: Snapshot, side: str) -> Snapshot:
    silent = "theses" if side == "startups" else "startups"
    table = getattr(snapshot, silent)
    none = {name: np.zeros_like(getattr(table, name)) for name in ("weights", "must", "refuses")}
    return replace(snapshot, **{silent: replace(table, **none)})


def product_and_demand_adjustment(snapshot: Snapshot) -> Rankings:
    handicapped = snapshot.adjusted(*demand_adjustments(rank_all(snapshot).values, snapshot))
    return guarantees(rank_all(handicapped), handicapped).rankings


def transferable_utility(snapshot: Snapshot) -> Rankings:
    rankings = rank_all(snapshot)
    i, j, joint = _pairs(rankings)
    kernel = np.exp(joint / WARMTH / 2)
    room_s, room_c = snapshot.startups.capacity.astype(float), snapshot.investors.capacity.astype(float)
    a, b = np.sqrt(room_s), np.sqrt(room_c)
    for _ in range(IPFP_ROUNDS):
        a = _fitted(np.bincount(i, kernel * b[j], len(room_s)), room_s)
        b = _fitted(np.bincount(j, kernel * a[i], len(room_c)), room_c)
    return Rankings(*(_by_frequency(x, a, b, turned) for x, turned in
                      ((rankings.startups, False), (rankings.investors, True))))  # fmt: skip


WAYS: dict[str, Callable[[Snapshot], Rankings]] = {
    "one-sided": one_sided,
    "product": rank_all,  # by both fits
    "product x handicap": product_and_demand_adjustment,
    "TU / IPFP": transferable_utility,
}


def _fitted(pull: Array, room: Array) -> Array:
    return np.sqrt(room + (pull / 2) ** 2) - pull / 2


def _pairs(rankings: Rankings) -> tuple[Array, Array, Array]:
    found = []
    for lists, turned in ((rankings.startups, False), (rankings.investors, True)):
        row, place = np.nonzero(lists.ids >= 0)
        mine, other = lists.rows[row].astype(np.int64), lists.ids[row, place].astype(np.int64)
        found.append(np.stack([other, mine] if turned else [mine, other]))
    pairs = np.concatenate(found, axis=1)
    joint = np.concatenate([_joint(x)[x.ids >= 0] for x in (rankings.startups, rankings.investors)])
    _, first = np.unique((pairs[0] << 32) | pairs[1], return_index=True)
    return pairs[0, first], pairs[1, first], joint[first]


def _joint(lists: Lists) -> Array:
    """float[r,k]: log u + log v."""
    return np.log(np.maximum(lists.u, 1) / TOP_LEVEL) + np.log(np.maximum(lists.v, 1) / TOP_LEVEL)


def _by_frequency(lists: Lists, a: Array, b: Array, turned: bool) -> Lists:
    pull = (a if turned else b)[np.maximum(lists.ids, 0)]
    frequency = np.where(
        lists.ids >= 0, np.log(np.maximum(pull, 1e-300)) + _joint(lists) / WARMTH / 2, -np.inf
    )
    return lists.reordered(np.argsort(-frequency, axis=1, kind="stable"))


def _fits(snapshot: Snapshot, lists: Lists, turned: bool) -> tuple[Array, Array]:
    levels = lists.levels.astype(np.int64)
    startup = np.where(lists.ids >= 0, lists.ids if turned else lists.rows[:, None], 0)
    u = (levels * snapshot.startups.weights[startup]).sum(axis=2)
    return u, (levels * snapshot.theses.weights[np.maximum(lists.thesis, 0)]).sum(axis=2)


def _taste(snapshot: Snapshot) -> Taste:
    """Measured on all eligible pairs of a sample of startups, so that every way is judged alike."""
    sample = take(snapshot.startups, np.arange(min(len(snapshot.startups), SAMPLED)))
    table = reference.score_all(replace(snapshot, startups=sample))
    eligible = table.thesis >= 0
    return Taste(*((float(x[eligible].mean()), float(x[eligible].std())) for x in (table.u, table.v)))


def _likes(fit: Array, of: tuple[float, float]) -> Array:
    return 1 / (1 + np.exp(PICKY - STEEP * (fit - of[0]) / of[1]))


def _outcome(
    way: str, snapshot: Snapshot, rankings: Rankings, taste: Taste, seconds: float, seed: int
) -> Outcome:
    s, c = snapshot.startups, snapshot.investors
    requests = [
        _requests(snapshot, rankings.startups, taste, c.capacity, turned=False),
        _requests(snapshot, rankings.investors, taste, s.capacity, turned=True),
    ]
    months = max(MONTHS, PROFILE_MONTHS // (len(s) + len(c)))
    matches = np.mean([_month(requests, (seed << 32) + 8 * month) for month in range(months)])
    seen_c, seen_s = _seen(rankings.startups, len(c)), _seen(rankings.investors, len(s))
    return Outcome(
        way,
        round(float(matches), 1),
        round(metrics.gini(seen_s), 3),
        round(metrics.gini(seen_c), 3),
        round(float((seen_s == 0).mean()), 4),
        round(float((seen_c == 0).mean()), 4),
        round(seconds, 2),
    )


def _requests(snapshot: Snapshot, lists: Lists, taste: Taste, capacity: Array, *, turned: bool) -> Requests:
    u, v = _fits(snapshot, lists, turned)
    mine, its = (
        (_likes(v, taste.v), _likes(u, taste.u)) if turned else (_likes(u, taste.u), _likes(v, taste.v))
    )
    row, place = np.nonzero(lists.ids[:, :TOP] >= 0)
    asker, asked = lists.rows[row].astype(np.int64), lists.ids[row, place].astype(np.int64)
    startup = asked if turned else asker
    possible = _pass_gates(snapshot, startup, lists.thesis[row, place])
    pair = (asked << 32) | asker if turned else (asker << 32) | asked
    return Requests(pair, asked, mine[row, place] / np.log2(place + 2), possible * its[row, place], capacity)


def _month(requests: list[Requests], salt: int) -> int:
    agreed = []
    for side, r in enumerate(requests):
        asked = np.flatnonzero(_chance(r.pair, salt + side) < r.ask)
        asked = asked[np.argsort(_chance(r.pair[asked], salt + 2 + side))]
        answered = asked[_in_turn(r.asked[asked]) < r.capacity[r.asked[asked]]]
        yes = answered[_chance(r.pair[answered], salt + 4 + side) < r.accept[answered]]
        agreed.append(r.pair[yes])
    return len(np.unique(np.concatenate(agreed)))


def _chance(pair: Array, salt: int) -> Array:
    """float[p] in [0, 1): splitmix64 of the pairs, so that a pair draws the same in every order."""
    step, first, second = (np.uint64(number) for number in MIX)
    x = (pair.astype(np.uint64) ^ np.uint64(salt * MIX[0] % (1 << 64))) * step
    x = (x ^ (x >> np.uint64(30))) * first
    x = (x ^ (x >> np.uint64(27))) * second
    return (x >> np.uint64(11)) / np.float64(1 << 53)


def _in_turn(whom: Array) -> Array:
    order = np.argsort(whom, kind="stable")
    ordered = whom[order]
    first = np.searchsorted(ordered, ordered)
    out = np.empty(len(whom), np.int64)
    out[order] = np.arange(len(whom)) - first
    return out


def _seen(lists: Lists, size: int) -> Array:
    """int64[size]: the exposure that each counterpart gets from all top 20."""
    row, place = np.nonzero(lists.ids[:, :TOP] >= 0)
    return np.bincount(lists.ids[row, place], DISCOUNT[place], size)
