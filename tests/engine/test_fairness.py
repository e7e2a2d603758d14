"""Fair exposure: a capped handicap where exposure is scarce, and everyone on a list."""

from dataclasses import replace
from math import log2

import numpy as np
import pytest

from matchmaker.matching import engine
from matchmaker.matching.engine import fairness
from matchmaker.matching.engine.definition import metrics, reference
from matchmaker.matching.engine.definition.lists import (
    BEHIND,
    GUARANTEED,
    LOG,
    NOTHING,
    OCTAVE,
    ON_MERIT,
    Values,
    is_boosted,
    ordinals,
    pack,
)
from matchmaker.matching.engine.fairness import SPARED, appearances
from tests.engine.markets import market
from tests.engine.test_kernel import shuffled, told

SIZES = (20, 5, 20, 9, 8, 1)


@pytest.fixture(scope="module")
def crowded():
    """Many startups, few investors, some of whom everyone wants; no one has a handicap yet."""
    how = {"must": 0.0, "pairs": 0.0, "money": False, "how": "default"}
    return without(market(1, 400, 100, theses=1, sizes=SIZES, **how))


def without(snapshot):
    none = (np.zeros(len(table), np.int32) for table in (snapshot.startups, snapshot.investors))
    return snapshot.adjusted(*none)


def handicapped(snapshot, crowd=0):
    return snapshot.adjusted(*engine.demand_adjustments(engine.rank_all(snapshot).values, snapshot, crowd))


# --- the handicap ------------------------------------------------------------------------------------------


def test_handicaps_spread_attention(crowded):
    def spread(snapshot):
        return metrics.gini(appearances(engine.rank_all(snapshot).startups.ids, 100))

    assert spread(handicapped(crowded)) < 0.99 * spread(crowded)


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_a_handicap_is_three_tenths_of_the_octaves_beyond_five_times_the_share(side):
    """Thirty-two lists of one place. Five share them, whose capacities are 32: each is due its capacity.

    lists  capacity  ratio  octaves beyond five
      8       1        8       0.678: more than the cap
      6       1        6       0.263
      5       1        5       0
      4       4        1       none
      9      25      .36       none
    """
    lists, capacity = [8, 6, 5, 4, 9], np.array([1, 1, 1, 4, 25], np.int32)
    snapshot = without(market(1, *((5, 32) if side == "startups" else (32, 5)), coarse=True))
    table = replace(getattr(snapshot, side), capacity=capacity)
    snapshot = replace(snapshot, **{side: table})
    whom = np.repeat(np.arange(5), lists)
    many = pack(np.full(32, 30 * OCTAVE), ordinals(table.key)[whom])[:, None]
    five = np.full((5, 1), NOTHING)
    values = Values(five, many) if side == "startups" else Values(many, five)

    found = engine.demand_adjustments(values, snapshot, 0)[side == "investors"]

    beyond = int(LOG[6 * 4096]) - int(LOG[5 * 4096])
    assert abs(beyond - OCTAVE * log2(6 / 5)) <= 4
    assert found.tolist() == [fairness.CAP, 30 * beyond // 100, 0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
def test_a_handicap_takes_five_points_at_most_and_moves_nobody_past_one_that_is_worse_by_more(seed):
    """Whoever the handicap puts behind another scores at most 5.0 points more than that one."""
    free = without(market(seed, 300, 90, theses=1, sizes=SIZES, must=0.0, pairs=0.0, how="default"))
    snapshot = handicapped(free)
    for table in (snapshot.startups, snapshot.investors):
        assert table.demand_adjustment.min() == 0
        assert table.demand_adjustment.max() <= fairness.CAP
        assert (engine.demand_adjustment_tenths(1000, table.demand_adjustment) <= 50).all()
    before, after = reference.score_all(free), engine.rank_all(snapshot)
    passed = 0
    for lists, u, v in ((after.startups, before.u, before.v), (after.investors, before.u.T, before.v.T)):
        for row, ids in enumerate(lists.ids):
            listed = ids[ids >= 0]
            score = np.sqrt(u[row, listed].astype(float) * v[row, listed]) / 2550  # of 100
            best_below = np.maximum.accumulate(score[::-1])[::-1]
            assert (best_below - score).max() <= 5.0 + 0.01
            passed += (best_below - score).max() > 0.05
    assert passed, "the handicap changed no order"


@pytest.mark.parametrize("crowd", [100, 400])
def test_in_a_small_market_there_is_no_handicap(crowded, crowd):
    found = engine.demand_adjustments(engine.rank_all(crowded).values, crowded, crowd)
    assert [demand_adjustment.any() for demand_adjustment in found] == [False, False]


def test_the_handicap_grows_with_the_market(crowded):
    values = engine.rank_all(crowded).values
    most, some = (engine.demand_adjustments(values, crowded, crowd) for crowd in (12, 50))
    assert all(0 < b.max() < a.max() for a, b in zip(most, some, strict=True))


# --- everyone on a list -----------------------------------------------------------------------------------


def test_everybody_eligible_is_seen_or_the_curator_is_told_why(crowded):
    snapshot = handicapped(crowded)
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot)
    for lists, unseen, size in (
        (shown.rankings.startups, shown.unseen_investors, 100),
        (shown.rankings.investors, shown.unseen_startups, 400),
    ):
        missing = np.flatnonzero(appearances(lists.ids, size) == 0)
        assert sorted(unseen[:, 0]) == list(missing)
    assert (appearances(rankings.investors.ids, 400) == 0).any()


