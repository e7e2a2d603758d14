"""What an operator reads of requests and tasks: one line each, with a number and without an address."""

import json
import logging
import re
from io import StringIO

import pytest
from django.conf import settings
from django.urls import reverse
from structlog.contextvars import bind_contextvars, clear_contextvars

from matchmaker.celery import app
from matchmaker.choices import RunState
from matchmaker.models.ranking import RankingJob, RankingRun, Worker
from matchmaker.operations import logs
from matchmaker.operations.services import periodic_tasks
from matchmaker.tasks import celery_name
from tests import factories
from tests.factories import MOMENT
from tests.house.tree import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """A function that returns the lines written so far, as production writes them."""
    written = StringIO()
    config = {**settings.LOGGING["formatters"]["json"]}
    formatter = logging.config.DictConfigurator({"version": 1}).configure_custom(config)
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_one_line_without_its_address(lines, ayesha, founder):
    answer = founder.get("/search/?q=our+secret+plan", headers={"X-Request-ID": "of-the-proxy-1"})
    (line,) = lines()
    expected = {"event": "request", "level": "info", "logger": "corridor", "method": "GET", "status": 200}
    expected |= {"route": "search/", "user": str(ayesha.pk), "request_id": "of-the-proxy-1"}
    assert {name: line[name] for name in expected} == expected
    assert set(line) - set(expected) == {"ms", "timestamp"}
    assert answer.headers["X-Request-ID"] == "of-the-proxy-1"


def test_a_number_that_is_none_is_replaced(client):
    answer = client.get("/healthz", headers={"X-Request-ID": 'x" onclick="'})
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("path", "status", "level"), [("/readyz", 503, "info"), ("/no/such/page/secret", 404, "info")]
)
def test_what_is_no_fault_is_no_error(lines, client, path, status, level):
    assert client.get(path).status_code == status
    (line,) = lines()
    assert (line["status"], line["level"]) == (status, level)
    assert "secret" not in json.dumps(line)


def test_a_page_that_fails_leaves_its_traceback_without_its_address(lines, client, monkeypatch):
    def fail(_at):
        password = "of-somebody"
        raise ValueError(len(password))

    monkeypatch.setattr("profiles.people.accounts.selectors.invitation_of", fail, raising=False)
    monkeypatch.setattr("matchmaker.operations.views.timezone.now", lambda: fail(0))
    client.raise_request_exception = False
    assert client.get(reverse("readyz") + "?token=secret").status_code == 500
    found = lines()
    assert [(line["event"], line["level"]) for line in found] == [
        ("Internal server error: readyz", "error"),
        ("request", "error"),
    ]
    assert "ValueError" in found[0]["exception"]
    assert "secret" not in json.dumps(found)


def test_a_task_has_the_number_of_the_request_that_asked_for_it(lines):
    headers = {}
    bind_contextvars(request_id="the-request")
    logs.number_task(headers=headers)
    clear_contextvars()
    task = app.tasks["matchmaker.tasks.send_mails"]
    task.push_request(id="the-task", **headers)
    logs.begin_task(task=task, task_id="the-task")
    logging.getLogger("profiles").info("Within.")
    logs.end_task(task=task, state="SUCCESS")
    task.pop_request()
    within, line = lines()
    assert (within["event"], within["task_id"], within["request_id"]) == (
        "Within.",
        "the-task",
        "the-request",
    )
    assert (line["event"], line["task"], line["state"]) == ("task", task.name, "SUCCESS")


def test_periodic_tasks_are_silent_until_one_fails(lines):
    task = app.tasks[celery_name(periodic_tasks(is_slow=True)[0])]
    for state in ("SUCCESS", "FAILURE"):
        logs.begin_task(task=task, task_id="1")
        logs.end_task(task=task, state=state)
    assert [line["state"] for line in lines()] == ["FAILURE"]


class TestMetrics:
    def figures(self, client, known):
        return client.get("/metrics", headers={"Authorization": f"Bearer {known}"})

    def test_who_knows_the_token_reads_requests_and_what_waits(self, client, settings):
        settings.METRICS_TOKEN = "of-the-operator"
        startup = factories.make_startup()
        client.get(f"/matches/{startup.public_id}/")
        answer = self.figures(client, "of-the-operator")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert 'corridor_requests_total{method="GET",route="matches/<slug:public_id>/",status="302"}' in text
        assert "corridor_parked_mails 0.0" in text
        assert "corridor_worker 0.0" in text
        assert startup.public_id not in text

    def test_monitoring_asks_each_machine_by_address(self, client, settings):
        settings.METRICS_TOKEN, settings.ALLOWED_HOSTS = "of-the-operator", ["corridor.example"]
        told = {"host": "10.0.0.7:8000", "Authorization": "Bearer of-the-operator"}
        assert client.get("/metrics", headers=told).status_code == 200
        assert client.get("/metrics", headers=told | {"Authorization": "Bearer guessed"}).status_code == 400

    def test_the_dashboard_shows_what_there_is(self, client, settings):
        settings.METRICS_TOKEN = "of-the-operator"
        RankingRun.objects.create(state=RunState.DONE, finished_at=MOMENT)
        RankingJob.objects.create(side="startup", profile_id=1)
        Worker.objects.create(name="work@one", queues="celery", seen_at=MOMENT)
        client.get("/healthz")
        given = set(
            re.findall(r"^(corridor_\w+)", self.figures(client, "of-the-operator").content.decode(), re.M)
        )
        shown = set(re.findall(r"corridor_\w+", (ROOT / "deploy" / "grafana.json").read_text()))
        assert len(shown) > 10
        assert shown - given == {"corridor_oldest_mail_age_seconds"}  # no mail waits here

    def test_for_others_there_is_no_such_page(self, client, settings):
        assert self.figures(client, "").status_code == 404  # no token is set
        settings.METRICS_TOKEN = "of-the-operator"
        assert self.figures(client, "guessed").status_code == 404
        assert client.get("/metrics").status_code == 404
