"""A founder and a partner who look at each other before they agree."""

import pytest

from tests.matchmaker.deals.fair_dealing.pairs import Talks


@pytest.fixture
def talks(as_user, ayesha, startup, li_wei):
    return Talks(as_user(ayesha), as_user(li_wei), startup, li_wei.membership.investor, ayesha, li_wei)
