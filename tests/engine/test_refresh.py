"""An edited profile: what the incremental paths make of it equals a full run."""

from dataclasses import fields, replace

import numpy as np
import pytest

from matchmaker.matching import engine
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import take
from matchmaker.matching.engine.definition.lists import BEHIND, GUARANTEED, NOTHING, ON_MERIT, Lists, Rankings
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings


def copy(rankings):
    return Rankings(
        *(
            Lists(**{f.name: getattr(x, f.name).copy() for f in fields(x)})
            for x in (rankings.startups, rankings.investors)
        )
    )


def edited(snapshot, other, startups=(), investors=()):
    """The snapshot with these startups' rows, or these investors' theses, taken from another market."""

    def mixed(a, b, rows):
        marks = np.isin(np.arange(len(a)), rows)
        out = {}
        for f in fields(a):
            x, y = getattr(a, f.name), getattr(b, f.name)
            out[f.name] = (
                x if f.name in ("key", "owner") else np.where(marks.reshape(-1, *[1] * (x.ndim - 1)), y, x)
            )
        return type(a)(**out)

    theses = np.flatnonzero(np.isin(snapshot.theses.owner, investors))
    return replace(
        snapshot,
        startups=mixed(snapshot.startups, other.startups, startups),
        investors=mixed(snapshot.investors, other.investors, investors),
        theses=mixed(
            snapshot.theses, take(other.theses, np.arange(len(snapshot.theses)) % len(other.theses)), theses
        ),
    )


def refilled(prepared, rankings, update):
    """After the update was applied: rank the short lists again until none is short."""
    for _ in range(3):
        if len(update.startups_short):
            update = engine.rank_startups(prepared, rankings, update.startups_short)
        elif len(update.investors_short):
            update = engine.rank_investors(prepared, rankings, update.investors_short)
        else:
            return rankings
        engine.apply_update(rankings, update)
    return rankings


def apply_edit(rankings, after, side, rows):
    """Rank the edited rows of a side and write what changes into the rankings."""
    prepared = engine.prepare(after)
    update = getattr(engine, f"rank_{side}")(prepared, rankings, rows)
    return prepared, update, engine.apply_update(rankings, update)


def assert_beginning(part, whole):
    """Every list is the beginning of the full run's list."""
    for a, b in ((part.startups, whole.startups), (part.investors, whole.investors)):
        for r in range(len(a.rows)):
            count = int((a.ids[r] >= 0).sum())
            assert (a.ids[r, :count] == b.ids[r, :count]).all()
            assert (a.levels[r, :count] == b.levels[r, :count]).all()
            if a.floor[r] == NOTHING:
                assert count == (b.ids[r] >= 0).sum()


@pytest.mark.parametrize("k", [4, 64])
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("side", ["startups", "investors"])
def test_an_edit_equals_a_full_run(seed, side, k):
    rng = np.random.default_rng(seed)
    how = {"coarse": seed % 2 == 0, "stated": 0.9}
    before = market(seed, 60, 40, **how)
    rows = rng.choice(40, [1, 5][seed % 3 == 0], replace=False)
    after = edited(before, market(seed + 100, 60, 40, **how), **{side: rows})
    rankings = copy(engine.rank_all(before, k=k))
    prepared, update, _undo = apply_edit(rankings, after, side, rows)
    whole = engine.rank_all(after, k=k)
    assert_beginning(rankings, whole)
    refilled(prepared, rankings, update)
    if k == 4:
        assert (rankings.startups.count == whole.startups.count).all()
    for row in rows:  # the edited profile's own list is whole
        a, b = getattr(rankings, side), getattr(whole, side)
        assert (a.value[row] == b.value[row]).all()
    if k == 64:
        assert_same_rankings(rankings, whole)


