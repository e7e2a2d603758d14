"""While the compiled loops are not there, small markets are ranked without them: the same in every bit."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine.compiler import plain
from tests.engine.markets import market
from tests.engine.same import assert_same_rankings
from tests.engine.test_refresh import copy, edited
from tests.engine.test_variants import copies_of

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
engine.use_plain(waiting=True)
before = market(3, 30, 20)
rankings = engine.rank_all_plain(before)
for side, rank in (("startups", engine.rank_startups), ("investors", engine.rank_investors)):
    after = edited(before, market(4, 30, 20), **{side: [7]})
    engine.apply_update(rankings, rank(engine.Prepared(after), rankings, [7]))
    before = after
engine.outlook(engine.Prepared(before), 3, copies_of(before, 3, 5, 1))
print("ranked")
"""


@contextmanager
def waiting() -> Iterator[None]:
    """As if the compiled loops were not there yet."""
    engine.use_plain(waiting=True)
    try:
        yield
    finally:
        engine.use_plain(waiting=False)


def same_update(one, other):
    """The same lists are short after it."""
    assert one.startups_short.tolist() == other.startups_short.tolist()
    assert one.investors_short.tolist() == other.investors_short.tolist()


@pytest.mark.parametrize("shape", range(3))
@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("side", ["startups", "investors"])
def test_an_edit_is_the_same_without_compiled_loops(side, seed, count, shape):
    how = {"coarse": seed % 2 == 0, "must": 0.1 * (seed % 3)}
    sizes = [(90, 80), (90, 12), (12, 90)][shape]
    before = market(seed, *sizes, **how)
    rows = np.random.default_rng(seed).choice(sizes[side == "investors"], count, replace=False)
    after = edited(before, market(seed + 100, *sizes, **how), **{side: rows})
    ranked = engine.guarantees(engine.rank_all(before, k=[64, 20][seed % 2]), before).rankings
    compiled, by_definition = copy(ranked), copy(ranked)
    rank = getattr(engine, f"rank_{side}")

    update = rank(engine.prepare(after), compiled, rows)
    engine.apply_update(compiled, update)
    with waiting():
        plain_update = rank(engine.Prepared(after), by_definition, rows)
        undo = engine.apply_update(by_definition, plain_update)

    same_update(update, plain_update)
    assert_same_rankings(by_definition, compiled)
    with waiting():
        engine.apply_update(by_definition, undo)
    assert_same_rankings(by_definition, ranked)


@pytest.mark.parametrize("seed", range(5))
def test_what_would_change_this_is_the_same_without_compiled_loops(seed):
    snapshot = market(seed, n=6, c=40, theses=3)
    copies = copies_of(snapshot, 2, 8, seed)
    compiled = engine.outlook(engine.prepare(snapshot), 2, copies)
    with waiting():
        by_definition = engine.outlook(engine.Prepared(snapshot), 2, copies)
    assert by_definition.eligible.tolist() == compiled.eligible.tolist()
    assert by_definition.fitting.tolist() == compiled.fitting.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_ranking_with_its_guarantees_is_the_same_without_compiled_loops(seed):
    snapshot = market(seed, *[(70, 60), (90, 12), (12, 90)][seed])
    values = engine.rank_all(snapshot).values
    compiled = engine.handicaps(values, snapshot, 0), engine.guarantees(engine.rank_all(snapshot), snapshot)
    with waiting():
        found = (
            engine.handicaps(values, snapshot, 0),
            engine.guarantees(engine.rank_all_plain(snapshot), snapshot),
        )
    for one, other in zip(found[0], compiled[0], strict=True):
        assert one.tolist() == other.tolist()
    assert_same_rankings(found[1].rankings, compiled[1].rankings)
    assert found[1].unseen_startups.tolist() == compiled[1].unseen_startups.tolist()


def test_only_small_markets_do_without_and_only_for_now():
    assert not plain.is_plain(2, 2)
    with waiting():
        assert (plain.is_plain(500, 500), plain.is_plain(501, 500)) == (True, False)
    assert not plain.is_plain(2, 2)


def test_nothing_is_compiled_meanwhile(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("ranked\n", 0), done.stderr
    assert list(tmp_path.rglob("*.nbc")) == []
