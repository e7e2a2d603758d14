"""What a process remembers between two tests must go: the databases of both look alike."""

import math
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from matchmaker.integrations.dispatch import breaker
from matchmaker.matching.ranking.services.market_state import memory


@pytest.fixture(autouse=True)
def _forget():
    memory.clear()
    breaker.trip()  # no test waits for a broker unless it says so
    yield
    memory.clear()
    breaker.reset()


@pytest.fixture
def investor(li_wei):
    return li_wei.membership.investor


@pytest.fixture
def together():
    """A function that runs two acts at the same moment on two connections and returns what they raised."""
    breaker.until = math.inf  # hints are held back for as long as it takes
    barrier = Barrier(2)

    def run(act):
        barrier.wait()
        try:
            act()
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        yield lambda *acts: [error for error in pool.map(run, acts) if error is not None]
        list(pool.map(run, [lambda: connection.close()] * 2))  # each thread its own
