"""The deals ranked by the engine, and by the simple ways it is compared with."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.lab.evaluation.deals import Split
from matchmaker.matching import engine
from matchmaker.matching.engine import learning
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import MAX_PLACES, POINTS, TOP_LEVEL, Array, zeros
from matchmaker.matching.engine.definition.factors import RECORDED, share_out

LISTED = 64
BLANK = {"sectors", "stage", "places", "ask", "ticket"}  # are -1 where not stated, all others zero

# The product's default points, shared out where no one states a ticket, needs, forms or a text: what is idle
# goes to the record, whose factors then count alike, on both sides. What a lift is worth in a market is found
# from its own record (engine/affinity/axis_weights.py), so that a nat of each weighs the same here.
# manage.py tune_weights checks them (docs/decisions/0003-weights-for-real-deals.md).
ON_RECORD = np.isin(np.arange(len(engine.FACTORS)), RECORDED)
SHARED_OUT = share_out(np.array(engine.DEFAULT_FOR_STARTUP), ON_RECORD).tolist()
RECORD_WEIGHTS = {name: points for name, points in zip(engine.FACTORS, SHARED_OUT, strict=True) if points}


@dataclass(frozen=True)
class Ranked:
    split: Split
    ids: Array  # int64[q,64] investor rows, best first, -1 pad
    score: Array  # float64[q,64] match score, 0 … 1
    violations: int  # pairs listed although a gate refuses them


def rank(split: Split, weights: Mapping[str, int] = RECORD_WEIGHTS) -> Ranked:
    market = columns(split, weights)
    lists = engine.rank_all(market, k=LISTED).startups
    ids = np.full((len(split.query_ids), LISTED), -1, np.int64)
    score = np.zeros(ids.shape)
    ids[lists.rows] = lists.ids
    score[lists.rows] = np.sqrt(lists.u.astype(np.float64) * lists.v) / (POINTS * TOP_LEVEL)
    return Ranked(split, ids, score, violations(market, ids))


def columns(split: Split, weights: Mapping[str, int] = RECORD_WEIGHTS) -> engine.Snapshot:
    points = np.array([weights.get(name, 0) for name in engine.FACTORS], np.uint16)
    startups, theses = _startups(split, points), _theses(split, points)
    m = len(split.investor_ids)
    investors = engine.Investors(
        _keys(m), np.full(m, np.iinfo(np.int32).max, np.int32), np.zeros(m, np.int32)
    )
    return engine.Snapshot(startups, investors, theses, engine.market_of(startups, theses))


def _unstated(kind: Any, rows: int) -> Any:
    table = zeros(kind, rows)
    for name in BLANK & vars(table).keys():
        getattr(table, name)[...] = -1
    return table


def _startups(split: Split, points: Array) -> engine.Startups:
    n = len(split.query_ids)
    places = np.full((n, MAX_PLACES), -1, np.int16)
    places[:, 0] = split.place
    nothing: engine.Startups = _unstated(engine.Startups, n)
    return replace(
        nothing,
        key=_keys(n),
        sectors=split.sectors,
        stage=split.stage,
        places=places,
        seeks_capital=np.ones(n, np.bool_),
        weights=np.tile(points, (n, 1)),
        capacity=np.ones(n, np.int32),
    )


def _theses(split: Split, points: Array) -> engine.Theses:
    m = len(split.investor_ids)
    leaning = split.affinities
    nothing: engine.Theses = _unstated(engine.Theses, m)
    return replace(
        nothing,
        key=_keys(m),
        owner=np.arange(m, dtype=np.int32),
        **leaning.columns(),
        sector_scope=np.zeros((m, -(-leaning.sector.shape[1] // 64)), np.uint64),
        place_scope=np.zeros((m, -(-leaning.place.shape[1] // 64)), np.uint64),
        weights=np.tile(points, (m, 1)),
    )


def _keys(count: int) -> Array:
    return np.arange(1, count + 1, dtype=np.int64)


def violations(market: engine.Snapshot, ids: Array) -> int:
    refused = 0
    for query, row in enumerate(ids):
        passed = reference.gates(market, query)[:, row[row >= 0]]
        refused += int((~passed).any(axis=0).sum())
    return refused


NOTHING = np.zeros(0, np.int64), np.zeros(0)
Baseline = Callable[[Split, Sequence[Split]], Array]

MOST = 2_000_000  # pairs that are scored at once
NEXT = 1e-3  # a tie-break never outweighs one deal: no investor has a thousand times another's
TOKEN = re.compile(r"[a-z0-9]+|[^\W\d_a-z]")  # Latin words; other scripts letter by letter
K1, B = 1.2, 0.75  # of BM25
HALF_LIFE, PRIOR_DEALS = 365.0, 6.0  # of the blend; the best on past folds of half a dozen tried


def popularity(split: Split, _: Sequence[Split] = ()) -> Array:
    return _ranked(split, lambda part: np.tile(_deals(part), (len(part.query_ids), 1)))


def sector_popularity(split: Split, _: Sequence[Split] = ()) -> Array:
    return _ranked(split, lambda part: _matching(part, sector=True) + NEXT * _deals(part))


def back_off(split: Split, _: Sequence[Split] = ()) -> Array:
    def score(part: Split) -> Array:
        local, staged = _matching(part, stage=True, place=True), _matching(part, stage=True)
        return local + NEXT * staged + NEXT**2 * _deals(part)

    return _ranked(split, score)


def bm25(split: Split, _: Sequence[Split] = ()) -> Array:
    documents: list[Counter[str]] = [Counter() for _ in split.investor_ids]
    deals = split.deals
    for row, owner in enumerate(deals.owner):
        words = _words(deals.sectors[row], deals.stage[row], deals.place[row], split.deal_texts[row])
        documents[owner].update(words)
    weights = _bm25(documents)

    def score(part: Split) -> Array:
        scores = np.zeros((len(part.query_ids), len(documents)))
        for q, line in enumerate(scores):
            for word in sorted(set(_words(part.sectors[q], part.stage[q], part.place[q], part.texts[q]))):
                owners, weight = weights.get(word, NOTHING)
                line[owners] += weight
        return scores

    return _ranked(split, score)


def diffusion(split: Split, _: Sequence[Split] = ()) -> Array:
    """One unit of heat on each of the startup's sector, stage and place.

    It spreads evenly over their deals, to the investors, over all their deals, and to the investors of deals
    with the same traits.
    """
    deals, (sectors, bands, _places) = split.deals, split.sizes
    offsets = 0, sectors, sectors + bands
    table = np.zeros((sum(split.sizes), len(split.investor_ids)))  # deals by trait and investor
    for trait, offset in zip((deals.sectors[:, 0], deals.stage, deals.place), offsets, strict=True):
        stated = trait >= 0
        np.add.at(table, (trait[stated].astype(np.int64) + offset, deals.owner[stated]), 1.0)
    out = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    back = table / np.maximum(table.sum(axis=0, keepdims=True), 1)

    def score(part: Split) -> Array:
        heat = np.zeros((len(part.query_ids), len(table)))
        for trait, offset in zip((part.sectors[:, 0], part.stage, part.place), offsets, strict=True):
            stated = np.flatnonzero(trait >= 0)
            heat[stated, trait[stated].astype(np.int64) + offset] = 1.0
        near = heat @ out
        both: Array = near + near @ back.T @ out
        return both

    return _ranked(split, score)


def blend(split: Split, past: Sequence[Split]) -> Array:
    """Log-lifts of sector, stage, place and sector × place, shrunk, and log activity, in floating point.

    Coefficients by a conditional logit on the market's own past.
    """
    looks = [look.thinned(MOST) for look in past]
    fitted = learning.choices(
        [_blend_lifts(look) for look in looks], [k.truth for k in looks], np.ones(5), 3.0
    )
    return _ranked(split, lambda part: _blend_lifts(part) @ fitted)


BASELINES: dict[str, Baseline] = {
    "popularity": popularity,
    "sector popularity": sector_popularity,
    "BM25": bm25,
    "diffusion": diffusion,
    "stage + city back-off": back_off,
    "log-linear blend": blend,
}


def _ranked(split: Split, score: Callable[[Split], Array]) -> Array:
    """The best of each query by scores float64[q,m], the earlier investor first where equal; some queries
    at a time, because a big market's scores would not fit in memory."""
    n, step = len(split.query_ids), max(MOST // len(split.investor_ids), 1)
    parts = [split.only(np.arange(start, min(start + step, n))) for start in range(0, n, step)]
    return np.concatenate([np.argsort(-score(part), axis=1, kind="stable")[:, :LISTED] for part in parts])


def _deals(split: Split) -> Array:
    return np.bincount(split.deals.owner, minlength=len(split.investor_ids)).astype(np.float64)


def _matching(split: Split, *, sector: bool = False, stage: bool = False, place: bool = False) -> Array:
    """float64[q,m]: deals of each investor that agree with the query in every respect asked for."""
    deals, scores = split.deals, []
    for q in range(len(split.query_ids)):
        agrees = np.ones(len(deals.owner), np.bool_)
        if sector:
            named = split.sectors[q][split.sectors[q] >= 0]
            agrees &= np.isin(deals.sectors, named).any(axis=1)
        if stage:
            agrees &= (deals.stage == split.stage[q]) & (deals.stage >= 0)
        if place:
            agrees &= (deals.place == split.place[q]) & (deals.place >= 0)
        scores.append(np.bincount(deals.owner[agrees], minlength=len(split.investor_ids)))
    return np.array(scores, np.float64)


def _words(sectors: Array, stage: int, place: int, text: str) -> list[str]:
    codes = [f"sector {code}" for code in sectors if code >= 0]
    return [*codes, f"stage {stage}", f"place {place}", *TOKEN.findall(text.casefold())]


def _bm25(documents: Sequence[Counter[str]]) -> dict[str, tuple[Array, Array]]:
    length = np.array([document.total() for document in documents], np.float64)
    norm = K1 * (1 - B + B * length / max(length.mean(), 1.0))
    holders: dict[str, list[tuple[int, int]]] = {}
    for owner, document in enumerate(documents):
        for word, times in document.items():
            holders.setdefault(word, []).append((owner, times))
    weights = {}
    for word, pairs in holders.items():
        owners, times = np.array(pairs, np.int64).T
        rarity = np.log(1 + (len(documents) - len(owners) + 0.5) / (len(owners) + 0.5))
        weights[word] = owners, rarity * times * (K1 + 1) / (times + norm[owners])
    return weights


def _blend_lifts(split: Split) -> Array:
    """float64[q,m,5]."""
    deals, (sectors, bands, places) = split.deals, split.sizes
    weight = np.exp2(-(split.today - deals.day) / HALF_LIFE)
    both = _cell(deals.sectors[:, 0], deals.place, places)
    asked = _cell(split.sectors[:, 0], split.place, places)
    columns = [
        _shrunk_lift(split, weight, deals.sectors[:, 0], split.sectors[:, 0], sectors),
        _shrunk_lift(split, weight, deals.stage, split.stage, bands),
        _shrunk_lift(split, weight, deals.place, split.place, places),
        _shrunk_lift(split, weight, both, asked, sectors * places),
    ]
    active = np.log1p(np.bincount(deals.owner, weight, minlength=len(split.investor_ids)))
    return np.stack([*columns, np.tile(active, (len(split.query_ids), 1))], axis=-1)


def _cell(sector: Array, place: Array, places: int) -> Array:
    return np.where((sector >= 0) & (place >= 0), sector.astype(np.int64) * places + place, -1)


def _shrunk_lift(split: Split, weight: Array, codes: Array, asked: Array, values: int) -> Array:
    """float64[q,m]: log of the investor's shrunk share of the value asked for over the market's."""
    m, stated = len(split.investor_ids), codes >= 0
    wanted, column = np.unique(asked, return_inverse=True)  # most cells are asked for by no one
    usable = stated & np.isin(codes, wanted)
    cell = split.deals.owner[usable] * len(wanted) + np.searchsorted(wanted, codes[usable])
    count = np.bincount(cell, weight[usable], minlength=m * len(wanted)).reshape(m, len(wanted))
    total = np.bincount(split.deals.owner[stated], weight[stated], minlength=m)[:, np.newaxis]
    share = (count.sum(axis=0) + 0.5) / (total.sum() + 0.5 * values)
    lift = np.log((count + PRIOR_DEALS * share) / (total + PRIOR_DEALS)) - np.log(share)
    return np.where(asked[:, np.newaxis] >= 0, lift.T[column], 0.0)
