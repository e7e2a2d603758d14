"""A startup and an investor that are both interested."""

import pytest
from django.utils import timezone

from matchmaker.models.introduction import IntroductionState
from tests.matchmaker.introduced import make_introduction


@pytest.fixture
def introduction(startup, investor, ayesha, li_wei):
    """Ayesha asked, and Li Wei is interested too."""
    at = timezone.now()
    return make_introduction(
        startup, investor, by=ayesha, state=IntroductionState.MUTUAL, at=at, answered_at=at
    )
