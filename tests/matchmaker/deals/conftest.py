"""Two companies that talk, and acts at the same moment on what they have with each other."""

import pytest
from django.utils import timezone

from matchmaker.transitions import NotOpenError, TransitionRefusedError
from profiles.models import LimitBucket
from profiles.refusals import RefusedError
from tests.matchmaker.introduced import make_introduction
from tests.sealing import seal_and_verify


@pytest.fixture
def talk(startup, ayesha, investor):
    """Ayesha's startup and Li Wei's fund are both interested."""
    return make_introduction(startup, investor, by=ayesha, state="mutual")


@pytest.fixture
def introduction(startup, ayesha, investor):
    """Ayesha asked, and Li Wei was interested at that moment."""
    at = timezone.now()
    return make_introduction(startup, investor, by=ayesha, state="mutual", at=at, answered_at=at)


@pytest.fixture
def race(together, rounds, tally):
    """A function that runs each two acts at once, and returns what went wrong."""

    def run(pairs, begin, act, illegal, *, then=lambda: None):
        wrong = {}
        for first, second in pairs:
            tally.count(rounds)
            for _round in range(rounds):
                LimitBucket.objects.all().delete()
                begin(first, second)
                refusals = (RefusedError, NotOpenError, TransitionRefusedError)
                raised = together(act(first), act(second))
                faults = [repr(error) for error in raised if not isinstance(error, refusals)]
                then()
                for fault in [*faults, *illegal(first, second)]:
                    key = f"{first}, {second}: {fault.splitlines()[0][:120]}"
                    wrong[key] = wrong.get(key, 0) + 1
        assert seal_and_verify().holds
        return wrong

    return run
