"""Random markets for the tests of the engine: small, odd, and the same for the same seed."""

from dataclasses import replace

import numpy as np

from matchmaker.matching.engine.definition import columns
from matchmaker.matching.engine.definition.factors import market_of


def keys(rng, size):
    return rng.choice(np.arange(1, 10 * size + 10, dtype=np.int64), size, replace=False)


def some(rng, share, stated, otherwise):
    """`stated` with this share of the rows, `otherwise` in the others."""
    keep = rng.random(len(stated)) < share
    return np.where(keep.reshape(-1, *[1] * (stated.ndim - 1)), stated, otherwise).astype(stated.dtype)


def bit_sets(rng, rows, size, share):
    """uint64[rows,⌈size/64⌉] with each of `size` bits set with this probability."""
    words = -(-size // 64)
    chosen = np.zeros((rows, words * 64), np.uint8)
    chosen[:, :size] = rng.random((rows, size)) < share
    return np.packbits(chosen, axis=1, bitorder="little").view(np.uint64).reshape(rows, words)


def unit_text(rng, rows, dims):
    """int8[rows,dims]: unit vectors × 127 around a few directions."""
    if not dims:
        return np.zeros((rows, 0), np.int8)
    centres = rng.normal(size=(4, dims))
    x = centres[rng.integers(0, 4, rows)] + rng.normal(size=(rows, dims))
    return np.rint(127 * x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.int8)


def ranges(rng, rows):
    first = rng.integers(0, 24, rows)
    last = np.minimum(first + rng.integers(0, 8, rows), 23)
    return np.stack([first, last], axis=1).astype(np.int8)


def adjustments(rng, rows, coarse):
    made = np.zeros(rows) if coarse else rng.integers(-300_000, 300_000, rows)
    return made.astype(np.int32)


def weights(rng, rows, default, how):
    if how == "default":
        return np.tile(np.array(default, np.uint16), (rows, 1))
    if how == "zero":
        return np.zeros((rows, 8), np.uint16)
    return np.floor(rng.dirichlet(np.ones(8), rows) * 1000).astype(np.uint16)


def startups(rng, n, *, sizes, stated=0.8, must=0.2, how="random", coarse=False):
    S, B, P, N, D, W = sizes
    sectors = some(rng, stated, rng.integers(0, S, (n, 6)).astype(np.int16), -1)
    sectors[:, 1:][rng.random((n, 5)) < 0.6] = -1
    places = some(rng, stated, rng.integers(0, P, (n, 4)).astype(np.int16), -1)
    places[rng.random((n, 4)) < 0.5] = -1
    return columns.Startups(
        key=keys(rng, n),
        sectors=sectors,
        stage=some(rng, stated, rng.integers(0, B, n).astype(np.int8), -1),
        places=places,
        ask=some(rng, stated, ranges(rng, n), -1),
        seeks_capital=rng.random(n) < 0.8,
        needs=some(
            rng, stated, (rng.integers(0, 4, (n, N)) * (rng.random((n, N)) < 0.3)).astype(np.uint8), 0
        ),
        forms=some(rng, stated, bit_sets(rng, n, 17, 0.2)[:, 0], 0),
        text=some(rng, stated, unit_text(rng, n, D), 0),
        weights=weights(rng, n, columns.DEFAULT_FOR_STARTUP, how),
        must=_musts(rng, n, must),
        traits=bit_sets(rng, n, W * 64, 0.02),
        refuses=bit_sets(rng, n, W * 64, 0.01),
        capacity=rng.integers(1, 9, n).astype(np.int32),
        demand_adjustment=adjustments(rng, n, coarse),
    )


def _musts(rng, rows, share):
    return (rng.random((rows, 5)) < share).astype(np.uint8) @ np.array([1, 2, 4, 8, 16], np.uint8)


def thesis_table(rng, owner, *, sizes, stated=0.8, must=0.2, how="random", coarse=False):
    S, B, P, N, D, W = sizes
    m = len(owner)
    step = 64 if coarse else 1

    def affinity(values, neutral):
        return some(rng, stated, (rng.integers(0, 256, (m, values)) // step * step).astype(np.uint8), neutral)

    return columns.Theses(
        key=keys(rng, m),
        owner=owner.astype(np.int32),
        sector_affinity=affinity(S, columns.NEUTRAL[0]),
        stage_affinity=affinity(B, columns.NEUTRAL[1]),
        place_affinity=affinity(P, columns.NEUTRAL[3]),
        activity=affinity(1, columns.NEUTRAL[7])[:, 0],
        sector_scope=some(rng, stated, bit_sets(rng, m, S, 0.3), 0),
        stage_scope=some(rng, stated, bit_sets(rng, m, B, 0.4)[:, 0], 0),
        place_scope=some(rng, stated, bit_sets(rng, m, P, 0.3), 0),
        ticket=some(rng, stated, ranges(rng, m), -1),
        offers=some(rng, stated, bit_sets(rng, m, N, 0.3)[:, 0].astype(np.uint32), 0),
        forms=some(rng, stated, bit_sets(rng, m, 17, 0.3)[:, 0], 0),
        text=some(rng, stated, unit_text(rng, m, D), 0),
        weights=weights(rng, m, columns.DEFAULT_FOR_INVESTOR, how),
        must=_musts(rng, m, must),
        traits=bit_sets(rng, m, W * 64, 0.02),
        refuses=bit_sets(rng, m, W * 64, 0.01),
    )


def some_pairs(rng, n, c, share):
    chosen = np.argwhere(rng.random((n, c)) < share) if n * c < 100_000 else rng.integers(0, (n, c), (500, 2))
    return rng.permutation(chosen).astype(np.int32).reshape(-1, 2)


def market(seed, n=12, c=9, *, theses=2, sizes=(70, 6, 80, 9, 16, 1), pairs=0.1, money=True, **how):
    """A Snapshot of n startups and c investors with up to `theses` theses each."""
    rng = np.random.default_rng(seed)
    owner = rng.permutation(np.repeat(np.arange(c), rng.integers(1, theses + 1, c)))
    ours, theirs = startups(rng, n, sizes=sizes, **how), thesis_table(rng, owner, sizes=sizes, **how)
    coarse = how.get("coarse", False)
    investors = columns.Investors(
        key=keys(rng, c),
        capacity=rng.integers(1, 9, c).astype(np.int32),
        demand_adjustment=adjustments(rng, c, coarse),
    )
    spoken = columns.Pairs(some_pairs(rng, n, c, pairs), some_pairs(rng, n, c, pairs / 2))
    investing, met, other = (rng.integers(0, 1 << bits) if money else 0 for bits in (17, 2, sizes[3]))
    scales = replace(
        market_of(ours, theirs),
        investing=np.array(investing, np.uint64),
        money=np.array(met, np.uint32),
        by_field=np.array(other & ~met, np.uint32),
    )
    snapshot = columns.Snapshot(ours, investors, theirs, scales, spoken)
    snapshot.validate()
    return snapshot
