"""The periodic tasks: each by itself, once an interval however many workers there are."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import Mock, call

import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker import tasks
from matchmaker.celery import app
from matchmaker.integrations import dispatch
from matchmaker.models.ranking import Heartbeat
from matchmaker.operations import services
from matchmaker.registry import MINUTE, PERIODIC_TASKS, PeriodicTask

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_every_periodic_task_does_its_work_on_an_empty_site():
    names = [task.name for task in PERIODIC_TASKS]
    assert [services.run_periodic(task, at=NOW) for task in PERIODIC_TASKS] == [True] * len(names)
    assert dict(Heartbeat.objects.values_list("name", "error")) == dict.fromkeys(names, "")


def test_an_idle_site_is_quiet(monkeypatch):
    """One message a period for all that is quick, and one for each slow task."""
    sent, timers = [], []
    monkeypatch.setattr(dispatch, "enqueue", lambda task, **_options: sent.append(task))
    queues = [SimpleNamespace(name=settings.PERIODIC_QUEUE)]
    timer = SimpleNamespace(call_repeatedly=lambda seconds, act, given: timers.append((seconds, act, given)))
    consumer = SimpleNamespace(task_consumer=SimpleNamespace(queues=queues), timer=timer)
    tasks.PeriodicTimer(consumer).start(consumer)
    assert set(sent) <= set(app.tasks)
    slow = services.periodic_tasks(is_slow=True)
    assert {tasks.celery_name(task) for task in slow} < set(sent)
    quick, messages = 60 / settings.PERIODIC_SECONDS, sum(60 / seconds for seconds, _act, _given in timers)
    assert quick <= messages < quick + len(slow)  # a minute


def test_one_message_starts_all_that_is_due_those_first_that_waited_longest():
    noted = Mock()
    known = [PeriodicTask(name, getattr(noted, name), MINUTE) for name in ("one", "other", "new", "fresh")]
    for name, seconds in (("one", 70), ("other", 90), ("fresh", 10)):
        Heartbeat.objects.create(name=name, at=NOW - timedelta(seconds=seconds))
    assert not services.run_due(known, at=NOW)
    assert noted.mock_calls == [call.new(at=NOW), call.other(at=NOW), call.one(at=NOW)]
    assert not services.run_due(known, at=NOW)
    assert len(noted.mock_calls) == 3


def test_what_takes_long_leaves_the_rest_to_another_message(monkeypatch):
    noted = Mock()
    known = [PeriodicTask(name, getattr(noted, name), MINUTE) for name in ("one", "other")]
    monkeypatch.setattr(services, "LONGEST_START", 0.0)
    assert services.run_due(known, at=NOW)
    assert services.run_due(known, at=NOW) is False
    assert noted.mock_calls == [call.one(at=NOW), call.other(at=NOW)]


def test_nothing_that_people_wait_for_stands_behind_what_takes_minutes():
    def queue(name):
        return app.amqp.router.route({}, name)["queue"].name

    slow = {
        name for name in app.tasks if name.startswith("matchmaker.") and queue(name) == settings.SLOW_QUEUE
    }
    periodic = ("compute_reports", "compare_companies", "index_missing", "count_search_words")
    assert {f"matchmaker.periodic.{name}" for name in periodic} < slow
    assert slow - {f"matchmaker.periodic.{name}" for name in periodic} == {
        f"matchmaker.tasks.{name}"
        for name in ("work_imports", "work_out", "compute_reports", "plan_missions", "work_on_selections")
    }
    assert queue("matchmaker.tasks.send_webhooks") == "webhooks"  # nor behind someone's slow server
    assert {queue(name) for name in (dispatch.RANK_EDITS, dispatch.SEND_MAILS, dispatch.ANSWER_ADVICE)} == {
        "celery"
    }


def test_a_task_starts_once_an_interval():
    noted = Mock()
    task = PeriodicTask("noted", noted, MINUTE)
    moments = [NOW + timedelta(seconds=seconds) for seconds in (0, 1, 30, 59, 61, 130)]
    assert [services.run_periodic(task, at=at) for at in moments] == [True, False, False, True, False, True]
    assert noted.mock_calls == [call(at=moments[at]) for at in (0, 3, 5)]


def test_a_task_that_fails_stops_no_other_and_is_told_until_it_succeeds(client):
    noted = Mock(side_effect=[ValueError("It is broken."), None])
    task = PeriodicTask("noted", noted, MINUTE)

    def failing():
        return client.get("/readyz").json()["failing_tasks"]

    assert services.run_periodic(task, at=NOW)
    assert Heartbeat.objects.get().error == "ValueError: It is broken."
    assert failing() == ["noted"]

    assert services.run_periodic(task, at=NOW + MINUTE)
    assert failing() == []
