"""The demonstration has lived: each of its people finds one request to answer, and one pair has agreed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.introductions.services import deadlines
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import IntroductionState
from profiles.audit.hash_chain import verify
from profiles.models import User

As = Callable[[User | None], Client]


@pytest.fixture
def _demo(db: None, settings: Any) -> None:
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    call_command("load_demo_introductions", verbosity=0)


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    ("person", "other"), [("founder", "Qiquan Irrigation"), ("investor", "Nehr Nigraan")]
)
def test_each_finds_one_request_to_answer(as_user: As, settings: Any, person: str, other: str) -> None:
    user = User.objects.get(email=settings.DEMO_ACCOUNTS[person])
    page = as_user(user).get(reverse("introductions"))
    assert other in page.content.decode()
    assert user.notices.filter(read_at=None).count() == 1


@pytest.mark.usefixtures("_demo")
def test_loading_twice_asks_once_and_nothing_is_due() -> None:
    call_command("load_demo_introductions", verbosity=0)
    deadlines.advance(at=timezone.now())
    states = sorted(Introduction.objects.values_list("state", flat=True))
    assert states == sorted([IntroductionState.ASKED, IntroductionState.ASKED, IntroductionState.MUTUAL])
    assert verify().holds
