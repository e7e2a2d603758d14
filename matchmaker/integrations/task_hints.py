"""Telling the worker that there is something to do. A hint may get lost: the rows are the truth.

A web request must not wait for a broker that is frozen or gone, so a hint gets one second and no second
try, and after a failure nobody tries for a while: the worker's sweep finds the work without a hint.
"""

import logging
import time

from kombu.exceptions import OperationalError

from matchmaker.celery import app

logger = logging.getLogger(__name__)

REFRESH = "matchmaker.tasks.refresh"
BLOCK = "matchmaker.tasks.block"
ADVANCE = "matchmaker.tasks.advance"
ADVISE = "matchmaker.tasks.advise"
MAILS = "matchmaker.tasks.send_mails"
SWEEP = "matchmaker.tasks.sweep"

PATIENCE = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry_on_timeout": False,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
QUIET_SECONDS = 5.0  # after a failure; the sweep comes as often
STALE_SECONDS = 60  # a hint that waited longer tells nothing that a sweep has not told


class Breaker:
    """Remembers per process until when no hint is tried."""

    until = 0.0

    def is_open(self) -> bool:
        """Return whether hints are held back."""
        return time.monotonic() < self.until

    def trip(self) -> None:
        """Hold hints back for a while."""
        self.until = time.monotonic() + QUIET_SECONDS

    def reset(self) -> None:
        """Let hints through again."""
        self.until = 0.0


breaker = Breaker()


def send(task: str, *arguments: int, expires: float = STALE_SECONDS) -> bool:
    """Send a hint and return whether the broker took it; a failure is logged, never raised."""
    if breaker.is_open():
        return False
    try:
        with app.connection_for_write(transport_options=PATIENCE, connect_timeout=1) as connection:
            app.send_task(
                task,
                args=arguments,
                connection=connection,
                retry=False,
                ignore_result=True,
                expires=expires,
            )
    except (OperationalError, OSError) as error:
        breaker.trip()
        logger.warning("No hint for %s, the sweep will find the work: %s", task, error)
        return False
    return True


def mails_wait() -> None:
    """Tell the worker that mails are due."""
    send(MAILS)
