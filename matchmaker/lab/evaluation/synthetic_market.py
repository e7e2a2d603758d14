"""Markets made up to measure: as large as wanted, as uneven as real ones."""

from dataclasses import replace

import numpy as np

from matchmaker.matching.engine import Investors, Snapshot, Startups, Theses, market_of
from matchmaker.matching.engine.definition.columns import DEFAULT_FOR_INVESTOR, DEFAULT_FOR_STARTUP, Array

SIZES = {"S": (10_000, 2_000), "M": (20_000, 20_000), "L": (100_000, 20_000)}
MUST_SHARE = {"strict": 1.0, "open": 0.2}  # how many of the criteria are must-haves
SECTORS, BANDS, PLACES, NEEDS, FORMS, DIMENSIONS = 93, 7, 110, 22, 17, 384
ALIKE = 0.6  # how much of a text is its sector's


def synthetic(startups: int, investors: int, market: str, seed: int = 0, own_taste: float = 0.25) -> Snapshot:
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(SECTORS, DIMENSIONS)).astype(np.float32)
    ours = _startups(rng, startups, topics, own_taste)
    theirs = _theses(rng, investors, topics, MUST_SHARE[market], own_taste)
    none = np.zeros(investors, np.int32)
    capacity = rng.integers(1, 9, investors).astype(np.int32)
    scales = replace(
        market_of(ours, theirs),
        investing=np.array((1 << 7) - 1, np.uint64),  # as many of the 17 forms as in the tables
        money=np.array(1, np.uint32),
        by_field=np.array(((1 << 7) - 1) << 1, np.uint32),
    )
    return Snapshot(ours, Investors(_keys(rng, investors), capacity, none), theirs, scales)


def _keys(rng: np.random.Generator, rows: int) -> Array:
    return rng.permutation(rows).astype(np.int64) + 1


def _texts(rng: np.random.Generator, topics: Array, sector: Array) -> Array:
    """int8[rows,384]: unit vectors × 127."""
    out = np.empty((len(sector), DIMENSIONS), np.int8)
    for start in range(0, len(sector), 4096):
        part = slice(start, start + 4096)
        noise = rng.normal(size=(len(sector[part]), DIMENSIONS)).astype(np.float32)
        text = ALIKE * topics[sector[part]] + noise
        out[part] = np.rint(127 * text / np.linalg.norm(text, axis=1, keepdims=True))
    return out


def _weights(rng: np.random.Generator, rows: int, default: tuple[int, ...], own_taste: float) -> Array:
    """uint16[rows,8]: the default, and for some a taste of their own."""
    out = np.tile(np.array(default, np.uint16), (rows, 1))
    own = rng.random(rows) < own_taste
    out[own] = np.floor(rng.dirichlet(np.array(default) / 100, own.sum()) * 1000)
    return out


def _startups(rng: np.random.Generator, n: int, topics: Array, own_taste: float) -> Startups:
    popular = rng.dirichlet(np.ones(SECTORS) * 2)
    sectors = rng.choice(SECTORS, (n, 6), p=popular).astype(np.int16)
    sectors[np.arange(6) >= rng.integers(1, 4, n)[:, None]] = -1
    places = rng.choice(PLACES, (n, 4), p=_zipf(PLACES)).astype(np.int16)
    places[np.arange(4) >= rng.integers(1, 4, n)[:, None]] = -1
    first = rng.integers(4, 18, n)
    needs = rng.integers(1, 4, (n, NEEDS)) * (rng.random((n, NEEDS)) < 2.5 / NEEDS)
    words = np.zeros((n, 1), np.uint64)
    return Startups(
        key=_keys(rng, n),
        sectors=sectors,
        stage=rng.choice(BANDS, n, p=_zipf(BANDS)).astype(np.int8),
        places=places,
        ask=np.stack([first, first + rng.integers(0, 3, n)], axis=1).astype(np.int8),
        seeks_capital=rng.random(n) < 0.9,
        needs=needs.astype(np.uint8),
        forms=_bits(rng, n, FORMS, 0.2),
        text=_texts(rng, topics, sectors[:, 0]),
        weights=_weights(rng, n, DEFAULT_FOR_STARTUP, own_taste),
        must=np.zeros(n, np.uint8),
        traits=_bits(rng, n, 20, 0.1)[:, None],
        refuses=words,
        capacity=rng.integers(1, 9, n).astype(np.int32),
        demand_adjustment=np.zeros(n, np.int32),
    )


def _zipf(size: int) -> Array:
    weights = 1 / np.arange(1, size + 1) ** 0.5
    shares: Array = weights / weights.sum()
    return shares


def _bits(rng: np.random.Generator, rows: int, size: int, share: float) -> Array:
    """uint64[rows]: each of the lowest `size` bits set with this probability, and never none of them."""
    chosen = rng.random((rows, size)) < share
    chosen[np.arange(rows), rng.integers(0, size, rows)] |= size == FORMS
    bits: Array = (chosen * (np.uint64(1) << np.arange(size, dtype=np.uint64))).sum(axis=1, dtype=np.uint64)
    return bits


def _theses(rng: np.random.Generator, m: int, topics: Array, must: float, own_taste: float) -> Theses:
    sectors = rng.random((m, SECTORS)) < rng.beta(1.2, 1.8, (m, 1))
    bands, places = _neighbours(rng, m, BANDS, 5), _neighbours(rng, m, PLACES, 84)
    favourite = np.argmax(sectors * rng.random((m, SECTORS)), axis=1)
    first = rng.integers(0, 14, m)
    return Theses(
        key=_keys(rng, m),
        owner=rng.permutation(m).astype(np.int32),
        sector_affinity=_affinity(rng, sectors),
        stage_affinity=_affinity(rng, bands),
        place_affinity=_affinity(rng, places),
        activity=np.minimum(rng.exponential(60, m), 255).astype(np.uint8),
        sector_scope=_sets(sectors),
        stage_scope=_sets(bands)[:, 0],
        place_scope=_sets(places),
        ticket=np.stack([first, np.minimum(first + rng.integers(4, 14, m), 23)], axis=1).astype(np.int8),
        offers=_bits(rng, m, NEEDS, 0.3).astype(np.uint32),
        forms=_bits(rng, m, FORMS, 0.3),
        text=_texts(rng, topics, favourite),
        weights=_weights(rng, m, DEFAULT_FOR_INVESTOR, own_taste),
        must=((rng.random((m, 5)) < must) * (1 << np.arange(5))).sum(axis=1).astype(np.uint8),
        traits=_bits(rng, m, 20, 0.03)[:, None],
        refuses=_bits(rng, m, 20, 0.09)[:, None],
    )


def _neighbours(rng: np.random.Generator, rows: int, size: int, width: int) -> Array:
    """bool[rows,size]: about `width` values that follow each other, as stages and regions do."""
    start = rng.integers(-width // 2, size - width // 2, rows)[:, None]
    at = np.arange(size)
    return (at >= start) & (at <= start + rng.integers(width // 2, width + 1, rows)[:, None])


def _affinity(rng: np.random.Generator, scope: Array) -> Array:
    """uint8[rows,values]: higher inside the scope."""
    return np.clip(rng.normal(np.where(scope, 130, 70), 30), 0, 255).astype(np.uint8)


def _sets(chosen: Array) -> Array:
    """bool[rows,size] as uint64[rows,⌈size/64⌉]."""
    padded = np.pad(chosen, ((0, 0), (0, -chosen.shape[1] % 64)))
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
