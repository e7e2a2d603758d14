"""How well the engine predicts real deals, in other markets and with other weights.

Stand-ins use known deals only.
"""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from zlib import crc32

import numpy as np

from matchmaker.lab.evaluation import deals
from matchmaker.lab.evaluation.deals import DealRow, DealRows, Split
from matchmaker.lab.evaluation.ranking import BASELINES, RECORD_WEIGHTS, Ranked, blend, popularity, rank
from matchmaker.matching.engine import learning
from matchmaker.matching.engine.definition import metrics
from matchmaker.matching.engine.definition.columns import POINTS, Array
from matchmaker.matching.engine.definition.factors import apportion
from matchmaker.matching.engine.definition.metrics import LONG, Interval

AHEAD, FOLDS = 150, 3  # days that a look into the past looks ahead, and how many there are
ENGINE, BAR = "engine", "log-linear blend"
NATS = 24.0  # in a score of 1: four factors of six nats each


@dataclass(frozen=True)
class ReportLine:
    name: str
    scores: list[Interval]
    engine_gain: list[Interval]


@dataclass(frozen=True)
class Chances:
    """Brier scores of the first fifty of every judged list: the mean squared distance from what came true."""

    pairs: int
    came_true: int
    brier: Interval  # of chances by Platt's scaling
    base_rate: Interval  # of giving every pair the share that came true in the past
    gain: Interval  # how much closer the chances are, on the same lists


@dataclass(frozen=True)
class Report:
    split: str
    judged: int  # queries with a right answer in the pool
    queries: int
    investors: int
    weights: Mapping[str, int]
    lines: list[ReportLine]
    ablation: list[ReportLine]  # the engine without one factor, its points left idle
    chances: Chances | None  # None: nothing judged, or too little past to fit to
    violations: int  # listed pairs that a gate refuses
    gini: float  # of exposure in the top 20
    never_shown: float  # share of the pool in no one's top 20
    seconds: float  # reading not counted; the engine alone, compiled
    ties: list[Interval]  # the figures over other orders of ties, the least and the greatest


def evaluate(directory: Path, *, ablation: bool = False, ties: int = 0) -> tuple[Report, Ranked]:
    rows = deals.read_files(directory)
    split = deals.split_of(rows)
    rank(split)  # compiles what is not compiled yet
    began = perf_counter()
    ranked = rank(replace(split))  # whose affinities no one knows yet
    seconds = perf_counter() - began
    judged = np.flatnonzero([len(right) > 0 for right in split.truth])
    looks = past(rows) if len(judged) else []
    own = _scores(split, ranked.ids, judged)
    others = {name: way(split, looks) for name, way in BASELINES.items()} if len(judged) else {}
    shown = metrics.exposure_each(ranked.ids, len(split.investor_ids))
    report = Report(
        split=split.name,
        judged=len(judged),
        queries=len(split.query_ids),
        investors=len(split.investor_ids),
        weights=RECORD_WEIGHTS,
        lines=[
            _line(ENGINE, own, own),
            *(_line(n, _scores(split, ids, judged), own) for n, ids in others.items()),
        ],
        ablation=_ablation(split, judged, own) if ablation else [],
        chances=chances(ranked, looks),
        violations=ranked.violations,
        gini=metrics.gini(shown),
        never_shown=float((shown == 0).mean()),
        seconds=seconds,
        ties=_ties(directory, judged, ties),
    )
    return report, ranked


def _ties(directory: Path, judged: Array, orders: int) -> list[Interval]:
    splits = (deals.split_of(deals.read_files(directory, order=order)) for order in range(1, orders + 1))
    figures = np.array([_scores(split, rank(split).ids, judged).mean(axis=0) for split in splits])
    return [Interval(*map(float, (column.mean(), column.min(), column.max()))) for column in figures.T]


def past(rows: DealRows) -> list[Split]:
    """The market at three days in its past, each with the startups first funded in the months after."""
    cuts = [rows.today + 1 - AHEAD * back for back in range(FOLDS, 0, -1)]
    folds = [deals.earlier(rows, cut, AHEAD) for cut in cuts]
    return [deals.split_of(fold) for fold in folds if fold.queries]


def write_rankings(answer: Ranked, path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["query_id", "investor_id", "rank"])
        for query, row in zip(answer.split.query_ids, answer.ids, strict=True):
            listed = row[row >= 0]
            table.writerows(
                [query, answer.split.investor_ids[j], place + 1] for place, j in enumerate(listed)
            )
    return int((answer.ids >= 0).sum())


