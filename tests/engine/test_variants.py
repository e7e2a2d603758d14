"""What would change this: copies are scored as the definition says of them."""

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.counterfactuals import outlook
from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import Pairs, Snapshot, Startups, take
from matchmaker.engine.definition.explain import score_tenths
from matchmaker.engine.definition.list_threshold import least_score
from tests.engine import markets


def copies_of(snapshot: Snapshot, startup: int, k: int, seed: int) -> Startups:
    """The startup as it is, and k edited copies."""
    rng = np.random.default_rng(seed)
    copies = take(snapshot.startups, np.full(k + 1, startup))
    columns = {f.name: getattr(copies, f.name).copy() for f in fields(copies)}
    for at in range(1, k + 1):
        columns["forms"][at] ^= np.uint64(1 << int(rng.integers(17)))
        columns["needs"][at, rng.integers(columns["needs"].shape[1])] = rng.integers(4)
        columns["places"][at, 3] = rng.integers(80)
        columns["ask"][at] = np.sort(rng.integers(0, 24, 2))
    return Startups(**columns)


def by_definition(snapshot: Snapshot, startup: int, copies: Startups) -> list[tuple[int, int]]:
    excluded = snapshot.pairs.excluded
    closed = set(excluded[excluded[:, 0] == startup, 1].tolist())
    market = replace(snapshot, startups=copies, pairs=Pairs())
    found = []
    for at in range(len(copies)):
        levels = reference.levels(market, at).astype(np.int64)
        u, v = levels @ copies.weights[at].astype(np.int64), (levels * market.mandates.weights).sum(axis=1)
        passes = reference.gates(market, at).all(axis=0)
        fits = passes & (score_tenths(u, v) >= least_score(levels))
        owners = market.mandates.owner
        found.append(tuple(len(set(owners[which].tolist()) - closed) for which in (passes, fits)))
    return found


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_copies_are_scored_by_the_definition(seed: int) -> None:
    snapshot = markets.market(seed, n=4, c=30, theses=3)
    startup = seed % 4
    copies = copies_of(snapshot, startup, 6, seed)

    seen = outlook(snapshot, startup, copies)

    expected = by_definition(snapshot, startup, copies)
    assert list(zip(seen.eligible.tolist(), seen.fitting.tolist(), strict=True)) == expected


def test_nobody_to_meet() -> None:
    snapshot = markets.market(1, n=2, c=1)
    alone = replace(
        snapshot,
        mandates=take(snapshot.mandates, np.zeros(0, int)),
        pairs=Pairs(),
        investors=take(snapshot.investors, np.zeros(0, int)),
    )
    seen = outlook(alone, 0, take(alone.startups, [0]))
    assert (seen.eligible.tolist(), seen.fitting.tolist()) == ([0], [0])
