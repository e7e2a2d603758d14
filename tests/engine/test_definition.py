"""The definition: its levels, what the page of rules says, and that every other way agrees with it."""

import os
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import engine
from matchmaker.matching.engine.counterfactuals import outlook
from matchmaker.matching.engine.definition import factors, reference
from matchmaker.matching.engine.definition.columns import (
    FACTORS,
    POINTS,
    TEXT_STEPS,
    Pairs,
    Snapshot,
    Startups,
    take,
)
from matchmaker.matching.engine.definition.explain import explain, score_tenths
from matchmaker.matching.engine.definition.lists import LOG
from matchmaker.matching.engine.definition.recommended import (
    FOR_INVESTOR,
    FOR_STARTUP,
    ListEnd,
    best_scores,
    is_enough,
    is_outshone,
    recommended,
)
from matchmaker.matching.engine.kernel import top_k
from tests.engine import markets
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings
from tests.engine.test_refresh import copy, edited


@pytest.mark.parametrize(("low", "high", "level"), [
    (0, 23, 255), (10, 13, 255), (13, 20, 159), (12, 16, 191), (14, 16, 64), (5, 9, 64), (15, 16, 32),
    (5, 7, 16), (17, 20, 0), (0, 6, 0),
])  # fmt: skip
def test_a_ticket_that_nearly_meets_the_ask_is_worth_a_talk_and_one_out_of_reach_nothing(low, high, level):
    assert factors.ticket_levels(np.array([low]), np.array([high]), 10, 13).tolist() == [level]


def test_one_form_in_common_is_half_and_all_are_everything():
    ours = np.array([0b111], np.uint64)
    assert [
        int(factors.form_levels(ours, np.array([x], np.uint64))[0]) for x in (0b1000, 0b1001, 0b11, 0b111)
    ] == [0, 128 + 63, 255, 255]


def test_strangers_texts_are_worth_nothing():
    snapshot = market(3, 60, 60, stated=1.0)
    level = factors.market_of(snapshot.startups, snapshot.theses).text_level.astype(int)
    dots = snapshot.startups.text.astype(int) @ snapshot.theses.text.astype(int).T
    found = level[np.clip(dots, 0, 16383) >> 3]
    assert 0.35 < (found == 0).mean() < 0.55
    assert 0 < (found == 255).mean() < 0.03
    assert found[dots == dots.max()].max() == 255


@pytest.mark.parametrize("points", [engine.DEFAULT_FOR_STARTUP, engine.DEFAULT_FOR_INVESTOR])
def test_points_that_nobody_can_earn_go_to_the_record(points):
    every, record = np.ones(8, np.bool_), np.isin(np.arange(8), factors.RECORDED)
    given = np.array(points)
    assert factors.share_out(given, every).tolist() == list(points)
    assert factors.share_out(given, record)[factors.RECORDED].tolist() == [250] * 4
    no_text = every & (np.arange(8) != FACTORS.index("text"))
    some = factors.share_out(given, no_text)
    assert some.sum() == POINTS
    assert some[FACTORS.index("text")] == 0
    assert some[~record].tolist() == np.where(no_text, given, 0)[~record].tolist()
    assert some[0] == some.max()


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def words(*bits):
    """A set of bits as one row of one word."""
    return np.array([[sum(1 << bit for bit in bits)]], np.uint64)


