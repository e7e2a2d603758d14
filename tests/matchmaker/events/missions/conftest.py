"""Who takes part in a mission."""

import pytest

from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf


@pytest.fixture
def host(li_wei):
    """The organiser's investor."""
    return li_wei.membership.investor


@pytest.fixture
def guests(startup, ayesha):
    """Two founders and two people of investors, each with a company."""
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    others = [
        factories.make_partner(f"guest{number}@example.com", factories.make_investor(f"Guest {number}"))
        for number in (1, 2)
    ]
    return [ayesha, rival, *others]


@pytest.fixture
def today(startup, ayesha, li_wei):
    """Ayesha's and Li Wei's delegations on the day."""
    made = DayOf()
    made.ours, made.theirs = made.delegation(startup), made.delegation(li_wei.membership.investor)
    return made


@pytest.fixture
def organiser(today, as_user):
    """The browser of the one who organises the mission of today."""
    return as_user(today.host)
