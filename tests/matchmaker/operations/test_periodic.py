"""The periodic tasks: each by itself, once an interval however many workers there are."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matchmaker import tasks
from matchmaker.celery import app
from matchmaker.models import Heartbeat
from matchmaker.operations import services
from matchmaker.operations.services import MINUTE, PERIODIC_TASKS, PeriodicTask

pytestmark = pytest.mark.django_db

NOW = timezone.now()


class Noted:
    """A task that notes when it runs, and fails while it is told to."""

    def __init__(self) -> None:
        self.ran: list[datetime] = []
        self.fails = False

    def __call__(self, *, at: datetime) -> None:
        self.ran.append(at)
        if self.fails:
            raise ValueError("It is broken.")


def test_every_periodic_task_does_its_work_on_an_empty_site() -> None:
    names = [task.name for task in PERIODIC_TASKS]
    assert [services.run_periodic(task, at=NOW) for task in PERIODIC_TASKS] == [True] * len(names)
    assert dict(Heartbeat.objects.values_list("name", "error")) == dict.fromkeys(names, "")


def test_celery_knows_every_periodic_task_by_its_name() -> None:
    assert {tasks.celery_name(task) for task in PERIODIC_TASKS} < set(app.tasks)


def test_a_task_starts_once_an_interval() -> None:
    noted = Noted()
    task = PeriodicTask("noted", noted, MINUTE)
    moments = [NOW + timedelta(seconds=seconds) for seconds in (0, 1, 30, 59, 61, 130)]
    assert [services.run_periodic(task, at=at) for at in moments] == [True, False, False, True, False, True]
    assert noted.ran == [moments[0], moments[3], moments[5]]


def test_a_task_that_fails_stops_no_other_and_is_told_until_it_succeeds(client: Client) -> None:
    noted = Noted()
    noted.fails = True
    task = PeriodicTask("noted", noted, MINUTE)

    def failing() -> list[str]:
        return client.get("/readyz").json()["failing_tasks"]

    assert services.run_periodic(task, at=NOW)
    assert Heartbeat.objects.get().error == "ValueError: It is broken."
    assert failing() == ["noted"]

    noted.fails = False
    assert services.run_periodic(task, at=NOW + MINUTE)
    assert failing() == []
