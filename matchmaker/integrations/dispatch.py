"""Sending a task to the worker. A message may get lost: the rows in the database are the truth."""

import logging
import time
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from django.db import connection, transaction
from kombu.exceptions import OperationalError

from matchmaker.celery import app

logger = logging.getLogger(__name__)

RANK_EDITS = "matchmaker.tasks.rank_edits"
RANK_MARKET = "matchmaker.tasks.rank_market"
ANSWER_ADVICE = "matchmaker.tasks.answer_advice"
CHECK_FILES = "matchmaker.tasks.check_files"
DRAW_DECKS = "matchmaker.tasks.draw_decks"
READ_REPLIES = "matchmaker.tasks.read_replies"
SEND_MAILS = "matchmaker.tasks.send_mails"
RUN_DUE = "matchmaker.periodic.run_due"
COMPUTE_REPORTS = "matchmaker.tasks.compute_reports"
WORK_IMPORTS = "matchmaker.tasks.work_imports"
TELL_PROGRAMMES = "matchmaker.tasks.tell_programmes"

PATIENCE = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry_on_timeout": False,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
# A message takes a dozen answers and a look-up of the broker's name. PATIENCE limits each; this limits all.
LONGEST_SEND = 2.0
QUIET_SECONDS = 5.0  # after a failure
STALE_SECONDS = 60  # a message that waited longer is dropped: periodic tasks have found its work


class Breaker:
    until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def trip(self) -> None:
        self.until = time.monotonic() + QUIET_SECONDS

    def reset(self) -> None:
        self.until = 0.0


breaker = Breaker()


def enqueue(task: str, *arguments: int, expires: float = STALE_SECONDS) -> bool:
    """Send a task and return whether the broker took it; a failure is logged, never raised."""
    if breaker.is_open():
        return False
    answer = SimpleQueue[Exception | None]()
    send = partial(copy_context().run, _send, task, arguments, expires, answer)
    Thread(target=send, daemon=True).start()
    error: Exception | None = None
    try:
        error = answer.get(timeout=LONGEST_SEND)
    except Empty:
        error = TimeoutError(f"no answer in {LONGEST_SEND:g} s")
    if error and not isinstance(error, OperationalError | OSError):
        raise error
    if error:
        breaker.trip()
        logger.warning("%s was not sent, a periodic task will find the work: %s", task, error)
    return error is None


def _send(
    task: str, arguments: tuple[int, ...], expires: float, answer: "SimpleQueue[Exception | None]"
) -> None:
    try:
        with app.connection_for_write(transport_options=PATIENCE, connect_timeout=1) as broker:
            app.send_task(
                task, args=arguments, connection=broker, retry=False, ignore_result=True, expires=expires
            )
    except Exception as error:
        answer.put(error)
    else:
        answer.put(None)


def enqueue_on_commit(task: str) -> None:
    """Send a task when the transaction commits: once, however often the transaction asks for it."""
    waiting = [getattr(entry[1], "args", ()) for entry in connection.run_on_commit]
    if (task,) not in waiting:
        transaction.on_commit(partial(enqueue, task))
