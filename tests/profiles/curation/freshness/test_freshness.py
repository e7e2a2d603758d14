"""A profile that no one confirms is asked about once, leaves the lists, and comes back with one click."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles.companies.steps.services import edit
from profiles.curation.freshness import services
from profiles.models import AuditRecord, Notice, OutboxMail, Startup, User
from profiles.signals import profile_changed

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def old(startup):
    """A startup that was confirmed 181 days ago."""
    Startup.objects.update(
        confirmed_on=(NOW - 181 * DAY).date(), submitted_at=NOW - 200 * DAY, reviewed_at=NOW - 199 * DAY
    )
    startup.refresh_from_db()
    return startup


@pytest.fixture
def ranked():
    """The companies that the ranking was told of."""
    told: list[int] = []

    def hear(*, pk: int, **_kwargs: Any) -> None:
        told.append(pk)

    profile_changed.connect(hear)
    yield told
    profile_changed.disconnect(hear)


def mails(user: User) -> list[str]:
    return list(OutboxMail.objects.filter(recipient=user.email).order_by("pk").values_list("kind", flat=True))


def sweep(*days: float) -> None:
    for day in days:
        for _again in range(2):
            services.ask_and_unlist(at=NOW + day * DAY)


def test_asked_once_then_off_the_lists_then_back_with_one_click(old, ayesha, as_user, ranked):
    client, page = as_user(ayesha), reverse("still_true")
    sweep(-2)
    assert mails(ayesha) == []
    sweep(0, 10, 29)
    assert mails(ayesha) == list(Notice.objects.values_list("kind", flat=True)) == ["still_true"]
    assert "within 30 days" in OutboxMail.objects.get().body
    assert page in OutboxMail.objects.get().body
    assert Startup.objects.published().count() == 1
    home = client.get(reverse("home")).content.decode()
    assert "Is your profile still up to date?" in home
    assert f'action="{page}"' in home

    sweep(30, 31)
    old.refresh_from_db()
    assert (old.status, old.is_published, Startup.objects.published().count()) == ("approved", False, 0)
    assert ranked == [old.pk]
    assert mails(ayesha) == ["still_true", "left_lists"]
    assert "hidden from match lists" in client.get(reverse("matches")).content.decode()
    assert "show it again" in client.get(reverse("home")).content.decode()
    assert "show it again" in client.get(page).content.decode()
    assert Startup.objects.published().count() == 0  # looking changes nothing

    assert client.post(page).status_code == 302
    old.refresh_from_db()
    assert (old.is_published, old.fresh_asked_at, old.confirmed_on) == (True, None, timezone.now().date())
    assert ranked == [old.pk, old.pk]
    sweep(100)
    assert len(mails(ayesha)) == 2
    done = (
        AuditRecord.objects.filter(action="confirmed").order_by("pk").values_list("details__done", flat=True)
    )
    assert list(done) == ["asked", "left", "confirmed"]


def test_an_answer_in_time_or_an_edit_of_what_was_checked_is_an_answer(old, ayesha):
    sweep(0)
    services.confirm(old, by=ayesha, at=NOW + DAY)
    sweep(60)
    assert Startup.objects.published().count() == 1
    Startup.objects.update(confirmed_on=(NOW - 181 * DAY).date())
    sweep(2)
    edit(old, changes={"capacity": 9}, by=ayesha, at=NOW + 3 * DAY)
    old.refresh_from_db()
    assert old.fresh_asked_at is not None  # how many requests one takes says nothing about what was stated
    edit(old, changes={"team_size": 12, "revenue": "pre"}, by=ayesha, at=NOW + 4 * DAY)
    old.refresh_from_db()
    assert old.fresh_asked_at is None
    sweep(40)
    assert mails(ayesha).count("still_true") == 2


def test_invented_companies_and_drafts_are_never_asked(old, ayesha):
    Startup.objects.update(is_demo=True)
    sweep(0, 40)
    Startup.objects.update(is_demo=False, status="draft")
    sweep(0, 40)
    assert mails(ayesha) == []
    assert not Startup.objects.filter(fresh_asked_at__isnull=False).exists()


def test_somebody_who_confirms_while_the_sweep_reads_is_not_taken_off(old, ayesha):
    sweep(0)
    late = Startup.objects.get()  # as the sweep has read it
    services.confirm(old, by=ayesha, at=NOW + 30 * DAY)
    services._unlist(late, at=NOW + 30 * DAY)
    assert Startup.objects.published().count() == 1
    assert mails(ayesha) == ["still_true"]