@pytest.mark.parametrize("rows", [[7], []])
def test_an_edit_that_changes_nothing_writes_nothing(rows):
    snapshot = market(3, 60, 40)
    rankings, prepared = engine.rank_all(snapshot), engine.prepare(snapshot)
    for rank in (engine.rank_startups, engine.rank_investors):
        update = rank(prepared, rankings, rows)
        assert len(update.startups.rows) == len(update.investors.rows) == 0


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_more_edits_than_one_word_of_theses_equal_a_full_run(side):
    sizes = (30, 120) if side == "investors" else (120, 30)
    before = market(5, *sizes, pairs=0.02)
    rows = np.random.default_rng(5).choice(120, 90, replace=False)
    after = edited(before, market(6, *sizes, pairs=0.02), **{side: rows})
    rankings = copy(engine.rank_all(before))
    prepared, update, _undo = apply_edit(rankings, after, side, rows)
    whole = engine.rank_all(after)
    assert_beginning(rankings, whole)
    assert_beginning(refilled(prepared, rankings, update), whole)
    a, b = getattr(rankings, side), getattr(whole, side)
    assert (a.value[rows] == b.value[rows]).all()


def assert_floors_hold(lists, everybody):
    """No one outside a list has more than its floor."""
    for r in range(len(lists.rows)):
        outside = ~np.isin(everybody.ids[r], lists.ids[r])
        assert everybody.value[r][outside].max(initial=NOTHING) <= lists.floor[r]


def edit_after_edit(snapshot, rankings):
    """25 times, edit a startup or an investor by turns, of 150 and 140, and yield the market after each."""
    rng, other = np.random.default_rng(1), market(22, 150, 140, must=0.0, pairs=0.0)
    for step in range(25):
        side, rows = ("startups", "investors")[step % 2], rng.integers(0, 140, 1)
        snapshot = edited(snapshot, other, **{side: rows})
        prepared, update, _undo = apply_edit(rankings, snapshot, side, rows)
        refilled(prepared, rankings, update)
        yield snapshot


def test_one_edit_after_another_on_full_lists_equals_a_full_run_each_time():
    """Lists of 64 among 140 and 150: who is pushed out of one is missed when another leaves it."""
    snapshot = market(21, 150, 140, must=0.0, pairs=0.0)
    rankings = copy(engine.rank_all(snapshot))
    assert min(rankings.startups.count.min(), rankings.investors.count.min()) == 64
    for after in edit_after_edit(snapshot, rankings):
        whole = engine.rank_all(after)
        assert_beginning(rankings, whole)
        for a, b in ((rankings.startups, whole.startups), (rankings.investors, whole.investors)):
            assert (a.floor == b.floor)[a.count == 64].all()


