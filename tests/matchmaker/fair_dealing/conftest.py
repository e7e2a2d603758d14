"""A founder and a partner who look at each other before they agree."""

from collections.abc import Callable

import pytest
from django.test import Client

from profiles.models import Startup, User
from tests.matchmaker.fair_dealing.pairs import Talks


@pytest.fixture
def talks(as_user: Callable[[User], Client], ayesha: User, startup: Startup, li_wei: User) -> Talks:
    return Talks(as_user(ayesha), as_user(li_wei), startup, li_wei.membership.investor, ayesha, li_wei)
