"""A whole re-ranking by two workers that share nothing but the database and the broker."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from matchmaker.models import Heartbeat, Ranking, RankingBlock, RankingRun
from matchmaker.ranking.services.market_state import memory
from tests.faults.test_kills import database_url
from tests.matchmaker import ranked
from tests.servers import ROOT, Broker, Server, wait_for

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("workers share nothing"),
]


@pytest.fixture
def two_workers(tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Server]]:
    """Two workers, each in a working directory and with a data folder of its own."""
    monkeypatch.setattr(settings, "TEXT_MODEL", "glossary")
    memory.clear()
    ranked.make_market(24, 10)
    ranked.rank_whole()  # or the workers' first sweep asks for a run of its own
    Ranking.objects.all().delete()
    servers = []
    for name in ("one", "two"):
        home = tmp_path / name
        home.mkdir()
        environment = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker.url,
            "CORRIDOR_VAR": str(home),
            "PYTHONPATH": str(ROOT),
            "TEXT_MODEL": "glossary",
            "SWEEP_SECONDS": "1",
        }
        command = [sys.executable, "-m", "celery", "-A", "matchmaker", "worker", "-n", f"{name}@%h"]
        servers.append(
            Server(
                [*command, "--without-gossip", "--without-mingle"],
                log=home / "log",
                environment=environment,
                cwd=home,
            )
        )
        servers[-1].start()
    yield servers
    for server in servers:
        server.kill()


def rank_in_blocks() -> RankingRun:
    """Let the workers rank the market, one startup a block, and return the finished run."""
    call_command("rank", wait=True, blocks=1, verbosity=0)
    return RankingRun.objects.latest("pk")


def test_two_workers_rank_together(two_workers: list[Server]) -> None:
    wait_for(lambda: Heartbeat.objects.count() >= 1, seconds=120, what="A worker's first sign of life")
    rank_in_blocks()
    assert Ranking.objects.count() == 34
    assert ranked.rank_whole().changed_rows == 0  # one process alone finds the same bytes


def test_a_worker_killed_in_the_middle_costs_its_block(two_workers: list[Server]) -> None:
    wait_for(lambda: Heartbeat.objects.count() >= 1, seconds=120, what="A worker's first sign of life")

    def kill_when_half_done() -> None:
        wait_for(
            lambda: RankingBlock.objects.filter(done_at__isnull=False).count() >= 6,
            seconds=120,
            what="The sixth block",
        )
        two_workers[1].kill()
        # What it held would be free after its lease, for which nobody needs to wait here.
        for held in (RankingBlock, RankingRun):
            held.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())
        connection.close()

    killer = threading.Thread(target=kill_when_half_done)
    killer.start()
    run = rank_in_blocks()
    killer.join()
    assert run.error == ""
    assert ranked.rank_whole().changed_rows == 0  # one process alone finds the same bytes
