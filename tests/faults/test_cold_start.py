"""A worker on a new machine ranks a small market at once, without compiling anything."""

import pytest
from django.conf import settings

from matchmaker.matching.ranking.services.market_state import memory
from matchmaker.models.ranking import Heartbeat
from tests.faults.test_kills import check_settled, database_url, edit, waiting
from tests.matchmaker import ranked
from tests.servers import wait_for, worker

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


@pytest.mark.deep  # engine/test_definition.py has that nothing is compiled, test_kills.py the worker
def test_edits_of_a_small_market_wait_for_no_compiler(tmp_path, broker, monkeypatch):
    monkeypatch.setattr(settings, "TEXT_MODEL", "glossary")
    memory.clear()
    startups, investors = ranked.make_market(12, 8)
    ranked.rank_whole()
    cache = tmp_path / "cache"
    environment = {
        "DATABASE_URL": database_url(),
        "PERIODIC_SECONDS": "1",
        "TEXT_MODEL": "glossary",
        "NUMBA_CACHE_DIR": str(cache),
    }
    server = worker(tmp_path / "worker.log", environment)
    server.start()
    try:
        wait_for(Heartbeat.objects.exists, seconds=120, what="The worker's first sign of life")
        for number, profile in enumerate([startups[0], investors[0], startups[1]]):
            edit(profile, number)
            wait_for(lambda: waiting() == 0, seconds=60, what="The edit's ranking")
        assert list(cache.rglob("*.nbi")) == []
        check_settled([*startups, *investors])
    finally:
        server.kill()