def test_nobody_outside_a_list_that_gave_places_has_more_than_its_floor_edit_after_edit():
    """Whoever is pushed out may have more than those who were given a place."""
    busy = market(21, 150, 140, must=0.0, pairs=0.0)
    rankings = copy(engine.guarantees(engine.rank_all(busy), busy).rankings)
    for after in edit_after_edit(busy, rankings):
        whole = reference.rank_all(after, 150)
        assert_floors_hold(rankings.startups, whole.startups)
        assert_floors_hold(rankings.investors, whole.investors)


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_an_edit_of_what_weighs_nothing_is_written_on_the_others_lists(side):
    """With all weights nought the fits and the order stay, but the page shows the new levels."""
    how = {"how": "zero", "coarse": True, "must": 0.0, "pairs": 0.0}
    before, other = market(3, 60, 40, **how), market(4, 60, 40, **how)
    after = edited(before, other, **{side: [7]})
    rankings = copy(engine.rank_all(before))

    apply_edit(rankings, after, side, [7])

    assert_same_rankings(rankings, engine.rank_all(after))


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_an_update_is_undone_by_what_applying_it_returns(side):
    before = market(8, 60, 40)
    guaranteed = engine.guarantees(engine.rank_all(before, k=8), before).rankings
    rankings, rows = copy(guaranteed), np.arange(0, 40, 3)
    after = edited(before, market(9, 60, 40), **{side: rows})
    _prepared, update, undo = apply_edit(rankings, after, side, rows)
    made = copy(rankings)
    again = engine.apply_update(rankings, undo)
    assert_same_rankings(rankings, guaranteed)
    engine.apply_update(rankings, again)
    assert_same_rankings(rankings, made)
    assert min(len(update.startups.rows), len(update.investors.rows)) > 5


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_a_newcomer_stands_before_the_places_given_away_only_by_merit(side):
    before = market(8, *((60, 10) if side == "startups" else (10, 60)))
    rankings, rows = engine.guarantees(engine.rank_all(before), before).rankings, np.arange(0, 60, 3)
    rankings = copy(rankings)
    other = market(9, *((60, 10) if side == "startups" else (10, 60)))
    after = edited(before, other, **{side: rows})
    lists = rankings.investors if side == "startups" else rankings.startups
    old_tier, old_value, old_ids = lists.tier.copy(), lists.value.copy(), lists.ids.copy()
    apply_edit(rankings, after, side, rows)
    whole = engine.rank_all(after)
    expected = whole.investors if side == "startups" else whole.startups
    assert (old_tier == BEHIND).any()
    for r in range(len(lists.rows)):
        stood = dict(zip(old_ids[r].tolist(), old_tier[r].tolist(), strict=True))
        behind = (old_ids[r] >= 0) & (old_tier[r] == BEHIND)
        bar = old_value[r][(old_ids[r] >= 0) & (old_tier[r] == ON_MERIT)].min() if behind.any() else NOTHING
        entries = []
        for x, value in zip(expected.ids[r].tolist(), expected.value[r].tolist(), strict=True):
            if x >= 0:
                tier = (ON_MERIT if value > bar else BEHIND) if x in rows else stood[x]
                entries.append((tier, value, x))
        entries.sort(reverse=True)
        assert lists.ids[r, : len(entries)].tolist() == [x for _tier, _value, x in entries]
        assert lists.tier[r, : len(entries)].tolist() == [tier for tier, _value, _x in entries]
        assert (lists.ids[r, len(entries) :] == -1).all()


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_more_newcomers_than_places_leave_no_holes_in_lists_that_gave_places(side):
    sizes = (400, 10) if side == "startups" else (10, 400)
    how = {"must": 0.0, "pairs": 0.0}
    before = market(3, *sizes, **how)
    rankings = copy(engine.guarantees(engine.rank_all(before), before).rankings)
    lists = rankings.investors if side == "startups" else rankings.startups
    assert (lists.tier == GUARANTEED).any()
    after = edited(before, market(53, *sizes, **how), **{side: np.arange(400)})

    prepared, update, _undo = apply_edit(rankings, after, side, np.arange(400))
    refilled(prepared, rankings, update)

    whole = reference.rank_all(after, 400)
    everybody = whole.investors if side == "startups" else whole.startups
    assert (lists.count >= np.minimum(everybody.count, 50)).all()
    assert_floors_hold(lists, everybody)
    for ids, count in zip(lists.ids, lists.count, strict=True):
        assert (ids[:count] >= 0).all()
        assert len(set(ids[:count].tolist())) == count


@pytest.mark.parametrize("side", ["startups", "investors"])
def test_a_small_edit_takes_nobodys_place_that_was_given_so_that_it_is_seen(side):
    before = market(8, *((60, 300) if side == "startups" else (300, 60)), must=0.0)
    rankings = copy(engine.guarantees(engine.rank_all(before), before).rankings)
    lists = getattr(rankings, side)
    given = lists.tier == GUARANTEED
    row = int(given.sum(axis=1).argmax())
    best, top = getattr(engine.rank_all(before), side).ids[row], lists.ids[row, :20].tolist()
    seen = set(lists.ids[row][given[row]].tolist()) & set(best.tolist())
    table = getattr(before, side)
    after = replace(before, **{side: replace(table, capacity=table.capacity + 1)})

    apply_edit(rankings, after, side, [row])

    assert seen
    assert set(lists.ids[row][lists.tier[row] == GUARANTEED].tolist()) == seen
    assert [x for x in lists.ids[row, :20] if x in top] == [x for x in top if x in best]
