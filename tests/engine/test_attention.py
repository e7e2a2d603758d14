"""Fair attention: handicaps, capacity, and everybody on a list."""

from dataclasses import replace
from math import floor, log2

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import MAX_HANDICAP
from matchmaker.engine.definition.lists import (
    LOG,
    NOTHING,
    OCTAVE,
    ON_MERIT,
    SO_THAT_SEEN,
    Values,
    is_boosted,
    ordinals,
    pack,
)
from matchmaker.engine.fairness import attention
from matchmaker.engine.fairness.auction import SPARED, appearances
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings
from tests.engine.test_kernel import shuffled, told

SIZES = (20, 5, 20, 9, 8, 1)


@pytest.fixture(scope="module")
def crowded():
    """Many startups, few investors, some of whom everybody wants."""
    return market(1, 400, 100, theses=1, sizes=SIZES, must=0.0, pairs=0.0, how="default")


def handicapped(snapshot):
    ours, theirs = engine.handicaps(engine.rank_all(snapshot).values, snapshot)
    return replace(
        snapshot,
        startups=replace(snapshot.startups, handicap=ours),
        investors=replace(snapshot.investors, handicap=theirs),
    )


def gini(x):
    x = np.sort(x)
    return 1 - 2 * (np.cumsum(x) / x.sum()).mean() + 1 / len(x)