@pytest.fixture(scope="module")
def example():
    """The startup and the investor of the page."""
    startups = engine.Startups(
        key=np.array([11]),
        sectors=np.array([[0, 1, -1, -1, -1, -1]], np.int16),  # smart irrigation, IoT networks
        stage=np.array([1], np.int8),  # seed
        places=np.array([[0, 1, -1, -1]], np.int16),  # Punjab, also Sindh
        ask=np.array([[10, 13]], np.int8),
        seeks_capital=np.array([True]),
        needs=np.array([[3, 2, 2]], np.uint8),  # hardware 3, test site 2, manufacturing 2
        forms=words(0, 1, 2)[0],  # equity, pilot, joint venture
        text=np.zeros((1, 4), np.int8),  # no description
        weights=np.array([engine.DEFAULT_FOR_STARTUP], np.uint16),
        must=np.array([0], np.uint8),
        traits=words(),
        refuses=words(),
        capacity=np.array([5], np.int32),
        demand_adjustment=np.array([0], np.int32),
    )
    theses = engine.Theses(
        key=np.array([7]),
        owner=np.array([0], np.int32),
        sector_affinity=np.array([[204, 85]], np.uint8),
        stage_affinity=np.array([[60, 145, 85]], np.uint8),
        place_affinity=np.array([[128, 85]], np.uint8),
        activity=np.array([112], np.uint8),
        sector_scope=words(0),
        stage_scope=words(1)[0],
        place_scope=words(0),
        ticket=np.array([[12, 16]], np.int8),
        offers=np.array([0b101], np.uint32),  # hardware, manufacturing
        forms=words(0, 1)[0],  # equity, pilot
        text=np.array([[127, 0, 0, 0]], np.int8),
        weights=np.array([engine.DEFAULT_FOR_INVESTOR], np.uint16),
        must=np.array([int(engine.Must.STAGE)], np.uint8),
        traits=words(),
        refuses=words(),
    )
    investors = engine.Investors(np.array([9]), np.array([8], np.int32), np.array([1 << 17], np.int32))
    market = engine.Market(np.array([3072, 1024], np.uint16), np.zeros(TEXT_STEPS, np.uint8))
    snapshot = Snapshot(startups, investors, theses, market, Pairs())
    snapshot.validate()
    return snapshot


def table():
    """The page's table of the eight factors: level, points for the startup, points for the investor."""
    rows = re.findall(r"^\| (\w+) \| (\d+) \|[^|]*\| ([\d.]+) \|[^|]*\| ([\d.]+) \|$", PAGE, re.MULTILINE)
    return {name: [int(level), round(float(u) * 1), round(float(v) * 1)] for name, level, u, v in rows}


def test_the_example_of_the_page_is_what_the_engine_says(example):
    found = explain(example, 0, 0)
    parts = zip(found.for_startup.parts, found.for_investor.parts, strict=True)
    assert table() == {ours.factor: [ours.level, ours.tenths, theirs.tenths] for ours, theirs in parts}
    assert f"**u = {found.for_startup.tenths}**" in PAGE
    assert f"**v = {found.for_investor.tenths}**" in PAGE
    assert f"**{found.score_tenths / 10}**" in PAGE
    assert f"**−{found.investor_demand_adjustment_tenths / 10} points**" in PAGE
    assert [gate.name for gate in found.gates if gate.applies] == [
        "refused_by_startup",
        "refused_by_investor",
        "stage",
    ]
    assert found.eligible


ROOT = Path(__file__).resolve().parent.parent.parent
WITHOUT_COMPILER = """
import numpy as np
from numba.core.dispatcher import Dispatcher
from matchmaker.matching import engine
from tests.engine.markets import market
from tests.engine.test_refresh import copy, edited
from tests.engine.test_definition import copies_of
def fail(*_args): raise AssertionError("compiled")
Dispatcher.compile = fail
before = market(3, 30, 20)
rankings = engine.rank_all(before)
for side, rank in (("startups", engine.rank_startups), ("investors", engine.rank_investors)):
    after = edited(before, market(4, 30, 20), **{side: [7]})
    engine.apply_update(rankings, rank(engine.Prepared(after), rankings, [7]))
    before = after
engine.outlook(before, 3, copies_of(before, 3, 5, 1), np.zeros(len(before.investors), np.int64))
print("ranked")
"""


@pytest.fixture
def by_definition(monkeypatch):
    return lambda: monkeypatch.setattr(reference, "SMALL", 250_000)


def same_update(one, other):
    """The same lists are short after it."""
    assert one.startups_short.tolist() == other.startups_short.tolist()
    assert one.investors_short.tolist() == other.investors_short.tolist()


