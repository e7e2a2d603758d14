"""The broker is dead, frozen or slow: a save that sends several tasks is done in three seconds."""

import signal
import socket
import threading
import time
from contextlib import suppress

import pytest
from django.db import transaction

from matchmaker.integrations import dispatch
from tests.servers import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
LONGEST = 3.0  # seconds
TASKS = (dispatch.RANK_EDITS, dispatch.SEND_MAILS, dispatch.CHECK_FILES, dispatch.TELL_PROGRAMMES)


def save():
    """Commit a transaction that tells the worker of its tasks; return the seconds."""
    begun = time.monotonic()
    with transaction.atomic():
        for task in TASKS:
            dispatch.enqueue_on_commit(task)
    return time.monotonic() - begun


class Relay:
    """A way to the broker on which each answer takes its time, as from a machine that is about to fail."""

    def __init__(self, broker, seconds):
        self.broker, self.seconds = broker, seconds
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            with suppress(OSError):
                asking, _address = self.listener.accept()
                telling = socket.socket(socket.AF_UNIX)
                telling.connect(str(self.broker.socket))
                for source, target, seconds in ((asking, telling, 0), (telling, asking, self.seconds)):
                    threading.Thread(target=self.pass_on, args=(source, target, seconds), daemon=True).start()

    def pass_on(self, source, target, seconds):
        with suppress(OSError), source, target:
            while passed := source.recv(65536):
                time.sleep(seconds)
                target.sendall(passed)


@pytest.fixture
def asked(broker, monkeypatch):
    """Send tasks to another address; return a function that takes it."""
    yield lambda url: monkeypatch.setenv("CELERY_BROKER_WRITE_URL", url)
    dispatch.breaker.reset()


def test_a_broker_that_answers_slowly(broker, asked):
    """No answer takes the second after which a client gives up, but each message needs many."""
    relay = Relay(broker, 0.8)
    asked(relay.url)
    assert save() < LONGEST
    assert save() < LONGEST


@pytest.mark.parametrize("trouble", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "frozen"])
def test_a_broker_that_dies_between_two_saves(broker, trouble):
    assert save() < LONGEST
    broker.signal(trouble)
    assert max(save() for _time in range(3)) < LONGEST
    broker.signal(signal.SIGCONT) if trouble == signal.SIGSTOP else broker.restart()
    dispatch.breaker.reset()
    wait_for(lambda: dispatch.enqueue(dispatch.SEND_MAILS), seconds=10, what="A message that arrives")
