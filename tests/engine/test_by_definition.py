"""Small markets are ranked by the definition, without compiled code: the same in every bit."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine.definition import reference
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings
from tests.engine.test_refresh import copy, edited

ROOT = Path(__file__).resolve().parent.parent.parent
WITHOUT_COMPILER = """
import numpy as np
from numba.core.dispatcher import Dispatcher
from matchmaker import engine
from tests.engine.markets import market
from tests.engine.test_refresh import copy, edited
from tests.engine.test_variants import copies_of
def fail(*_args): raise AssertionError("compiled")
Dispatcher.compile = fail
before = market(3, 30, 20)
rankings = engine.rank_all(before)
for side, rank in (("startups", engine.rank_startups), ("investors", engine.rank_investors)):
    after = edited(before, market(4, 30, 20), **{side: [7]})
    engine.apply_update(rankings, rank(engine.Prepared(after), rankings, [7]))
    before = after
engine.outlook(before, 3, copies_of(before, 3, 5, 1))
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
    compiled = engine.handicaps(values, snapshot, 0), engine.guarantees(engine.rank_all(snapshot), snapshot)
    by_definition()
    plain = engine.rank_all(snapshot)
    found = engine.handicaps(values, snapshot, 0), engine.guarantees(plain, snapshot)
    for one, other in zip(found[0], compiled[0], strict=True):
        assert one.tolist() == other.tolist()
    assert_same_rankings(found[1].rankings, compiled[1].rankings)
    assert found[1].unseen_startups.tolist() == compiled[1].unseen_startups.tolist()


def test_only_small_markets_are_ranked_by_definition(by_definition):
    by_definition()
    assert engine.is_small(market(0, 500, 500, pairs=0.0))
    assert not engine.is_small(market(0, 501, 500, pairs=0.0))


def test_nothing_is_compiled_for_a_small_market(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("ranked\n", 0), done.stderr
    assert list(tmp_path.rglob("*.nbc")) == []