def _ablation(split: Split, judged: Array, own: Array) -> list[ReportLine]:
    lines = []
    for factor in RECORD_WEIGHTS:
        weights = {name: points for name, points in RECORD_WEIGHTS.items() if name != factor}
        lines.append(_line(f"without {factor}", _scores(split, rank(split, weights).ids, judged), own))
    return lines


def _scores(split: Split, ids: Array, judged: Array) -> Array:
    """float64[judged,4]."""
    return metrics.per_query(ids[judged], [split.truth[q] for q in judged])


def _line(name: str, scores: Array, own: Array) -> ReportLine:
    if not len(scores):
        return ReportLine(name, [], [])
    gain = [] if name == ENGINE else metrics.bootstrap(own - scores)
    return ReportLine(name, metrics.bootstrap(scores), gain)


def chances(ranked: Ranked, past: Sequence[Split]) -> Chances | None:
    """How true the chances of the scores are, fitted to the market's past alone.

    Platt's scaling is given the logarithm of a pair's share in its list, e^score over the sum of its list's:
    the same score is the best of one list and the thirtieth of another. Scores are sums of logarithms of how
    many times likelier. None where nothing is judged, or too few pairs of the past came true to fit to
    (learning.calibrate).
    """
    looks = [_first_fifty(rank(look)) for look in past]
    share, true = (np.concatenate([np.zeros(0), *(look[part][look[2]] for look in looks)]) for part in (0, 1))
    scaled = learning.calibrate(share, true > 0)
    asked, came_true, listed = _first_fifty(ranked)
    if scaled is None or not len(asked):
        return None
    scores = metrics.brier(scaled.chance(asked), came_true, listed)
    flat = metrics.brier(np.full(asked.shape, true.mean()), came_true, listed)
    intervals = metrics.bootstrap(np.stack([scores, flat, flat - scores], axis=1))
    return Chances(int(listed.sum()), int(came_true[listed].sum()), *intervals)


def _first_fifty(ranked: Ranked) -> tuple[Array, Array, Array]:
    """Of the first fifty of each judged query: log share float64[q,50], what came true and what is listed
    bool[q,50]."""
    truth = ranked.split.truth
    judged = [q for q, right in enumerate(truth) if len(right)]
    ids, nats = ranked.ids[judged], NATS * ranked.score[judged]
    total = np.where(ids >= 0, np.exp(nats), 0.0).sum(axis=1, keepdims=True)
    share = np.where(ids >= 0, nats - np.log(total), 0.0)[:, :LONG]
    true = [np.isin(row, truth[q]) for row, q in zip(ids[:, :LONG], judged, strict=True)]
    return share, np.array(true, np.bool_).reshape(share.shape), ids[:, :LONG] >= 0


Change = Callable[[DealRows, int], DealRows]  # a market as it was on a day → a market in its place

LOOKS = 3  # days in the past that every stand-in is seen from
LONE = 5  # looks at the unchanged market, one by one
FEWEST = 20  # startups that a stand-in must have to tell anything
DECLARED = {"sector": ("declared_fields",), "round": ("round_raw", "declared_stages")}


@dataclass(frozen=True)
class StandIn:
    name: str
    queries: int
    investors: int  # on average
    engine: list[Interval]
    over: Mapping[str, list[Interval]]  # how much better the engine is, by baseline


def stand_ins(directory: Path) -> list[StandIn]:
    rows = deals.read_files(directory)
    cuts = [rows.today + 1 - AHEAD * back for back in range(LONE, 0, -1)]
    looks = {f.name: [f] for f in (deals.earlier(rows, cut, AHEAD) for cut in cuts)}
    for name, change in _changes(rows).items():
        looks[name] = [deals.earlier(change(rows, cut), cut, AHEAD) for cut in cuts[-LOOKS:]]
    seen = {name: [look for look in found if look.queries] for name, found in looks.items()}
    enough = {name: found for name, found in seen.items() if sum(len(k.queries) for k in found) >= FEWEST}
    return [_judged(name, found) for name, found in enough.items()]


def _changes(rows: DealRows) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for column in ("city", "round", "sector"):
        used = Counter(row[column] for row in rows.deals if row.get(column))
        for word, _ in used.most_common(2):
            changes[f"{column} {word}"] = _where(column, word)
        for word, _ in used.most_common(1):
            changes[f"{column} not {word}"] = _where(column, word, is_so=False)
        changes[f"no {column}"] = _blank(column, *DECLARED.get(column, ()))
    for of in (5, 20):
        changes[f"1 startup of {of}"] = _thinned(of)
    for days in (90, 180, 365):
        changes[f"begun {days} days before"] = _begun(days)
    return changes


