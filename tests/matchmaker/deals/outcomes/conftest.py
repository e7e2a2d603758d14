"""A startup and an investor that both said yes some months ago, and what they may record."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.models.introduction import IntroductionAct, IntroductionState, IntroductionStep
from profiles.models import PartnershipForm
from tests.matchmaker.introduced import make_introduction

MONTH = timedelta(days=31)


def agreed(startup, investor, *, by, at):
    """Return an introduction to which the investor said yes at a moment."""
    made = make_introduction(startup, investor, by=by, state=IntroductionState.MUTUAL, at=at, answered_at=at)
    IntroductionStep.objects.create(
        introduction=made, act=IntroductionAct.ACCEPT, source="asked", target="mutual", side="investor",
        by=by, at=at,
    )  # fmt: skip
    return made


@pytest.fixture
def introduction(startup, investor, ayesha, li_wei):
    return agreed(startup, investor, by=ayesha, at=timezone.now() - 4 * MONTH)


def values(kind="pilot", **more):
    """Return what a form says of an outcome."""
    said = {"kind": kind, "happened_on": timezone.localdate(), "words": "Forty meters on a canal", **more}
    if kind == "investment":
        said = {"form": PartnershipForm.objects.get(code="equity"), "amount": 250_000, **said}
    if kind == "agreement":
        said = {"form": PartnershipForm.objects.get(code="joint_venture"), **said}
    return said


def record(introduction, by, kind="pilot", *, at=None, **more):
    said = {"side": Side(by.role), "by": by, "at": at or timezone.now()}
    return outcomes.record_outcome(introduction, values=values(kind, **more), **said)


def answer(outcome, by, objection="", *, at=None, **more):
    said = {"side": Side(by.role), "by": by, "at": at or timezone.now()}
    return outcomes.answer_outcome(outcome, objection=objection, **said, **more)