@pytest.mark.parametrize("n", [150, 300])
def test_the_places_given_away_are_the_last_of_the_first_twenty(n):
    """Also in a small market, where nothing else changes the order."""
    snapshot = without(market(5, n, 30, theses=1, sizes=SIZES, must=0.0, pairs=0.0))
    before = engine.rank_all(snapshot).investors
    lists = engine.guarantees(engine.rank_all(snapshot), snapshot).rankings.investors
    given = (lists.tier == GUARANTEED).sum(axis=1)
    assert given.max() > 0
    for row in np.flatnonzero(given):
        places = np.flatnonzero(lists.tier[row] == GUARANTEED)
        assert places.tolist() == list(range(20 - given[row], 20))
        kept = lists.ids[row, : 20 - given[row]]
        assert set(kept) <= set(before.ids[row, :20])
        assert (lists.tier[row, 20:][lists.ids[row, 20:] >= 0] == BEHIND).all()
    assert (lists.ids[given == 0] == before.ids[given == 0]).all()


def test_a_place_is_given_where_the_least_is_lost_by_it():
    """Of the lists that suit an unseen startup that one takes it whose spare place is least above it."""
    snapshot = without(market(5, 300, 30, theses=1, sizes=SIZES, must=0.0, pairs=0.0))
    rankings = engine.rank_all(snapshot)
    before, own = rankings.investors, rankings.startups
    unseen = np.flatnonzero(appearances(before.ids, 300) == 0)
    x = unseen[np.argmin(snapshot.startups.key[unseen])]  # the first to be asked for
    count = appearances(before.ids, 300)

    lists = engine.guarantees(rankings, snapshot).rankings.investors

    losses = {}
    for row in own.ids[x][own.ids[x] >= 0]:
        spare = next(at for at in range(19, -1, -1) if count[before.ids[row, at]] > 1)
        place = int(np.flatnonzero(before.ids[row] == x)[0]) if x in before.ids[row] else None
        rank = before.rank[row, place] if place is not None else None
        its = int(LOG[own.u[x][own.ids[x] == row][0]]) + int(LOG[own.v[x][own.ids[x] == row][0]])
        assert rank is None or rank == its
        losses[row] = int(before.rank[row, spare]) - its
    (row,) = np.flatnonzero(((lists.ids == x) & (lists.tier == GUARANTEED)).any(axis=1))
    assert losses[row] == min(losses.values())


def test_a_curators_boost_gives_no_place_away(crowded):
    boosted = np.array([[i, j] for j in range(100) for i in range(4 * j % 400, 4 * j % 400 + 4)], np.int32)
    pinned = replace(crowded, pairs=replace(crowded.pairs, boosted=boosted))
    lists = engine.guarantees(engine.rank_all(pinned), pinned).rankings.investors
    assert (lists.tier == GUARANTEED).any()
    assert (lists.tier[is_boosted(lists.value)] == ON_MERIT).all()


