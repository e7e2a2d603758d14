"""The list of matches under load: `manage.py bench_pages` on PostgreSQL, against its goals."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_run import OURS
from tests.postgres import cluster
from tests.servers import ROOT
from tests.tally import Tally

pytestmark = pytest.mark.load

PEOPLE = ("investor", "founder")
SIZES = {"small": (100,), "full": (1_000, 20_000)}
# The list alone; the bare page and the sign-in are in bench_pages.
MOST_TIMES, MOST_QUERIES, MOST_MS, FLAT = 8, 12, 150, 0.2


def manage(*words: str, url: str, folder: Path) -> str:
    """Run a command of the product on a database of its own and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    own = {"DATABASE_URL": url, "CORRIDOR_VAR": str(folder), "CORRIDOR_DEMO": "1", "TEXT_MODEL": "glossary"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**kept, **own, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=3000,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> list[dict[str, Any]]:
    """What bench_pages measured in markets that grow."""
    folder, share = tmp_path_factory.mktemp("load"), pytestconfig.getoption("--share")
    measured = []
    hasty = () if share == "full" else ("fsync=off", "full_page_writes=off")
    with cluster(*hasty) as server:
        where = {"url": server.url, "folder": folder}
        manage("prepare", "database", "tables", "demo", "static", **where)
        for seed, startups in enumerate(SIZES[share], 1):
            size = ("--startups", str(startups), "--investors", str(startups // 5), "--seed", str(seed))
            manage("seed_market", *size, "--clear", **where)
            manage("rank", **where)
            rounds = "400" if share == "full" else "5"
            measured.append(json.loads(manage("bench_pages", "--json", "--rounds", rounds, **where)))
    return measured


@pytest.fixture
def counts(share: Callable[..., int], tally: Tally) -> bool:
    """Whether times count: only where nothing else is asked of the machine, as in the full share."""
    judged = bool(share(small=0, full=1))
    if not judged:
        tally.measure("times not judged")
    return judged


def test_one_reader(found: list[dict[str, Any]], counts: bool, tally: Tally) -> None:
    for market in found:
        for person in PEOPLE:
            one = market[person]
            tally.check(one["queries"] <= MOST_QUERIES, f"{person}: {one['queries']} queries")
            tally.check(not counts or one["ratio"] <= MOST_TIMES, f"{person}: {one['ratio']} × a bare page")
            tally.measure(f"{market['startups']:,}: {one['list_p50_ms']} ms, {one['ratio']} ×")
    tally.settle()


def test_sixteen_readers(found: list[dict[str, Any]], counts: bool, tally: Tally) -> None:
    for market in found:
        for person in PEOPLE:
            many = market[person]["at_once"]
            tally.check(many["errors"] == 0, f"{person}: {many['errors']} errors")
            tally.check(not counts or many["p99_ms"] <= MOST_MS, f"{person}: p99 {many['p99_ms']} ms")
            tally.measure(f"{market['startups']:,}: p50 {many['p50_ms']}, p99 {many['p99_ms']} ms")
    tally.settle()


def test_the_size_of_the_market_does_not_matter(
    found: list[dict[str, Any]], counts: bool, tally: Tally
) -> None:
    """Both are told in bare pages, asked for in turn with them: the machine itself changes meanwhile."""
    for person in PEOPLE:
        times = [market[person]["list_p50_ms"] / market[person]["bare_p50_ms"] for market in found]
        change = times[-1] / times[0] - 1
        tally.check(not counts or abs(change) <= FLAT, f"{person}: {times} bare pages")
        tally.measure(f"{person} {change:+.0%}")
    tally.settle()
