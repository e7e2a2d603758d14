"""A startup and an investor that are both interested, and what they may propose."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.stages import services as stages
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.stage import StageKind
from tests.matchmaker.introduced import make_introduction


@pytest.fixture
def introduction(startup, investor, ayesha, li_wei):
    """Ayesha asked two weeks ago, and Li Wei was interested too."""
    at = timezone.now() - timedelta(days=14)
    return make_introduction(
        startup, investor, by=ayesha, state=IntroductionState.MUTUAL, at=at, answered_at=at
    )


def values(kind=StageKind.SAMPLE, doer="startup", step="We send three samples", days=7, **more):
    """Return what a form says of a stage."""
    today = timezone.localdate()
    return {
        "kind": kind,
        "since_on": today,
        "doer": doer,
        "next_step": step,
        "due_on": today + timedelta(days=days),
        **more,
    }


def propose(introduction, by, kind=StageKind.SAMPLE, *, at=None, **more):
    """Propose a stage for the person's side."""
    said = {"side": Side(by.role), "by": by, "at": at or timezone.now()}
    return stages.propose(introduction, values=values(kind, **more), **said)


def confirm(stage, by, *, at=None, **more):
    """Confirm it for the person's side."""
    return stages.confirm(stage, side=Side(by.role), by=by, at=at or timezone.now(), **more)
