"""Fair attention: prices, capacity, and everybody on a list."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine import exposure, reference
from matchmaker.engine.auction import appearances
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings
from tests.engine.test_kernel import shuffled, told

SIZES = (20, 5, 20, 9, 8, 1)


@pytest.fixture(scope="module")
def crowded():
    """Many startups, few investors, some of whom everybody wants."""
    return market(1, 400, 100, theses=1, sizes=SIZES, must=0.0, pairs=0.0, how="default")


def priced(snapshot):
    ours, theirs = engine.prices(engine.rank_all(snapshot).values, snapshot)
    return replace(
        snapshot,
        startups=replace(snapshot.startups, price=ours),
        investors=replace(snapshot.investors, price=theirs),
    )


def gini(x):
    x = np.sort(x)
    return 1 - 2 * (np.cumsum(x) / x.sum()).mean() + 1 / len(x)


def test_prices_spread_attention(crowded):
    def spread(snapshot):
        return gini(appearances(engine.rank_all(snapshot).startups.ids, 20, 100))

    free = replace(crowded, investors=replace(crowded.investors, price=np.zeros(100, np.int32)))
    assert spread(priced(free)) < 0.8 * spread(free)


def test_nobody_on_more_lists_than_its_capacity_while_there_are_alternatives(crowded):
    snapshot = priced(crowded)
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot).rankings
    for before, after, capacity in (
        (rankings.startups, shown.startups, snapshot.investors.capacity),
        (rankings.investors, shown.investors, snapshot.startups.capacity),
    ):
        allowed = exposure.allowance(before, capacity)
        count = appearances(after.ids, 20, len(capacity))
        for row in range(len(after.rows)):
            for x in after.ids[row, :20][after.tier[row, :20] == 0]:  # full, shown all the same
                rest = after.ids[row, 20:][after.ids[row, 20:] >= 0]
                assert (count[rest] >= allowed[rest]).all()
                assert x >= 0
        assert (np.sort(before.ids, axis=1) == np.sort(after.ids, axis=1)).mean() > 0.95


def test_everybody_eligible_is_seen_or_the_curator_is_told_why(crowded):
    snapshot = priced(crowded)
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot)
    for lists, unseen, size in (
        (shown.rankings.startups, shown.unseen_investors, 100),
        (shown.rankings.investors, shown.unseen_startups, 400),
    ):
        missing = np.flatnonzero(appearances(lists.ids, 20, size) == 0)
        assert sorted(unseen[:, 0]) == list(missing)


def test_nobody_outside_a_list_has_more_than_its_floor(crowded):
    """Also where somebody had to leave for one whom nobody saw: refreshing relies on it."""
    busy = replace(crowded, startups=replace(crowded.startups, capacity=np.ones(400, np.int32)))
    whole = reference.rank_all(busy, k=400)
    short = engine.rank_all(busy, k=24)
    shown = engine.guarantees(short, busy).rankings
    moved = 0
    for lists, everybody in ((shown.startups, whole.startups), (shown.investors, whole.investors)):
        for row, ids in enumerate(lists.ids):
            outside = ~np.isin(everybody.ids[row], ids) & (everybody.ids[row] >= 0)
            assert (everybody.value[row][outside] <= lists.floor[row]).all()
            moved += not np.isin(ids, everybody.ids[row, :24]).all()
    assert moved, "somebody from below took a place"


def test_whoever_is_on_too_many_lists_is_there_for_a_reason(crowded):
    snapshot = priced(crowded)
    boosted = np.array([[i, 7] for i in range(60)], np.int32)
    snapshot = replace(snapshot, pairs=replace(snapshot.pairs, boosted=boosted))
    shown = engine.guarantees(engine.rank_all(snapshot), snapshot)
    for lists, crowd, table in (
        (shown.rankings.startups, shown.crowded_investors, snapshot.investors),
        (shown.rankings.investors, shown.crowded_startups, snapshot.startups),
    ):
        count = appearances(lists.ids, 20, len(table.capacity))
        assert sorted(crowd.rows) == list(np.flatnonzero(count > table.capacity))
        assert (crowd.lists == count[crowd.rows]).all()
        assert (crowd.lists - crowd.left - crowd.boosted <= crowd.allowed).all()
        over = crowd.lists - table.capacity[crowd.rows]
        assert (np.diff(over) <= 0).all()
    wanted = int((shown.rankings.startups.ids[:60] == 7).any(axis=1).sum())
    assert shown.crowded_investors.boosted[shown.crowded_investors.rows == 7].tolist() == [wanted]


def test_a_profile_that_nobody_may_meet_is_reported():
    snapshot = market(2, 12, 8, theses=1, sizes=SIZES, must=0.0, pairs=0.0)
    everyone = np.array([[i, 3] for i in range(12)], np.int32)
    snapshot = replace(snapshot, pairs=replace(snapshot.pairs, excluded=everyone))
    shown = engine.guarantees(engine.rank_all(snapshot), snapshot)
    assert shown.unseen_investors.tolist() == [[3, exposure.NOBODY_ELIGIBLE]]


def test_the_order_of_rows_does_not_matter(crowded):
    mixed, s, c = shuffled(np.random.default_rng(0), crowded)
    a, b = (
        engine.prices(engine.rank_all(crowded).values, crowded),
        engine.prices(engine.rank_all(mixed).values, mixed),
    )
    assert (a[0][s] == b[0]).all()
    assert (a[1][c] == b[1]).all()
    one = engine.guarantees(engine.rank_all(crowded), crowded).rankings
    two = engine.guarantees(engine.rank_all(mixed), mixed).rankings
    assert told(crowded, one) == told(mixed, two)


def test_a_second_time_gives_the_same_bytes(crowded):
    rankings = engine.rank_all(crowded)
    assert_same_rankings(
        engine.guarantees(rankings, crowded).rankings, engine.guarantees(rankings, crowded).rankings
    )


def test_who_was_never_asked_is_not_said_to_be_full():
    """Lists of 64 places ask for 20: with time for everybody, nobody is turned down on any of them."""
    snapshot = market(4, 80, 90, must=0.0, pairs=0.0)
    ample = replace(
        snapshot,
        startups=replace(snapshot.startups, capacity=np.full(80, 1000, np.int32)),
        investors=replace(snapshot.investors, capacity=np.full(90, 1000, np.int32)),
    )
    shown = exposure.guarantees(engine.rank_all(ample), ample).rankings

    assert shown.startups.count.max() > exposure.TOP
    assert not exposure.turned_down(shown.startups).any()
    assert not exposure.turned_down(shown.investors).any()