def test_handicaps_spread_attention(crowded):
    def spread(snapshot):
        return gini(appearances(engine.rank_all(snapshot).startups.ids, 20, 100))

    free = replace(crowded, investors=replace(crowded.investors, handicap=np.zeros(100, np.int32)))
    assert spread(handicapped(free)) < 0.9 * spread(free)


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_a_handicap_is_four_times_fifteen_hundredths_of_the_octaves_above_the_share(side):
    """Sixteen lists of one place. Five share them, whose capacities are sixteen: each is due its capacity.

        lists  capacity  ratio             octaves (log2)
          8       1        8, counts as 5    2.32
          2       1        2                 1
          4       4        1                 0: the middle one
          1       2       1/2               -1
          1       8       1/8, counts as 1/5 -2.32

    Nobody has a second choice, so that all four rounds are alike. A ratio is kept in 4,096ths, rounded down.
    """
    lists, capacity = [8, 2, 4, 1, 1], np.array([1, 1, 4, 2, 8], np.int32)
    snapshot = market(1, *((5, 16) if side == "startups" else (16, 5)), coarse=True)  # nobody has a handicap
    table = replace(getattr(snapshot, side), capacity=capacity)
    snapshot = replace(snapshot, **{side: table})
    whom = np.repeat(np.arange(5), lists)
    sixteen = pack(np.full(16, 30 * OCTAVE), ordinals(table.key)[whom])[:, None]
    five = np.full((5, 1), NOTHING)
    values = Values(five, sixteen) if side == "startups" else Values(sixteen, five)

    found = engine.handicaps(values, snapshot)[side == "investors"]

    most, least = (round(OCTAVE * log2(ratio)) for ratio in (5, (4096 // 5) / 4096))
    assert found.tolist() == [4 * (15 * octaves // 100) for octaves in (most, OCTAVE, 0, -OCTAVE, least)]


def pooled(rankings):
    """(startup, investor, LOG[u] + LOG[v]) of every pair on a list of either side, each once."""
    return {
        (*(int(x), row)[::way], int(LOG[u]) + int(LOG[v]))
        for lists, way in ((rankings.startups, -1), (rankings.investors, 1))
        for row, entries in enumerate(zip(lists.ids, lists.u, lists.v, strict=True))
        for x, u, v in zip(*entries, strict=True)
        if x >= 0
    }


def seen_told(entries, handicap, key):
    """What each gets from the first twenty places of the lists of (whose, whom, fit) at these handicaps."""
    lists, seen = {}, [0] * len(handicap)
    for whose, whom, fit in entries:
        lists.setdefault(whose, []).append((handicap[whom] - fit, key[whom], whom))
    for listed in lists.values():
        for place, (_rank, _key, whom) in enumerate(sorted(listed)[:20]):
            seen[whom] += round(2**16 / log2(place + 2))
    return seen


def raised(handicap, seen, capacity):
    """The handicaps after a round: 15 % of the logarithm of seen / share more, between 1/5 and 5."""
    share, out = sum(seen) / sum(capacity), []
    for before, its, can in zip(handicap, seen, capacity, strict=True):
        ratio = min(max(floor(its * 4096 / (can * share)), 4096 // 5), 4096 * 5)
        out.append(before + 15 * (int(LOG[ratio]) - int(LOG[4096])) // 100)
    return out


def handicaps_told(rankings, snapshot):
    """The handicaps once more, step by step as attention.py tells it."""
    s, c = snapshot.startups, snapshot.investors
    pool, ours, theirs = pooled(rankings), [0] * len(s), [0] * len(c)
    turned = [(j, i, fit) for i, j, fit in pool]
    for _round in range(4):
        theirs = raised(theirs, seen_told(pool, theirs, c.key.tolist()), c.capacity.tolist())
        ours = raised(ours, seen_told(turned, ours, s.key.tolist()), s.capacity.tolist())
    return tuple([handicap - sorted(side)[len(side) // 2] for handicap in side] for side in (ours, theirs))


def test_handicaps_are_what_the_rules_say_pair_by_pair():
    """On lists that hold a part of the others only, with handicaps of a run before, boosts and capacities."""
    snapshot = market(3, 90, 60)
    rankings = engine.rank_all(snapshot, k=24)
    ours, theirs = engine.handicaps(rankings.values, snapshot)
    assert (ours.tolist(), theirs.tolist()) == handicaps_told(rankings, snapshot)
    assert np.abs(np.concatenate([ours, theirs])).max() < MAX_HANDICAP


def test_nobody_on_more_lists_than_its_capacity_while_there_are_alternatives(crowded):
    snapshot = handicapped(crowded)
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot).rankings
    for before, after, capacity in (
        (rankings.startups, shown.startups, snapshot.investors.capacity),
        (rankings.investors, shown.investors, snapshot.startups.capacity),
    ):
        allowed = attention.allowance(before, capacity)
        count = appearances(after.ids, 20, len(capacity))
        for row in range(len(after.rows)):
            for x in after.ids[row, :20][after.tier[row, :20] == 0]:  # full, shown all the same
                rest = after.ids[row, 20:][after.ids[row, 20:] >= 0]
                assert (count[rest] >= allowed[rest]).all()
                assert x >= 0
        assert (np.sort(before.ids, axis=1) == np.sort(after.ids, axis=1)).mean() > 0.95


def test_everybody_eligible_is_seen_or_the_curator_is_told_why(crowded):
    snapshot = handicapped(crowded)
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


FEW_AND_MANY = pytest.mark.parametrize("sizes", [(500, 20), (20, 500)])


def both_sides(sizes):
    """Of a market of few and many: each side's lists with guarantees, the other side's own lists, whom the
    lists have no place for, the handicaps of those whose lists they are, and the table of those on them."""
    snapshot = market(2, *sizes, theses=1, sizes=SIZES, must=0.0, pairs=0.01, how="default")
    rankings = engine.rank_all(snapshot)
    shown = engine.guarantees(rankings, snapshot)
    s, c = snapshot.startups, snapshot.investors
    yield shown.rankings.startups, rankings.investors, shown.unseen_investors, s, c
    yield shown.rankings.investors, rankings.startups, shown.unseen_startups, c, s


@FEW_AND_MANY
def test_nobody_is_turned_down_by_whom_it_fits_better_than_one_that_was_kept(sizes):
    """Deferred acceptance is stable: whoever turns lists down ranks all that it keeps above each of them."""
    turned_down = 0
    for lists, _own, _unseen, whose, whom in both_sides(sizes):
        # How each counterpart ranks the list itself: by the fit and the handicap of whose list it is.
        wish = LOG[lists.u].astype(np.int64) + LOG[lists.v] - whose.handicap[:, None]
        wish = pack(wish, ordinals(whose.key)[:, None])
        down = attention.turned_down(lists)
        down[(lists.tier == SO_THAT_SEEN).any(axis=1)] = False  # there, one has left for whom nobody saw
        kept = (lists.ids >= 0) & (lists.tier == ON_MERIT) & ~is_boosted(lists.value)
        for x in range(len(whom)):
            its = lists.ids == x
            if (its & down).any() and (its & kept).any():
                assert wish[its & down].max() < wish[its & kept].min()
                turned_down += 1
    assert turned_down


@FEW_AND_MANY
def test_an_entry_so_that_somebody_is_seen_says_what_its_own_list_says(sizes):
    from_outside = 0
    for lists, own, _unseen, _whose, whom in both_sides(sizes):
        for row, place in np.argwhere(lists.tier == SO_THAT_SEEN):
            x = lists.ids[row, place]
            (at,) = np.flatnonzero(own.ids[x] == row)
            for name in ("u", "v", "levels", "mandate"):
                assert (getattr(lists, name)[row, place] == getattr(own, name)[x, at]).all(), name
            fit = LOG[own.u[x, at]].astype(np.int64) + LOG[own.v[x, at]]
            assert lists.value[row, place] == pack(fit - whom.handicap[x], ordinals(whom.key)[x])
            from_outside += lists.value[row, place] < lists.floor[row]  # it did not stand there by its fit
    assert from_outside


@FEW_AND_MANY
def test_whoever_finds_no_place_has_asked_all_lists_that_suit_it(sizes):
    left = 0
    for lists, own, unseen, _whose, whom in both_sides(sizes):
        top, count = lists.ids[:, :20], appearances(lists.ids, 20, len(whom))
        seen_elsewhere = (top >= 0) & (lists.tier[:, :20] == ON_MERIT) & (count[top] > 1)
        spares = seen_elsewhere.any(axis=1) & ((lists.tier == SO_THAT_SEEN).sum(axis=1) < SPARED)
        for x in unseen[unseen[:, 1] == attention.NO_PLACE, 0]:
            asked = own.ids[x][own.ids[x] >= 0]
            assert len(asked)
            assert not spares[asked].any()
            left += 1
    assert left


def test_whoever_is_on_too_many_lists_is_there_for_a_reason(crowded):
    snapshot = handicapped(crowded)
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
    assert shown.unseen_investors.tolist() == [[3, attention.NOBODY_ELIGIBLE]]


def test_the_order_of_rows_does_not_matter(crowded):
    mixed, s, c = shuffled(np.random.default_rng(0), crowded)
    a, b = (
        engine.handicaps(engine.rank_all(crowded).values, crowded),
        engine.handicaps(engine.rank_all(mixed).values, mixed),
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
    shown = attention.guarantees(engine.rank_all(ample), ample).rankings

    assert shown.startups.count.max() > attention.TOP
    assert not attention.turned_down(shown.startups).any()
    assert not attention.turned_down(shown.investors).any()


def test_in_a_small_market_nobody_is_handicapped_or_turned_down(crowded):
    def handicaps_where(crowd):
        return engine.handicaps(engine.rank_all(crowded).values, crowded, crowd)

    assert all((handicap == 0).all() for handicap in handicaps_where(100))
    most, some = handicaps_where(12), handicaps_where(50)  # 100 investors: eight times as many, twice as many
    assert all(0 < np.ptp(b) < np.ptp(a) for a, b in zip(most, some, strict=True))
    whole, kept = engine.rank_all(crowded), 20 - SPARED
    shown, asked = (engine.guarantees(whole, crowded, crowd).rankings for crowd in (100, 99))
    assert (shown.startups.ids[:, :kept] == whole.startups.ids[:, :kept]).all()
    assert (asked.startups.ids[:, :kept] != whole.startups.ids[:, :kept]).any()
