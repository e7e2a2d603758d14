"""The two addresses for whoever watches an installation."""

import signal
import time
from datetime import timedelta

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from matchmaker.models.ranking import RankingJob, Worker
from matchmaker.operations import services as operations
from matchmaker.operations.selectors import version
from profiles.models import OutboxMail
from tests.servers import Broker


@pytest.fixture
def own_broker(tmp_path, settings):
    """A broker of this test's own, which the site uses."""
    server = Broker(tmp_path)
    server.start()
    settings.REDIS_URL = server.url
    yield server
    server.kill()


def beat(seconds):
    """A worker showed life so long ago."""
    at = timezone.now() - timedelta(seconds=seconds)
    Worker.objects.create(name="celery@one", queues="celery, periodic, slow", seen_at=at)


def test_alive_without_database_or_broker(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})  # a probe asks by address
    assert client.get("/", headers={"host": "10.0.0.7:8000"}).status_code == 400
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_ready_when_all_parts_work(client, own_broker, settings):
    beat(1)
    settings.METRICS_TOKEN = "known-to-the-operator"
    answer = client.get("/readyz", headers={"authorization": "Bearer known-to-the-operator"})
    assert answer.status_code == 200
    state = answer.json()
    (worker,) = state.pop("workers")
    assert (worker["name"], worker["queues"]) == ("celery@one", "celery, periodic, slow")
    assert state.pop("free_bytes") > 0
    assert worker["age_seconds"] == state.pop("worker_age_seconds") == pytest.approx(1, abs=60)
    assert state == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "static": True,
        "files": True,
        "disk": True,
        "broker": True,
        "worker": True,
        "jobs": True,
        "oldest_job_age_seconds": None,
        "oldest_mail_age_seconds": None,
        "parked_mails": 0,
        "failing_tasks": [],
        "unserved_queues": [],
        "version": version(),
    }


@pytest.mark.django_db
def test_a_visitor_reads_no_name_of_a_worker_and_no_version(client, own_broker, settings):
    beat(1)
    for token in ("", "known-to-the-operator"):
        settings.METRICS_TOKEN = token
        for given in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer guessed"}):
            answers = [client.get(path, headers=given) for path in ("/healthz", "/readyz")]
            for answer in answers:
                assert answer.status_code == 200
                assert not {"workers", "version", "free_bytes"} & answer.json().keys()
                assert "celery@" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seen", "job", "wrong"),
    [
        ([], {"completed_version": 1}, ["worker"]),  # no worker has ever run
        ([60], {"completed_version": 1}, ["worker"]),  # it has said nothing for a minute
        ([1], {}, ["jobs"]),  # it lives, but a job has waited for an hour
        ([1], {"completed_version": 1}, []),
        ([1], {"parked_at": timezone.now()}, []),
    ],
)
def test_not_ready_names_the_part(client, own_broker, seen, job, wrong):
    for seconds in seen:
        beat(seconds)
    long_ago = timezone.now() - timedelta(hours=1)
    RankingJob.objects.create(side="startup", profile_id=1, requested_at=long_ago, **job)
    answer = client.get("/readyz", headers={"host": "10.0.0.7:8000"})  # a monitor asks by address
    state = answer.json()
    assert [name for name in ("database", "broker", "worker", "jobs") if not state[name]] == wrong
    assert (answer.status_code, state["status"]) == ((503, "not ready") if wrong else (200, "ready"))
    assert (state["oldest_job_age_seconds"] is None) == bool(job)


@pytest.mark.django_db
def test_a_machine_without_the_release_is_not_ready(client, own_broker, monkeypatch):
    beat(1)
    storage = ManifestStaticFilesStorage(location="/nowhere")
    monkeypatch.setattr("matchmaker.operations.selectors.staticfiles_storage", storage)
    MigrationRecorder(connection).migration_qs.filter(app="matchmaker").delete()
    answer = client.get("/readyz")
    state = answer.json()
    assert (answer.status_code, state["static"], state["migrations"]) == (503, False, False)


@pytest.mark.django_db
def test_a_queue_without_a_worker_is_told(client, own_broker, settings):
    def unserved():
        return client.get("/readyz").json()["unserved_queues"]

    beat(1)
    assert unserved() == []
    settings.WEBHOOKS = "on"
    assert unserved() == ["webhooks"]
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert unserved() == ["celery", "periodic", "slow", "webhooks"]


@pytest.mark.django_db
def test_workers_are_forgotten_after_a_day():
    now = timezone.now()
    operations.show_life("celery@gone", queues="celery", at=now - timedelta(days=2))
    operations.show_life("celery@one", queues="periodic", at=now - timedelta(seconds=9))
    operations.show_life("celery@one", queues="periodic", at=now)
    assert list(Worker.objects.values_list("name", "seen_at")) == [("celery@one", now)]


@pytest.mark.django_db
def test_mails_that_do_not_go_out_are_told_and_stop_nothing_else(client, own_broker):
    beat(1)
    now = timezone.now()
    OutboxMail.objects.create(key="1", created_at=now - timedelta(hours=1))
    OutboxMail.objects.create(key="2", created_at=now - timedelta(hours=9), parked_at=now)
    answer = client.get("/readyz")
    state = answer.json()
    assert (answer.status_code, state["parked_mails"]) == (200, 1)
    assert state["oldest_mail_age_seconds"] == pytest.approx(3600, abs=30)


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "frozen"])
def test_a_dead_or_frozen_broker_is_told_quickly(client, own_broker, trouble):
    beat(1)
    own_broker.signal(trouble)
    begun = time.monotonic()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)
    assert time.monotonic() - begun < 9  # it would wait for ever


def test_only_reading_is_allowed(client):
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]
