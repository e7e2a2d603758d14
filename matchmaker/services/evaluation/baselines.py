"""What a simpler way of ranking would have answered. Each takes a split and gives ids int64[q,k]."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from matchmaker.engine import learn
from matchmaker.engine.columns import Array
from matchmaker.services.evaluation.deals import Split

Baseline = Callable[[Split, Sequence[Split]], Array]

LISTED = 64
NEXT = 1e-3  # a tie-break never outweighs one deal: no investor has a thousand times another's
TOKEN = re.compile(r"[a-z0-9]+|[^\W\d_a-z]")  # Latin words; other scripts letter by letter
K1, B = 1.2, 0.75  # of BM25
HALF_LIFE, PRIOR_DEALS = 365.0, 6.0  # of the blend; the best on past folds of half a dozen tried


def popularity(split: Split, _: Sequence[Split] = ()) -> Array:
    """The investors with the most deals, the same for everybody."""
    return _best(np.tile(_deals(split), (len(split.query_ids), 1)))


def sector_popularity(split: Split, _: Sequence[Split] = ()) -> Array:
    """The most deals in the startup's sector, then in all."""
    return _best(_matching(split, sector=True) + NEXT * _deals(split))


def back_off(split: Split, _: Sequence[Split] = ()) -> Array:
    """The most deals of the startup's stage in its city, then of its stage, then in all."""
    local, staged = _matching(split, stage=True, place=True), _matching(split, stage=True)
    return _best(local + NEXT * staged + NEXT**2 * _deals(split))


def bm25(split: Split, _: Sequence[Split] = ()) -> Array:
    """Words of the startup found in the investor's deals: sector, stage, place and description."""
    documents: list[Counter[str]] = [Counter() for _ in split.investor_ids]
    deals = split.deals
    for row, owner in enumerate(deals.owner):
        words = _words(deals.sectors[row], deals.stage[row], deals.place[row], split.deal_texts[row])
        documents[owner].update(words)
    asked = [
        set(_words(split.sectors[q], split.stage[q], split.place[q], split.texts[q]))
        for q in range(len(split.query_ids))
    ]
    return _best(_bm25(documents, asked))


def diffusion(split: Split, _: Sequence[Split] = ()) -> Array:
    """One unit of heat on each of the startup's sector, stage and place: it spreads evenly over their deals,
    to the investors, over all their deals, and to the investors of deals with the same traits."""
    deals, (sectors, bands, _places) = split.deals, split.sizes
    of_deals = deals.sectors[:, 0], deals.stage + sectors, deals.place + sectors + bands
    of_queries = split.sectors[:, 0], split.stage + sectors, split.place + sectors + bands
    offsets = 0, sectors, sectors + bands
    table = np.zeros((sum(split.sizes), len(split.investor_ids)))  # deals by trait and investor
    for trait, offset in zip(of_deals, offsets, strict=True):
        known = trait >= offset
        np.add.at(table, (trait[known], deals.owner[known]), 1.0)
    out = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    back = table / np.maximum(table.sum(axis=0, keepdims=True), 1)
    heat = np.zeros((len(split.query_ids), len(table)))
    for trait, offset in zip(of_queries, offsets, strict=True):
        heat[np.flatnonzero(trait >= offset), trait[trait >= offset]] = 1.0
    return _best(heat @ out + heat @ out @ back.T @ out)


def blend(split: Split, past: Sequence[Split]) -> Array:
    """Log-lifts of sector, stage, place and sector × place, shrunk, and log activity, in floating point;
    coefficients by a conditional logit on the market's own past."""
    lifts = [_blend_lifts(earlier) for earlier in past]
    fitted = learn.choices(lifts, [earlier.truth for earlier in past], np.ones(5), 3.0)
    return _best(_blend_lifts(split) @ fitted)


BASELINES: dict[str, Baseline] = {
    "popularity": popularity,
    "sector popularity": sector_popularity,
    "BM25": bm25,
    "diffusion": diffusion,
    "stage + city back-off": back_off,
    "log-linear blend": blend,
}


def _best(score: Array) -> Array:
    """The best of each row, the earlier investor first where equal."""
    best: Array = np.argsort(-score, axis=1, kind="stable")[:, :LISTED]
    return best


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


def _bm25(documents: Sequence[Counter[str]], asked: Sequence[set[str]]) -> Array:
    length = np.array([sum(document.values()) for document in documents], np.float64)
    norm = K1 * (1 - B + B * length / max(length.mean(), 1.0))
    columns: dict[str, Array] = {}
    for word in set().union(*asked):
        times = np.array([document[word] for document in documents], np.float64)
        holding = (times > 0).sum()
        rarity = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        columns[word] = rarity * times * (K1 + 1) / (times + norm)
    nothing = np.zeros(len(documents))
    return np.array([sum((columns[word] for word in sorted(words)), nothing) for words in asked])


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
    m, known = len(split.investor_ids), codes >= 0
    cell = split.deals.owner[known] * np.int64(values) + codes[known]
    count = np.bincount(cell, weight[known], minlength=m * values).reshape(m, values)
    share = (count.sum(axis=0) + 0.5) / (count.sum() + 0.5 * values)
    total = count.sum(axis=1, keepdims=True)
    lift = np.log((count + PRIOR_DEALS * share) / (total + PRIOR_DEALS)) - np.log(share)
    return np.where(asked[:, np.newaxis] >= 0, lift.T[asked], 0.0)
