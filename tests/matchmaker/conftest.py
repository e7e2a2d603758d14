"""What a process remembers between two tests must go: the databases of both look alike."""

from collections.abc import Iterator

import pytest

from matchmaker.integrations.task_hints import breaker
from matchmaker.matches.selectors.listing import points_of
from matchmaker.ranking.services.full_run import desk
from matchmaker.ranking.services.incremental import memory


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    memory.forget()
    points_of.cache_clear()
    breaker.trip()  # no test waits for a broker unless it says so
    desk.key, desk.prepared = None, None
    yield
    memory.forget()
    breaker.reset()
