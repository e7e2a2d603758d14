"""List, match page and home under load: `manage.py bench_pages` on PostgreSQL, against its goals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matchmaker.management.commands.bench_pages import MOST_P50_MS, MOST_P99_MS, MOST_QUERIES
from tests.faults.test_run import OURS
from tests.postgres import cluster
from tests.servers import ROOT

pytestmark = [pytest.mark.load, pytest.mark.deep]
SIZES = (1_000, 20_000)


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
def found(tmp_path_factory):
    """What bench_pages measured in markets that grow."""
    folder, measured = tmp_path_factory.mktemp("load"), []
    with cluster() as server:
        where = {"url": server.url, "folder": folder}
        manage("prepare", "database", "tables", "demo", "static", **where)
        for seed, startups in enumerate(SIZES, 1):
            size = ("--startups", str(startups), "--investors", str(startups // 5), "--seed", str(seed))
            manage("seed_market", *size, "--clear", **where)
            manage("rank", **where)
            measured.append(json.loads(manage("bench_pages", "--json", "--rounds", "400", **where)))
    return measured


def test_one_reader(found, tally):
    for market in found:
        for page, one in market["pages"].items():
            most = MOST_QUERIES[page.split()[1]]
            tally.check(one["queries"] <= most, f"{page}: {one['queries']} queries")
            tally.check(one["p50_ms"] <= MOST_P50_MS, f"{page}: {one['p50_ms']} ms")
        slowest = max(one["p50_ms"] for one in market["pages"].values())
        tally.measure(f"{market['startups']:,}: at most {slowest} ms")
    tally.settle()


def test_sixteen_readers(found, tally):
    for market in found:
        for page, many in market["pages"].items():
            tally.check(many["errors"] == 0, f"{page}: {many['errors']} errors")
            tally.check(many["readers_p99_ms"] <= MOST_P99_MS, f"{page}: p99 {many['readers_p99_ms']} ms")
        slowest = max(one["readers_p99_ms"] for one in market["pages"].values())
        tally.measure(f"{market['startups']:,}: at most p99 {slowest} ms")
    tally.settle()


def test_the_size_of_the_market_does_not_matter(found, tally):
    for page in found[0]["pages"]:
        counted = [market["pages"][page]["queries"] for market in found]
        tally.check(len(set(counted)) == 1, f"{page}: {counted} queries")
    tally.settle()
