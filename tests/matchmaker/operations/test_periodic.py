"""The periodic tasks: each by itself, once an interval however many workers there are."""

from datetime import timedelta
from unittest.mock import Mock, call

import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker import tasks
from matchmaker.celery import app
from matchmaker.integrations import dispatch
from matchmaker.models.ranking import Heartbeat
from matchmaker.operations import services
from matchmaker.operations.services import MINUTE, PERIODIC_TASKS, PeriodicTask

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_every_periodic_task_does_its_work_on_an_empty_site():
    names = [task.name for task in PERIODIC_TASKS]
    assert [services.run_periodic(task, at=NOW) for task in PERIODIC_TASKS] == [True] * len(names)
    assert dict(Heartbeat.objects.values_list("name", "error")) == dict.fromkeys(names, "")


def test_celery_knows_every_periodic_task_by_its_name():
    assert {tasks.celery_name(task) for task in PERIODIC_TASKS} < set(app.tasks)


def test_nothing_that_people_wait_for_stands_behind_what_takes_minutes():
    def queue(name):
        return app.amqp.router.route({}, name)["queue"].name

    slow = {
        name for name in app.tasks if name.startswith("matchmaker.") and queue(name) == settings.SLOW_QUEUE
    }
    assert slow == {f"matchmaker.{name}" for name in settings.SLOW_TASKS}
    assert {dispatch.WORK_IMPORTS, dispatch.WORK_OUT, dispatch.COMPUTE_REPORTS} < slow
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
