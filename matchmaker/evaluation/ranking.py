"""A split of real deals ranked by the production engine: only the columns come from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker import engine
from matchmaker.engine.affinity import affinity, axis_weights
from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import (
    MAX_PLACES,
    POINTS,
    TOP_LEVEL,
    Array,
    zeros,
)
from matchmaker.engine.definition.factors import RECORDED, share_out
from matchmaker.evaluation.deals import Split

LISTED = 64
BLANK = {"sectors": -1, "stage": -1, "places": -1, "ask": -1, "ticket": -1}  # all others are zero

# The product's default points, shared out where nobody states a ticket, needs, forms or a text: what is idle
# goes to the record, whose factors then count alike, on both sides. What a lift is worth in a market is found
# from its own record (engine/affinity/axis_weights.py), so that a nat of each weighs the same here.
# manage.py tune_weights checks them (docs/decisions/0003-weights-for-real-deals.md).
ON_RECORD = np.isin(np.arange(len(engine.FACTORS)), RECORDED)
SHARED_OUT = share_out(np.array(engine.DEFAULT_FOR_STARTUP), ON_RECORD).tolist()
RECORD_WEIGHTS = {name: points for name, points in zip(engine.FACTORS, SHARED_OUT, strict=True) if points}


@dataclass(frozen=True)
class Ranked:
    """What the engine answered."""

    ids: Array  # int64[q,64] investor rows, best first, -1 pad
    score: Array  # float64[q,64] match score, 0 … 1
    violations: int  # pairs listed although a gate refuses them


def rank(split: Split, weights: Mapping[str, int] = RECORD_WEIGHTS) -> Ranked:
    """Rank every query cold: it takes no part in the record that it is ranked by."""
    market = columns(split, weights)
    lists = engine.rank_all(market, k=LISTED).startups
    ids = np.full((len(split.query_ids), LISTED), -1, np.int64)
    score = np.zeros(ids.shape)
    ids[lists.rows] = lists.ids
    score[lists.rows] = np.sqrt(lists.u.astype(np.float64) * lists.v) / (POINTS * TOP_LEVEL)
    return Ranked(ids, score, violations(market, ids))


def columns(split: Split, weights: Mapping[str, int] = RECORD_WEIGHTS) -> engine.Snapshot:
    """The engine's columns; every field that the files do not hold is not stated."""
    points = np.array([weights.get(name, 0) for name in engine.FACTORS], np.uint16)
    startups, mandates = _startups(split, points), _mandates(split, points)
    m = len(split.investor_ids)
    investors = engine.Investors(
        _keys(m), np.full(m, np.iinfo(np.int32).max, np.int32), np.zeros(m, np.int32)
    )
    return engine.Snapshot(startups, investors, mandates, engine.market_of(startups, mandates))


def _unstated(kind: Any, rows: int) -> Any:
    """So many rows of a table in which nothing is stated and every number is zero."""
    table = zeros(kind, rows)
    return replace(
        table,
        **{
            name: np.full_like(getattr(table, name), value)
            for name, value in BLANK.items()
            if hasattr(table, name)
        },
    )


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


def _mandates(split: Split, points: Array) -> engine.Mandates:
    m = len(split.investor_ids)
    leaning = affinities(split)
    nothing: engine.Mandates = _unstated(engine.Mandates, m)
    return replace(
        nothing,
        key=_keys(m),
        owner=np.arange(m, dtype=np.int32),
        sector_affinity=leaning.sector,
        stage_affinity=leaning.stage,
        place_affinity=leaning.place,
        activity=leaning.activity,
        sector_scope=np.zeros((m, -(-leaning.sector.shape[1] // 64)), np.uint64),
        place_scope=np.zeros((m, -(-leaning.place.shape[1] // 64)), np.uint64),
        weights=np.tile(points, (m, 1)),
    )


def affinities(split: Split) -> affinity.Affinities:
    """Thesis and record of every investor of the pool."""
    related = split.related
    record = affinity.market_record(split.deals, len(split.investor_ids), related, today=split.today)
    found = axis_weights.worth(split.deals, split.startup, related, today=split.today)
    record = replace(record, worth=found)
    return affinity.affinities(split.deals, split.declared, record, related)


def _keys(count: int) -> Array:
    return np.arange(1, count + 1, dtype=np.int64)


def violations(market: engine.Snapshot, ids: Array) -> int:
    """Count the listed pairs that a gate refuses, each asked one by one. ids int[q,k]; −1: the list ends."""
    refused = 0
    for query, row in enumerate(ids):
        passed = reference.gates(market, query)[:, row[row >= 0]]
        refused += int((~passed).any(axis=0).sum())
    return refused