def test_nobody_outside_a_list_has_more_than_its_floor(crowded):
    """Also where someone had to leave for one whom no one saw: refreshing relies on it."""
    whole = reference.rank_all(crowded, k=400)
    short = engine.rank_all(crowded, k=24)
    shown = engine.guarantees(short, crowded).rankings
    moved = 0
    for lists, everybody in ((shown.startups, whole.startups), (shown.investors, whole.investors)):
        for row, ids in enumerate(lists.ids):
            outside = ~np.isin(everybody.ids[row], ids) & (everybody.ids[row] >= 0)
            assert (everybody.value[row][outside] <= lists.floor[row]).all()
            moved += not np.isin(ids, everybody.ids[row, :24]).all()
    assert moved, "somebody from below took a place"


FEW_AND_MANY = pytest.mark.parametrize("sizes", [(500, 20), (20, 500)])


def both_sides(sizes):
    """Of a market of few and many: each side's lists with the guarantee, the other side's own lists, whom the
    lists have no place for, and the table of those on them."""
    snapshot = market(2, *sizes, theses=1, sizes=SIZES, must=0.0, pairs=0.01, how="default")
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot)
    s, c = snapshot.startups, snapshot.investors
    yield shown.rankings.startups, rankings.investors, shown.unseen_investors, c
    yield shown.rankings.investors, rankings.startups, shown.unseen_startups, s


@FEW_AND_MANY
def test_an_entry_so_that_somebody_is_seen_says_what_its_own_list_says(sizes):
    from_outside = 0
    for lists, own, _unseen, whom in both_sides(sizes):
        for row, place in np.argwhere(lists.tier == GUARANTEED):
            x = lists.ids[row, place]
            (at,) = np.flatnonzero(own.ids[x] == row)
            for name in ("u", "v", "levels", "thesis"):
                assert (getattr(lists, name)[row, place] == getattr(own, name)[x, at]).all(), name
            fit = LOG[own.u[x, at]].astype(np.int64) + LOG[own.v[x, at]]
            assert lists.value[row, place] == pack(fit - whom.demand_adjustment[x], ordinals(whom.key)[x])
            from_outside += lists.value[row, place] < lists.floor[row]  # it did not stand there by its fit
    assert from_outside


@FEW_AND_MANY
def test_whoever_finds_no_place_has_asked_all_lists_that_suit_it(sizes):
    left = 0
    for lists, own, unseen, whom in both_sides(sizes):
        top, count = lists.ids[:, :20], appearances(lists.ids, len(whom))
        elsewhere = (top >= 0) & (lists.tier[:, :20] == ON_MERIT) & (count[top] > 1)
        elsewhere &= ~is_boosted(lists.value[:, :20])
        spares = elsewhere.any(axis=1) & ((lists.tier == GUARANTEED).sum(axis=1) < SPARED)
        for x in unseen[unseen[:, 1] == fairness.NO_PLACE, 0]:
            asked = own.ids[x][own.ids[x] >= 0]
            assert len(asked)
            assert not spares[asked].any()
            left += 1
    assert left


def test_a_profile_that_nobody_may_meet_is_reported():
    snapshot = market(2, 12, 8, theses=1, sizes=SIZES, must=0.0, pairs=0.0)
    everyone = np.array([[i, 3] for i in range(12)], np.int32)
    snapshot = replace(snapshot, pairs=replace(snapshot.pairs, excluded=everyone))
    shown = engine.guarantees(engine.rank_all(snapshot), snapshot)
    assert shown.unseen_investors.tolist() == [[3, fairness.NOBODY_ELIGIBLE]]


def test_the_order_of_rows_does_not_matter(crowded):
    mixed, s, c = shuffled(np.random.default_rng(0), crowded)
    a, b = (engine.demand_adjustments(engine.rank_all(x).values, x, 0) for x in (crowded, mixed))
    assert (a[0][s] == b[0]).all()
    assert (a[1][c] == b[1]).all()
    one = engine.guarantees(engine.rank_all(crowded), crowded).rankings
    two = engine.guarantees(engine.rank_all(mixed), mixed).rankings
    assert told(crowded, one) == told(mixed, two)
