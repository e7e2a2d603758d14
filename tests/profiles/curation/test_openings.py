"""Curators read bands; the exact amounts after a reason, which the owner reads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.choices import Role, Status
from profiles.models import AuditRecord, Startup, User
from profiles.visibility import services as visibility
from tests.factories import make_founder, make_startup, make_user

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
LOW, HIGH = "212,345", "487,654"


@pytest.fixture
def waiting(db: None) -> Startup:
    """A startup that waits for review and asks for amounts that no band begins or ends with."""
    asks = {"ask_min": 212_345, "ask_max": 487_654, "ask_min_usd": 212_345, "ask_max_usd": 487_654}
    return make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None, **asks)


def page(client: Client, startup: Startup) -> str:
    found: str = client.get(reverse("review", args=["startup", startup.public_id])).content.decode()
    return found


def test_amounts_open_with_a_reason_that_the_owner_reads(waiting: Startup, sana: User, as_user: As) -> None:
    desk, owner = as_user(sana), as_user(make_founder("owner@example.com", waiting))
    before = page(desk, waiting)
    assert (LOW in before, HIGH in before, before.count("in the band USD")) == (False, False, 1)
    row = before.partition("in the band USD")[0].rpartition("<li>")[2]
    assert '<p class="review-label">amount asked for</p>' in row

    address = reverse("review_open", args=["startup", waiting.public_id])
    desk.post(address, {"reason": " "})
    assert LOW not in page(desk, waiting)
    assert not AuditRecord.objects.exists()

    desk.post(address, {"reason": "The round looks too large for the stage."})
    after = page(desk, waiting)
    assert (LOW in after, HIGH in after, "in the band" in after) == (True, True, False)
    record = AuditRecord.objects.get()
    assert (record.action, record.actor) == ("viewed", sana)
    told = owner.get(reverse("startup_status")).content.decode()
    assert "The round looks too large for the stage." in told
    assert sana.email not in told


def test_it_holds_for_one_curator_and_one_day(waiting: Startup, sana: User, as_user: As) -> None:
    other = as_user(make_user("other@example.com", Role.CURATOR))
    now = timezone.now()
    visibility.open_restricted(waiting, reason="Yesterday's.", by=sana, at=now - timedelta(hours=25))
    assert LOW not in page(as_user(sana), waiting)
    visibility.open_restricted(waiting, reason="Today's.", by=sana, at=now)
    assert LOW in page(as_user(sana), waiting)
    assert LOW not in page(other, waiting)


def test_an_edit_within_the_band_is_noticed_without_being_read(
    waiting: Startup, sana: User, as_user: As
) -> None:
    desk = as_user(sana)
    address = reverse("review", args=["startup", waiting.public_id])
    seen = desk.get(address).context["seen"]
    Startup.objects.filter(pk=waiting.pk).update(ask_min=212_346, ask_max=487_655)
    answer = desk.post(address, {"outcome": "approved", "seen": seen})
    assert answer.status_code == 409
    assert [change.label for change in answer.context["changes"]] == ["amount asked for"]
    assert "212,34" not in answer.content.decode()
