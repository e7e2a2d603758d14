"""The dashboard names every queue with its age, and tells curators of them once a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.desk.today import services as service
from matchmaker.desk.today.kinds import TODAY
from matchmaker.models.ranking import RankingJob
from matchmaker.registry import QUEUES
from profiles.choices import Rhythm, Role, Status
from profiles.models import Notice, OutboxMail, User
from profiles.platform.notifications import services as notifications
from tests.factories import make_investor, make_startup, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
EIGHT = datetime(2026, 3, 2, 8, tzinfo=ZoneInfo(settings.TIME_ZONE))


def submitted(name, at):
    return make_startup(name, status=Status.SUBMITTED, submitted_at=at, reviewed_at=None)


def lines(client):
    """Return the queues in which something waits, as the dashboard shows them."""
    found = client.get(reverse("desk")).context["today"]["lines"]
    return [(str(each.queue.label), each.state.count, each.overdue_days, each.url) for each in found]


def test_every_kind_of_work_is_a_queue_that_one_click_opens(desk):
    today = desk.get(reverse("desk")).context["today"]
    named = {str(each.queue.label): each.url for each in [*today["lines"], *today["empty"]]}
    assert named.keys() >= {
        *("To review", "Edited", "Resubmitted", "Appeals", "First messages", "Reported messages"),
        *("Pilots to review", "Screening", "Unclaimed companies", "Asked to confirm"),
        *("Hidden until confirmed", "Failed jobs", "Failed emails", "More requests than they can answer"),
    }
    assert {desk.get(url).status_code for url in named.values()} == {200}


def test_what_waits_longer_than_its_queue_allows_is_called_overdue(sana, as_user):
    submitted("Old", NOW - timedelta(days=4, hours=1))
    submitted("New", NOW)
    RankingJob.objects.create(side=Side.STARTUP, profile_id=1, parked_at=NOW)
    client = as_user(sana)
    assert lines(client) == [
        ("To review", 2, 1, reverse("reviews") + "?queue=new"),
        ("Failed jobs", 1, 0, reverse("runs")),
    ]
    page = client.get(reverse("desk")).content.decode()
    words = " ".join(page.split())
    assert "overdue by 1 day</span>" in words
    assert ("within 3 days" in words, "within 1 day ·" in words) == (True, True)


def test_the_dashboard_costs_the_same_for_one_and_three(desk, same_queries):
    submitted("First", NOW)
    with same_queries() as one:
        desk.get(reverse("desk"))
    submitted("Second", NOW)
    make_investor("Third", status=Status.SUBMITTED, reviewed_at=None)
    with same_queries():
        desk.get(reverse("desk"))
    assert len(one) <= 60


def test_a_curator_is_told_once_a_day_in_the_own_language(sana, li_wei):
    User.objects.filter(pk=sana.pk).update(language="ur")
    submitted("Old", EIGHT - timedelta(days=5))
    early, later = EIGHT - timedelta(hours=3), EIGHT + timedelta(hours=5)
    service.notify_curators(at=EIGHT)
    service.notify_curators(at=later)
    mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.language, ": 1" in mail.body) == (sana.email, "ur", True)
    assert (Notice.objects.get().user, Notice.objects.get().path) == (sana, reverse("desk"))
    for at in (early + timedelta(days=1), EIGHT + timedelta(days=1)):
        service.notify_curators(at=at)
    assert OutboxMail.objects.count() == 2


def test_no_mail_where_nothing_waits_or_where_it_is_switched_off(sana, as_user):
    service.notify_curators(at=EIGHT)
    assert not Notice.objects.exists()
    client = as_user(sana)
    page = client.get(reverse("mail_settings"))
    chosen = {f"mails-{name}": field.initial for name, field in page.context["form"].fields.items()}
    client.post(reverse("mail_settings"), chosen | {"mails-today": "off"})
    assert notifications.switch_of(sana, TODAY).rhythm == Rhythm.OFF
    submitted("Old", EIGHT)
    service.notify_curators(at=EIGHT + timedelta(days=1))
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (1, 0)
    founder = as_user(make_user("founder@example.com", Role.STARTUP))
    assert "mails-today" not in founder.get(reverse("mail_settings")).content.decode()


def test_each_queue_that_a_mail_names_says_how_long_it_may_wait():
    assert all(each.target > timedelta() for each in QUEUES if each.target)
    assert sum(each.target is not None for each in QUEUES) >= 13
