"""Who takes part in a mission."""

import pytest

from tests import factories


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
