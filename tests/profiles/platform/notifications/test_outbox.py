"""Mails are rows: written with what they tell, sent once, tried again, parked, forgotten once sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.admin import site
from django.core import mail as django_mail
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from matchmaker import tasks
from matchmaker.integrations import dispatch
from profiles.choices import ReviewOutcome, Status
from profiles.curation.reviews import services as reviews
from profiles.models import AuditRecord, OutboxMail
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from tests.factories import make_founder, make_startup
from tests.mails import ChoosyServer, delivered

pytestmark = pytest.mark.django_db

NOW = timezone.now()
PATH = "/invitations/secret/"


def enqueue(key: str = "1", to: str = "a@example.com", language: str = "en", at: datetime = NOW) -> None:
    context = {"company": "Indus Grow", "who": "Ayesha", "days": 14}
    message = Message(kind="team_ended", path=PATH, event=key, at=at, context=context)
    notifications.enqueue(message, to=to, language=language)


@pytest.fixture
def choosy(settings):
    ChoosyServer.opened = 0
    settings.EMAIL_BACKEND = "tests.mails.ChoosyServer"


@pytest.fixture
def dead(settings):
    settings.EMAIL_BACKEND = "tests.mails.DeadServer"


@pytest.fixture
def waiting(db):
    startup = make_startup("Waiting", status=Status.SUBMITTED, reviewed_at=None)
    make_founder("owner@example.com", startup)
    return startup


# --- Writing -----------------------------------------------------------------------------------------------


def test_a_mail_is_written_and_rolled_back_with_what_it_tells(waiting, sana):
    with transaction.atomic():
        reviews.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=NOW)
        reviews.notify_due(at=NOW + reviews.UNDO_TIME)
        row = OutboxMail.objects.get()
        assert (row.recipient, row.kind) == ("owner@example.com", "profile_approved")
        transaction.set_rollback(True)

    assert OutboxMail.objects.count() == 0
    assert delivered() == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Indus Grow on Corridor: you are no longer in the team"),
        ("zh-hans", "【Corridor】Indus Grow：您已不在该团队中"),
    ],
)
def test_a_mail_speaks_its_readers_language(language, subject):
    enqueue(language=language)
    row = OutboxMail.objects.get()
    assert (row.language, row.subject) == (language, subject)


def test_one_message_follows_the_commit_and_none_a_rollback(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", lambda task: sent.append(task) or True)
    with TestCase.captureOnCommitCallbacks(execute=True):
        enqueue("1")
        enqueue("2")
        assert sent == []
    assert sent == [dispatch.SEND_MAILS]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sent_at": NOW, "parked_at": NOW, "subject": "", "body": ""},
        {"sent_at": NOW},
        {"attempts": -1},
        {"key": "team_ended:other"},
    ],
    ids=["sent and parked", "sent with its words", "attempts below zero", "key twice"],
)
@pytest.mark.sqlite
def test_the_database_refuses(wrong):
    enqueue("other")
    enqueue("this")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.filter(key="team_ended:this").update(**wrong)


# --- Sending -----------------------------------------------------------------------------------------------


def test_a_mail_goes_out_once_and_its_words_are_forgotten():
    enqueue()
    assert [(sent.to, PATH in sent.body) for sent in delivered()] == [(["a@example.com"], True)]

    assert len(delivered()) == 1
    row = OutboxMail.objects.get()
    assert (row.subject, row.body, row.recipient, row.attempts) == ("", "", "a@example.com", 1)
    assert row.sent_at is not None


def test_after_ninety_days_it_is_forgotten_to_whom_a_mail_went():
    """The key stays: what was told once is not told again."""
    long_ago = NOW - notifications.KEPT - timedelta(seconds=1)
    for key, at in (("old", long_ago), ("young", long_ago + timedelta(days=1))):
        enqueue(key, at=at)
        notifications.send_due(at=at)
    notifications.forget_readers(at=NOW)
    recipients = OutboxMail.objects.order_by("pk").values_list("recipient", flat=True)
    assert list(recipients) == ["", "a@example.com"]
    enqueue("old")
    assert OutboxMail.objects.count() == 2


def test_the_message_names_a_task_that_sends():
    enqueue()
    assert tasks.send_mails.name == dispatch.SEND_MAILS
    tasks.send_mails()
    assert OutboxMail.objects.filter(sent_at=None).count() == 0


def test_a_batch_is_one_connection(choosy):
    for number in range(5):
        enqueue(str(number))
    assert len(delivered()) == 5
    assert ChoosyServer.opened == 1


@pytest.mark.sqlite
def test_a_mail_that_another_worker_holds_is_left_alone():
    enqueue()
    assert notifications.claim(at=NOW) is not None
    assert notifications.claim(at=NOW + notifications.LEASE / 2) is None
    again = notifications.claim(at=NOW + notifications.LEASE)
    assert again is not None
    assert again.attempts == 2


def test_a_repeat_after_a_kill_can_be_told_by_its_message_id(monkeypatch):
    enqueue("1")
    enqueue("2")

    def killed(*_arguments: Any, **_options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notifications, "_mark_sent", killed)
        with pytest.raises(SystemExit):
            notifications.send_due(at=NOW)
    ids = [sent.extra_headers["Message-ID"] for sent in delivered(at=NOW + notifications.LEASE)]
    assert (len(ids), len(set(ids))) == (3, 2)
    assert all(name.endswith("@corridor.example>") for name in ids)


@pytest.mark.attack
@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_two_workers_at_once_send_each_mail_once():
    for number in range(20):
        enqueue(str(number), to=f"p{number}@example.com")
    django_mail.outbox = []
    both = Barrier(2)

    def work(_worker: int) -> int:
        both.wait()
        try:
            return notifications.send_due(at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(work, range(2))) == 20
    assert len({sent.to[0] for sent in django_mail.outbox}) == len(django_mail.outbox) == 20
    assert OutboxMail.objects.filter(sent_at=None).count() == 0


# --- Failing -----------------------------------------------------------------------------------------------


def moments(row: OutboxMail) -> Iterator[tuple[int, timedelta]]:
    """Try until the mail is parked; yield each attempt and how long the mail waits after it."""
    at = NOW
    while row.parked_at is None:
        notifications.send_due(at=at)
        row.refresh_from_db()
        yield row.attempts, row.due_at - at
        at = row.due_at


def test_what_fails_waits_longer_each_time_and_is_parked_in_the_end(choosy):
    enqueue(to="nobody@example.com")
    row = OutboxMail.objects.get()
    waits = [round(wait.total_seconds()) for _attempt, wait in moments(row)]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]
    assert len(waits) == notifications.MOST_ATTEMPTS
    assert delivered(at=NOW + timedelta(days=9)) == []


def test_one_refused_address_stops_nobody_else(choosy):
    enqueue("1", to="nobody@example.com")
    enqueue("2", to="somebody@example.com")
    assert [sent.to for sent in delivered()] == [["somebody@example.com"]]


def test_the_reason_quotes_no_word_of_the_mail(choosy, caplog):
    enqueue(to="nobody@example.com")
    notifications.send_due(at=NOW)
    assert OutboxMail.objects.get().last_error == "SMTPDataError 550"
    assert PATH not in caplog.text
    assert "nobody@" not in caplog.text


def test_a_dead_server_is_asked_once_for_all(dead):
    for number in range(3):
        enqueue(str(number))
    assert notifications.send_due(at=NOW) == 0
    rows = OutboxMail.objects.order_by("pk")
    assert [row.attempts for row in rows] == [1, 0, 0]
    assert [row.due_at >= NOW + notifications.OUTAGE_PAUSE for row in rows] == [True] * 3


def test_a_mail_that_kills_its_worker_is_parked_too():
    enqueue()
    at = NOW
    for _attempt in range(notifications.MOST_ATTEMPTS):
        assert notifications.claim(at=at)
        at += notifications.LEASE
    assert notifications.claim(at=at) is None
    row = OutboxMail.objects.get()
    assert (row.parked_at, row.last_error) == (at, notifications.KILLED)


def test_the_admin_shows_no_word_of_a_mail(rf):
    page = site.get_model_admin(OutboxMail)
    shown = {*page.get_list_display(rf.get("/")), *page.get_fields(rf.get("/"))}
    assert shown & {"subject", "body"} == set()
    assert "recipient" in shown


def test_a_curator_sees_a_parked_mail_without_its_words_and_sends_it_again(choosy, sana, as_user):
    enqueue(to="nobody@example.com")
    row = OutboxMail.objects.get()
    list(moments(row))
    desk = as_user(sana)
    page = desk.get(reverse("runs")).content.decode()
    assert ("nobody@example.com" in page, "SMTPDataError 550" in page, PATH in page) == (True, True, False)
    button = reverse("mail_retry", args=[row.pk])
    assert button in page

    OutboxMail.objects.update(recipient="somebody@example.com")  # the cause is mended
    assert desk.post(button).headers["Location"] == reverse("runs")

    assert [sent.to for sent in delivered()] == [["somebody@example.com"]]
    assert AuditRecord.objects.get(action="mailed").subject == f"mail:{row.pk}"
    assert desk.post(button).status_code == 404