def _kept(rows: DealRows, keep: Callable[[DealRow], bool]) -> DealRows:
    deals = [row for row in rows.deals if keep(row)]
    active = {row["investor_id"] for row in deals}
    return replace(rows, deals=deals, pool=[row for row in rows.pool if row["id"] in active])


def _where(column: str, word: str, *, is_so: bool = True) -> Change:
    return lambda rows, _: _kept(rows, lambda row: (row.get(column) == word) == is_so)


def _thinned(of: int) -> Change:
    return lambda rows, _: _kept(rows, lambda row: crc32(row["startup_id"].encode()) % of == 0)


def _blank(*columns: str) -> Change:
    empty = dict.fromkeys(columns, "")

    def change(rows: DealRows, _: int) -> DealRows:
        known, pool = ([{**row, **empty} for row in table] for table in (rows.deals, rows.pool))
        return replace(rows, deals=known, pool=pool)

    return change


def _begun(days: int) -> Change:
    """As if the first deal had been noted so many days before; startups known before then are left out."""

    def change(rows: DealRows, cut: int) -> DealRows:
        older = {row["startup_id"] for row in rows.deals if deals.day_number(row["date"]) < cut - days}
        return _kept(rows, lambda row: row["startup_id"] not in older)

    return change


def _judged(name: str, looks: list[DealRows]) -> StandIn:
    splits = [deals.split_of(look) for look in looks]
    own, bar, usual = (
        np.concatenate([metrics.per_query(ids, split.truth) for ids, split in zip(way, splits, strict=True)])
        for way in (
            [rank(split).ids for split in splits],
            [blend(split, past(look)) for split, look in zip(splits, looks, strict=True)],
            [popularity(split) for split in splits],
        )
    )
    over = {BAR: metrics.bootstrap(own - bar), "popularity": metrics.bootstrap(own - usual)}
    investors = int(np.mean([len(split.investor_ids) for split in splits]))
    return StandIn(name, len(own), investors, metrics.bootstrap(own), over)


# Pairs of a look that weights are fitted to: of more startups, some evenly spread over it.
MOST_PAIRS = 2_000_000
STRENGTH = 3.0
NATS_OF_A_LEVEL = 6 / 255  # of a level
FINE = 1_000_000


@dataclass(frozen=True)
class Fold:
    name: str
    queries: int
    in_force: list[float]
    tuned: list[float]


@dataclass(frozen=True)
class Tuning:
    split: str
    in_force: Mapping[str, int]
    tuned: Mapping[str, int]
    folds: list[Fold]


def tune(directory: Path) -> Tuning:
    """Fit the weights on all looks but one and score that one, in turn; then fit them on all."""
    rows = deals.read_files(directory)
    splits = past(rows)
    thin = [split.thinned(MOST_PAIRS) for split in splits]
    levels = [offered(split) for split in thin]
    folds = []
    for held_out, split in enumerate(splits):
        rest = [number for number in range(len(splits)) if number != held_out]
        points = _points([levels[n] for n in rest], [thin[n] for n in rest])
        scores = (_mean_scores(split, weights) for weights in (RECORD_WEIGHTS, points))
        folds.append(Fold(split.name, len(split.query_ids), *scores))
    return Tuning(rows.name, RECORD_WEIGHTS, _points(levels, thin), folds)


def offered(split: Split) -> Array:
    """float64[q,m,4]: the levels of every pair in nats, in the order of RECORD_WEIGHTS."""
    leaning = split.affinities
    n, m = len(split.query_ids), len(split.investor_ids)
    sector = np.where(split.sectors[:, :1] >= 0, leaning.sector.T[split.sectors[:, 0]], 0)
    stage = np.where(split.stage[:, np.newaxis] >= 0, leaning.stage.T[split.stage], 0)
    place = np.where(split.place[:, np.newaxis] >= 0, leaning.place.T[split.place], 0)
    return NATS_OF_A_LEVEL * np.stack(
        [sector, stage, place, np.broadcast_to(leaning.activity, (n, m))], axis=-1
    )


def _points(levels: list[Array], splits: list[Split]) -> dict[str, int]:
    believed = np.array(list(RECORD_WEIGHTS.values())) / POINTS * len(RECORD_WEIGHTS)
    fitted = learning.choices(levels, [split.truth for split in splits], believed, STRENGTH)
    points = apportion(np.rint(fitted * FINE).astype(np.int64), POINTS)
    return dict(zip(RECORD_WEIGHTS, points.tolist(), strict=True))


def _mean_scores(split: Split, weights: Mapping[str, int]) -> list[float]:
    means: list[float] = metrics.per_query(rank(split, weights).ids, split.truth).mean(axis=0).tolist()
    return means