@pytest.mark.parametrize("shape", range(3))
@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("side", ["startups", "investors"])
def test_an_edit_is_the_same_by_definition(by_definition, side, seed, count, shape):
    how = {"coarse": seed % 2 == 0, "must": 0.1 * (seed % 3)}
    sizes = [(90, 80), (90, 12), (12, 90)][shape]
    before = market(seed, *sizes, **how)
    rows = np.random.default_rng(seed).choice(sizes[side == "investors"], count, replace=False)
    after = edited(before, market(seed + 100, *sizes, **how), **{side: rows})
    ranked = engine.guarantees(engine.rank_all(before, k=[64, 20][seed % 2]), before).rankings
    compiled, plain = copy(ranked), copy(ranked)
    rank = getattr(engine, f"rank_{side}")

    update = rank(engine.prepare(after), compiled, rows)
    engine.apply_update(compiled, update)
    by_definition()
    plain_update = rank(engine.Prepared(after), plain, rows)
    undo = engine.apply_update(plain, plain_update)

    same_update(update, plain_update)
    assert_same_rankings(plain, compiled)
    engine.apply_update(plain, undo)
    assert_same_rankings(plain, ranked)


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_ranking_with_its_guarantees_is_the_same_by_definition(by_definition, seed):
    snapshot = market(seed, *[(70, 60), (90, 12), (12, 90)][seed])
    values = engine.rank_all(snapshot).values
    compiled = (
        engine.demand_adjustments(values, snapshot, 0),
        engine.guarantees(engine.rank_all(snapshot), snapshot),
    )
    by_definition()
    plain = engine.rank_all(snapshot)
    found = engine.demand_adjustments(values, snapshot, 0), engine.guarantees(plain, snapshot)
    for one, other in zip(found[0], compiled[0], strict=True):
        assert one.tolist() == other.tolist()
    assert_same_rankings(found[1].rankings, compiled[1].rankings)
    assert found[1].unseen_startups.tolist() == compiled[1].unseen_startups.tolist()


def test_only_small_markets_are_ranked_by_definition(by_definition):
    by_definition()
    assert engine.is_small(market(0, 500, 500, pairs=0.0))
    assert not engine.is_small(market(0, 501, 500, pairs=0.0))


