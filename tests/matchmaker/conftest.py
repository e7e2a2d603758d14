"""What a process remembers between two tests must go: the databases of both look alike."""

from collections.abc import Iterator

import pytest

from matchmaker.integrations.task_hints import breaker
from matchmaker.matches.selectors.listing import stored_weights
from matchmaker.ranking.services.full_run import prepared_cache
from matchmaker.ranking.services.incremental import memory


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    memory.clear()
    stored_weights.cache_clear()
    breaker.trip()  # no test waits for a broker unless it says so
    prepared_cache.key, prepared_cache.prepared = None, None
    yield
    memory.clear()
    breaker.reset()
