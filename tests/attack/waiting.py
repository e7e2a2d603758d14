"""A site that tells which process answers, and answers when a test wants it to.

What the test has in hand is a folder, given as FOLDER. `/now` is answered at once, `/held/NAME` as soon as
the folder has a file NAME, and `/fours/NAME` four by four: none of four before all four have a thread.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.workers import gthread

FOLDER = Path(os.environ["FOLDER"])
PATIENCE = 20
# Whoever keeps a thread keeps it for the whole test: no test depends on how fast it is.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 60.0
util.close_graceful.__defaults__ = (60.0, 65_536)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the number of this process."""
    how, _slash, name = environ["PATH_INFO"].strip("/").partition("/")
    {"now": bool, "held": wait_for_file, "fours": wait_for_three}[how](name)
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def wait_for_file(name: str) -> None:
    """Wait until the test lets go."""
    wait_until((FOLDER / name).exists)


def wait_for_three(name: str) -> None:
    """Take the next place, one byte of a file, and wait until the places of its four are taken."""
    places = FOLDER / name
    with places.open("ab", buffering=0) as file:
        file.write(b".")
        place = file.tell()
    wait_until(lambda: places.stat().st_size >= place + -place % 4)


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait until `happened` is true, or too long."""
    end = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < end:
        time.sleep(0.002)
