"""The kernel gives what the definition gives, bit for bit, on every kind of market."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.matching import engine
from matchmaker.matching.engine import full_ranking
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import FACTORS, NEUTRAL, TOP_LEVEL, Must, Pairs, take
from matchmaker.matching.engine.definition.factors import market_of, offers_nothing
from matchmaker.matching.engine.definition.lists import LOG, OCTAVE
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings

often = settings(
    max_examples=40, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


@st.composite
def markets(draw, most=14):
    return market(
        draw(st.integers(0, 2**32)),
        draw(st.integers(0, most)),
        draw(st.integers(0, most)),
        theses=draw(st.integers(1, 3)),
        stated=draw(st.sampled_from([0.0, 0.5, 0.9, 1.0])),
        must=draw(st.sampled_from([0.0, 0.2, 1.0])),
        how=draw(st.sampled_from(["random", "zero", "default"])),
        coarse=draw(st.booleans()),
        pairs=draw(st.sampled_from([0.0, 0.3])),
    )


@often
@given(markets(), st.integers(1, 9), st.integers(1, 3))
def test_kernel_equals_reference(snapshot, k, threads):
    assert_same_rankings(engine.rank_all(snapshot, k=k, threads=threads), reference.rank_all(snapshot, k=k))


@pytest.mark.parametrize("must", list(Must))
def test_every_must_have_on_either_side(must):
    for side in ("startups", "theses"):
        snapshot = market(int(must), 40, 40, must=0.0, stated=0.9)
        table = getattr(snapshot, side)
        strict = replace(snapshot, **{side: replace(table, must=np.full(len(table), int(must), np.uint8))})
        open_to_all, met = reference.rank_all(snapshot, 40), engine.rank_all(strict, k=40)
        assert_same_rankings(met, reference.rank_all(strict, 40))
        assert met.startups.count.sum() < open_to_all.startups.count.sum()


def test_2000_startups_and_500_investors():
    snapshot = market(
        5, 2000, 500, theses=2, sizes=(93, 8, 110, 22, 32, 1), pairs=0.001, stated=0.8, must=0.1
    )
    assert_same_rankings(engine.rank_all(snapshot, k=50, threads=2), reference.rank_all(snapshot, 50))


def test_70000_investors():
    snapshot = market(6, 2, 70_000, theses=1, sizes=(5, 3, 5, 3, 4, 1), stated=0.9)
    assert_same_rankings(engine.rank_all(snapshot, k=9), reference.rank_all(snapshot, 9))


def shuffled(rng, snapshot):
    """The same market with its rows in another order, and the new place of each row."""
    s, c, m = (rng.permutation(len(x)) for x in (snapshot.startups, snapshot.investors, snapshot.theses))
    at_s, at_c = np.argsort(s), np.argsort(c)
    theses = take(snapshot.theses, m)
    pairs = [
        np.stack([at_s[p[:, 0]], at_c[p[:, 1]]], axis=1).astype(np.int32).reshape(-1, 2)
        for p in (snapshot.pairs.excluded, snapshot.pairs.boosted)
    ]
    mixed = replace(
        snapshot,
        startups=take(snapshot.startups, s),
        investors=take(snapshot.investors, c),
        theses=replace(theses, owner=at_c[theses.owner].astype(np.int32)),
        pairs=Pairs(*pairs),
    )
    return mixed, s, c


def named(lists, own_key, other_key, thesis_key):
    """{profile: its list in terms of public ids}."""
    return {
        int(own_key[row]): [
            (int(other_key[j]), int(thesis_key[m]), int(rank), int(u), int(v), bytes(level))
            for j, m, rank, u, v, level in zip(*columns, strict=True)
            if j >= 0
        ]
        for row, *columns in zip(
            lists.rows, lists.ids, lists.thesis, lists.rank, lists.u, lists.v, lists.levels, strict=True
        )
    }


def told(snapshot, rankings):
    s, c, m = snapshot.startups.key, snapshot.investors.key, snapshot.theses.key
    return named(rankings.startups, s, c, m), named(rankings.investors, c, s, m)


@often
@given(markets(), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(snapshot, seed):
    mixed, _, _ = shuffled(np.random.default_rng(seed), snapshot)
    assert told(mixed, engine.rank_all(mixed, k=6)) == told(snapshot, engine.rank_all(snapshot, k=6))


@often
@given(markets(most=10))
def test_an_unrelated_profile_changes_nothing(snapshot):
    """One more startup and investor that no one may meet."""
    n, c = len(snapshot.startups), len(snapshot.investors)
    if not n or not c:
        return
    extra_s, extra_c = take(snapshot.startups, [0]), take(snapshot.investors, [0])
    extra_m = replace(take(snapshot.theses, [0]), key=np.array([10**9]), owner=np.array([c], np.int32))

    def joined(a, b):
        return type(a)(**{f: np.concatenate([getattr(a, f), getattr(b, f)]) for f in a.__dataclass_fields__})

    strangers = [[n, j] for j in range(c + 1)] + [[i, c] for i in range(n)]
    larger = replace(
        snapshot,
        startups=joined(snapshot.startups, replace(extra_s, key=np.array([10**9]))),
        investors=joined(snapshot.investors, replace(extra_c, key=np.array([1 << 40]))),
        theses=joined(snapshot.theses, extra_m),
        pairs=replace(
            snapshot.pairs, excluded=np.concatenate([snapshot.pairs.excluded, np.array(strangers, np.int32)])
        ),
    )
    before, after = told(snapshot, engine.rank_all(snapshot, k=5)), told(larger, engine.rank_all(larger, k=5))
    assert {key: after[0][key] for key in before[0]} == before[0]
    assert {key: after[1][key] for key in before[1]} == before[1]


@often
@given(markets(), st.lists(st.integers(0, 3), min_size=14, max_size=14), st.permutations(range(4)))
def test_any_split_into_blocks_merges_to_the_same(snapshot, block_of, order):
    prepared = engine.prepare(snapshot)
    rows = np.arange(len(snapshot.startups))
    block_of = np.array(block_of, np.int64)[: len(rows)]
    blocks_of_rows = [rows[block_of == x] for x in order]
    parts = [engine.rank_values(prepared, block, 4) for block in blocks_of_rows]
    whole = engine.rank_all(snapshot, k=4).values
    for block, part in zip(blocks_of_rows, parts, strict=True):
        assert np.array_equal(part.startups, whole.startups[block])
    a, b, c, d = (part.investors for part in parts)
    best = engine.best_values
    assert np.array_equal(best(best(best(a, b), c), d), whole.investors)
    assert np.array_equal(best(a, best(best(b, c), d)), whole.investors)


@often
@given(markets())
def test_parts_sum_to_the_total(snapshot):
    lists = engine.rank_all(snapshot, k=5).startups
    row, place = np.nonzero(lists.ids >= 0)
    for i, p in list(zip(row, place, strict=True))[:10]:
        said = engine.explain(snapshot, i, int(lists.ids[i, p]))
        for fit, amount in ((said.for_startup, lists.u[i, p]), (said.for_investor, lists.v[i, p])):
            assert sum(part.amount for part in fit.parts) == fit.amount == amount
            assert sum(part.tenths for part in fit.parts) == fit.tenths
            assert tuple(part.level for part in fit.parts) == tuple(lists.levels[i, p])
        assert said.thesis == lists.thesis[i, p]
        assert said.eligible


def test_what_a_handicap_takes_off_the_score_is_told_of_either_side():
    """Two octaves off u · v are one off its root: half of the score; two octaves on double it."""
    snapshot = market(3, 1, 1, theses=1)
    startups = replace(snapshot.startups, demand_adjustment=np.array([2 * OCTAVE], np.int32))
    investors = replace(snapshot.investors, demand_adjustment=np.array([-2 * OCTAVE], np.int32))
    said = engine.explain(replace(snapshot, startups=startups, investors=investors), 0, 0)
    assert said.startup_demand_adjustment_tenths == round(said.score_tenths / 2) > 0
    assert said.investor_demand_adjustment_tenths == -said.score_tenths


NOT_STATED = dict(zip(FACTORS, NEUTRAL, strict=True))


@pytest.mark.parametrize(
    ("silent", "factor"),
    [("theses", factor) for factor in FACTORS] + [("startups", factor) for factor in FACTORS[:-1]],
)
def test_what_one_side_does_not_state_is_neutral(silent, factor):
    """The level that columns.NEUTRAL gives the factor, whatever the other side says."""
    snapshot = market(4, 20, 20, must=0.0, stated=1.0)
    nothing = getattr(market(4, 20, 20, must=0.0, stated=0.0), silent)
    snapshot = replace(snapshot, **{silent: nothing})
    at, neutral = FACTORS.index(factor), [NOT_STATED[factor]]
    lists = engine.rank_all(snapshot, k=20).startups
    assert np.unique(reference.levels(snapshot, 0)[:, at]).tolist() == neutral
    assert np.unique(lists.levels[lists.ids >= 0][:, at]).tolist() == neutral


def improved(rng, snapshot, factor):
    """The same market with theses that give startup 0 more of a factor, and no pair of it less."""
    s, m = snapshot.startups, snapshot.theses

    def raised(level):
        return np.minimum(level, TOP_LEVEL - 40) + 40

    def with_some(stated, wanted):
        """Some more of the bits that startup 0 wants, where there are any."""
        more = stated | (wanted & rng.integers(0, 1 << 17, len(stated), stated.dtype))
        return np.where(stated == 0, stated, more)

    silent = offers_nothing(m, snapshot.market)  # who begins to speak is no longer neutral
    wider = np.clip(m.ticket + np.array([-1, 1], np.int8), 0, 23)
    needed = np.uint32(((s.needs[0] > 0) << np.arange(s.needs.shape[1])).sum())
    against = (m.text < 0) != (s.text[0] < 0)
    better = {
        "sector": {"sector_affinity": raised(m.sector_affinity)},
        "stage": {"stage_affinity": raised(m.stage_affinity)},
        "ticket": {"ticket": np.where(m.ticket < 0, m.ticket, wider)},
        "place": {"place_affinity": raised(m.place_affinity)},
        "needs": {"offers": np.where(silent, m.offers, with_some(m.offers, needed))},
        # Who accepts a form of investing brings money.
        "forms": {"forms": with_some(m.forms, s.forms[0]), "offers": m.offers | snapshot.market.money},
        "text": {"text": np.where(against, -m.text, m.text)},
        "activity": {"activity": raised(m.activity)},
    }
    return replace(snapshot, theses=replace(m, **better[factor]))


def ranks_of_the_first(snapshot):
    """{investor: (rank on its list of startup 0, rank on the list of startup 0 of it)}."""
    lists = engine.rank_all(snapshot, k=8)
    mine = dict(zip(lists.startups.ids[0].tolist(), lists.startups.rank[0].tolist(), strict=True))
    row, place = np.nonzero(lists.investors.ids == 0)
    its = dict(zip(row.tolist(), lists.investors.rank[row, place].tolist(), strict=True))
    return {j: (rank, its[j]) for j, rank in mine.items() if j >= 0}


@pytest.mark.parametrize("factor", FACTORS)
def test_more_of_a_factor_never_ranks_lower(factor):
    """A wider ticket, an offer that is needed, a form in common, a text more alike, a byte raised."""
    rises = 0
    for seed in range(25):
        snapshot = market(seed, 8, 8, theses=1, pairs=0.0, must=0.0)
        before = ranks_of_the_first(snapshot)
        after = ranks_of_the_first(improved(np.random.default_rng(seed), snapshot, factor))
        assert before.keys() == after.keys()
        for j, (mine, its) in before.items():
            assert after[j][0] >= mine
            assert after[j][1] >= its
            rises += after[j][0] > mine and after[j][1] > its
    assert rises > 0


def test_text_counts_by_rank_and_never_falls():
    snapshot = market(8, 30, 30, stated=1.0)
    levels = snapshot.market.text_level.astype(int)
    assert (np.diff(levels) >= 0).all()
    assert levels[0] < 80
    assert levels[-1] > 192


def test_a_sector_that_is_named_more_often_than_there_are_startups_counts_least():
    one = market(0, 1, 1, stated=1.0)
    often_named = replace(one.startups, sectors=np.zeros((1, 6), np.int16))
    idf = market_of(often_named, one.theses).sector_idf
    assert idf[0] == 1
    assert (idf[1:] > 1024).all()


def test_boosts_come_first_and_exclusions_never():
    snapshot = market(9, 20, 20, must=0.0, pairs=0.0, theses=1)
    snapshot = replace(
        snapshot, pairs=Pairs(np.array([[0, 3], [1, 4]], np.int32), np.array([[0, 3], [1, 5]], np.int32))
    )
    lists = engine.rank_all(snapshot, k=20)
    assert 3 not in lists.startups.ids[0]
    assert 4 not in lists.startups.ids[1]
    assert [engine.explain(snapshot, 0, j).excluded for j in (2, 3)] == [False, True]
    assert not engine.explain(snapshot, 0, 3).eligible
    if engine.explain(snapshot, 1, 5).eligible:
        assert lists.startups.ids[1, 0] == 5
        assert lists.investors.ids[5, 0] == 1


def falling(size, order):
    """int32[size]: handicaps that rise from each profile to the next, the first by far the best."""
    demand_adjustment = np.empty(size, np.int32)
    demand_adjustment[order] = np.linspace(-(1 << 20), 1 << 20, size).astype(np.int32)
    return demand_adjustment


def test_lists_that_end_lower_than_they_began_are_ranked_again():
    """The first that the kernel meets are far better than all others, so that it expects too much."""
    snapshot = market(11, 400, 1100, theses=1, must=0.0, pairs=0.0, sizes=(5, 3, 5, 3, 4, 1))
    met = engine.prepare(snapshot).lanes.owner[: len(snapshot.theses)]
    by_lane = replace(
        snapshot.investors, demand_adjustment=falling(1100, np.unique(met, return_index=True)[1].argsort())
    )
    by_visit = replace(snapshot.startups, demand_adjustment=falling(400, full_ranking.in_leaps(400)))
    for market_of_the_first in (
        replace(snapshot, investors=by_lane),
        replace(snapshot, startups=by_visit),
        replace(snapshot, startups=by_visit, investors=by_lane),
    ):
        found = engine.rank_values(engine.prepare(market_of_the_first), np.arange(400), 20, threads=2)
        expected = reference.rank_values(market_of_the_first, 20)
        assert np.array_equal(found.startups, expected.startups)
        assert np.array_equal(found.investors, expected.investors)


def test_logarithms_rise_with_every_step_and_are_nearly_exact():
    assert (np.diff(LOG[1:]) > 0).all()
    assert np.abs(LOG[1:] - OCTAVE * np.log2(np.arange(1, len(LOG)))).max() < 2
