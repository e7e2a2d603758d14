"""What a process remembers between two tests must go: the databases of both look alike."""

from collections.abc import Iterator

import pytest

from matchmaker.integrations.hints import breaker
from matchmaker.selectors.matches import points_of
from matchmaker.services.blocks import desk
from matchmaker.services.refresh import memory


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    memory.forget()
    points_of.cache_clear()
    breaker.trip()  # no test waits for a broker unless it says so
    desk.key, desk.prepared = None, None
    yield
    memory.forget()
    breaker.reset()