def test_nothing_is_compiled_for_a_small_market(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("ranked\n", 0), done.stderr
    assert list(tmp_path.rglob("*.nbc")) == []


RANK = """
import sys
import numpy as np
from matchmaker.matching import engine
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.vectors import HAS_DOT
from tests.engine.markets import market

snapshot = market(5, 90, 700, theses=2, sizes=(93, 8, 110, 22, 32, 1), pairs=0.01, stated=0.8, must=0.1)
found = engine.rank_values(engine.prepare(snapshot), np.arange(90), 20)
expected = reference.rank_values(snapshot, 20)
same = (found.startups == expected.startups).all() and (found.investors == expected.investors).all()
sys.exit(0 if same and not HAS_DOT else 1)
"""


def test_a_processor_without_wide_vectors_ranks_alike(tmp_path):
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    root = str(Path(engine.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", RANK], cwd=root, env={**os.environ, **plain, "PYTHONPATH": root}
    )
    assert done.returncode == 0


def test_a_list_has_at_most_64_places():
    with pytest.raises(ValueError, match="64 places at most, not 65"):
        engine.rank_all(market(1, 2, 2), k=65)
    assert (top_k.empty(3, 64) < 0).all()


def copies_of(snapshot, startup, k, seed):
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


def scored_by_definition(snapshot, startup, copies, theirs):
    excluded = snapshot.pairs.excluded
    closed = set(excluded[excluded[:, 0] == startup, 1].tolist())
    market = replace(snapshot, startups=copies, pairs=Pairs())
    found = []
    for at in range(len(copies)):
        levels = reference.levels(market, at).astype(np.int64)
        u, v = levels @ copies.weights[at].astype(np.int64), (levels * market.theses.weights).sum(axis=1)
        passes = reference.gates(market, at).all(axis=0)
        rank = LOG[u].astype(np.int64) + LOG[v]
        best = {}  # each investor's best thesis
        for j in sorted(np.flatnonzero(passes), key=lambda j: (-rank[j], market.theses.key[j])):
            if (owner := int(market.theses.owner[j])) not in closed:
                best.setdefault(owner, j)
        order = list(best.values())
        score = score_tenths(u[order], v[order])
        outshone = is_outshone(score, theirs[market.theses.owner[order]], FOR_STARTUP)
        upper = recommended(score, levels[order], FOR_STARTUP, outshone)
        found.append((len(order), int(upper.sum())))
    return found


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40)
def test_copies_are_scored_by_the_definition(seed):
    snapshot = markets.market(seed, n=4, c=30, theses=3)
    startup = seed % 4
    copies = copies_of(snapshot, startup, 6, seed)
    theirs = np.random.default_rng(seed).integers(0, 1001, 30)

    seen = outlook(snapshot, startup, copies, theirs)

    expected = scored_by_definition(snapshot, startup, copies, theirs)
    assert list(zip(seen.eligible.tolist(), seen.fitting.tolist(), strict=True)) == expected


def test_nobody_to_meet():
    snapshot = markets.market(1, n=2, c=1)
    alone = replace(
        snapshot,
        theses=take(snapshot.theses, np.zeros(0, int)),
        pairs=Pairs(),
        investors=take(snapshot.investors, np.zeros(0, int)),
    )
    seen = outlook(alone, 0, take(alone.startups, [0]), np.zeros(0, np.int64))
    assert (seen.eligible.tolist(), seen.fitting.tolist()) == ([0], [0])


def levels_of(count, sector=255, ticket=255):
    out = np.zeros((count, len(FACTORS)), np.uint8)
    out[:, FACTORS.index("sector")], out[:, FACTORS.index("ticket")] = sector, ticket
    out[:, FACTORS.index("needs")] = 1
    return out


def test_a_list_recommends_what_is_enough_and_what_comes_near_its_own_best():
    low = np.array([300, 290, 224, 226, 100])
    assert recommended(low, levels_of(5), ListEnd(1, 4, 75)).tolist() == [True, True, False, True, False]
    assert recommended(low, levels_of(5), ListEnd(1, 2, 75)).tolist() == [True, True, False, False, False]
    assert recommended(low, levels_of(5), ListEnd(3, 0, 0)).tolist() == [True, True, False, True, False]
    high = np.array([900, 594, 595, 495])
    assert recommended(high, levels_of(4, sector=127), ListEnd(1, 0, 0)).tolist() == [
        True,
        False,
        True,
        False,
    ]
    assert recommended(high, levels_of(4), ListEnd(1, 0, 0)).tolist() == [True] * 4


def test_whoever_has_much_better_matches_or_meets_no_need_is_not_recommended_unless_the_best():
    high, levels = np.array([900, 800, 700, 600]), levels_of(4)
    levels[[0, 3], FACTORS.index("needs")] = 0
    end = ListEnd(1, 0, 0, theirs=75)
    outshone = is_outshone(high, np.array([1300, 1000, 940, 0]), end)
    assert outshone.tolist() == [True, False, True, False]
    assert recommended(high, levels, end, outshone).tolist() == [True, True, False, True]
    strict = end._replace(meets_need=True)
    assert recommended(high, levels, strict, outshone).tolist() == [True, True, False, False]


def test_whoever_is_out_of_reach_is_not_recommended_unless_the_best():
    levels = levels_of(4)
    levels[:, FACTORS.index("ticket")] = 0, 16, 0, 255
    for end in (FOR_STARTUP, FOR_INVESTOR):
        assert recommended(np.array([900, 890, 880, 870]), levels, end).tolist() == [True, True, False, True]


def test_the_best_scores_of_lists():
    found = engine.rank_all(markets.market(3, n=30, c=20, theses=2)).startups
    scores = score_tenths(found.u, found.v)
    assert (best_scores(found) == scores.max(axis=1, initial=0)).all()
    assert (found.ids[:, 0] >= 0).any()


@given(
    score=st.lists(st.integers(0, 1000), max_size=64),
    seed=st.integers(0, 99),
    end=st.sampled_from((FOR_STARTUP, FOR_INVESTOR)),
)
def test_no_list_is_empty_and_nothing_less_likely_scores_more_than_what_only_comes_near(score, seed, end):
    score = np.array(score, int)
    levels = np.random.default_rng(seed).integers(0, 256, (len(score), len(FACTORS))).astype(np.uint8)
    outshone = is_outshone(score, np.random.default_rng(seed).integers(0, 1001, len(score)), end)
    upper = recommended(score, levels, end, outshone)
    assert upper.any() == (len(score) > 0)
    kept = ~outshone & ((levels[:, FACTORS.index("needs")] > 0) | (not end.meets_need))
    kept &= levels[:, FACTORS.index("ticket")] > 0
    enough, is_best = kept & is_enough(score, levels), score == score.max(initial=0)
    assert (upper | ~enough).all()
    assert (kept | is_best)[upper].all()
    only_near, below = score[upper & ~enough & ~is_best], score[~upper & kept]
    assert only_near.min(initial=1000) >= below.max(initial=0)
    order = np.random.default_rng(seed).permutation(len(score))
    if len(np.unique(score)) == len(score):
        assert (recommended(score[order], levels[order], end, outshone[order]) == upper[order]).all()
