"""What a process remembers between two tests must go: the databases of both look alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
def same_queries():
    """A context that takes as many queries each time that a test enters it."""
    counts = []

    @contextmanager
    def counted():
        with CaptureQueriesContext(connection) as queries:
            yield
        counts.append(len(queries))
        assert counts[-1] == counts[0]

    yield counted
    assert len(counts) > 1, "there was nothing to compare with"


@pytest.fixture
def together():
    """A function that runs two acts at the same moment on two connections and returns what they raised."""
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
