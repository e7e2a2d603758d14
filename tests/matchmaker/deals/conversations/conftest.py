"""Two companies that talk."""

import pytest

from matchmaker.models.introduction import IntroductionState
from tests.matchmaker.introduced import make_introduction


@pytest.fixture
def talk(startup, ayesha, investor):
    """Ayesha's startup and Li Wei's fund are both interested."""
    return make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
