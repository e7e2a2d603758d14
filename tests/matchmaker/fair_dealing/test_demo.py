"""The demonstration's companies answer, disagree and depend on somebody; once, and marked as demo."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from matchmaker.models import CheckAnswer, DisclosureRequest, FairTerms
from profiles.imports.demo.records import public_id_of
from profiles.models import Investor, Startup, User
from tests.matchmaker.fair_dealing import pairs
from tests.sealing import seal_and_verify

As = Callable[[User | None], Client]


@pytest.fixture
def _demo(db: None, settings: Any) -> None:
    settings.DEMO = True
    call_command("load_demo", "dealings", verbosity=0)


@pytest.mark.usefixtures("_demo")
def test_loading_twice_changes_nothing() -> None:
    sizes = [model.objects.count() for model in (CheckAnswer, DisclosureRequest, FairTerms)]
    call_command("load_demo", "dealings", verbosity=0)
    assert [model.objects.count() for model in (CheckAnswer, DisclosureRequest, FairTerms)] == sizes
    assert min(sizes) > 0
    assert seal_and_verify().holds


@pytest.mark.usefixtures("_demo")
def test_the_founder_reads_a_warning_what_differs_and_what_was_asked(as_user: As, settings: Any) -> None:
    ayesha = User.objects.get(email=settings.DEMO_ACCOUNTS["founder"])
    li_wei = User.objects.get(email=settings.DEMO_ACCOUNTS["investor"])
    startup = Startup.objects.get(public_id=public_id_of("startup", "paani-paimana"))
    investor = Investor.objects.get(public_id=public_id_of("investor", "chengsui-agritech"))
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    client, address = as_user(ayesha), f"/matches/{investor.public_id}/"

    page = client.get(f"{address}fair-dealing/").context["page"]
    terms = client.get(f"{address}terms/").context["page"]
    assert len(page.cards.disagreements) == 2
    assert page.disclosure.partner_asked_at is not None
    assert [row.label for row in terms.disagreements][:2] == ["Exclusivity", "Exclusive for, months"]
    depends = client.get("/startup/dependency/").context["dependency"]
    assert depends.partners[0].sole
