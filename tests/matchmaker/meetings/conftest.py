"""A startup and an investor that are both interested."""

import pytest
from django.utils import timezone

from matchmaker.models import Introduction
from matchmaker.models.introduction_table import IntroductionState
from profiles.models import Investor, Startup, User
from tests.matchmaker.introduced import make_introduction


@pytest.fixture
def introduction(startup: Startup, investor: Investor, ayesha: User, li_wei: User) -> Introduction:
    """Ayesha asked, and Li Wei is interested too."""
    at = timezone.now()
    return make_introduction(
        startup, investor, by=ayesha, state=IntroductionState.MUTUAL, at=at, answered_at=at
    )
