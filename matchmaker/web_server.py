"""The web server's own answers: what gunicorn says to requests that never reach Django.

Used as `gunicorn -k matchmaker.web_server.Worker`. gunicorn has no setting for the headers of these answers.
"""

import socket

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

HEADERS = (
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
    "Referrer-Policy: same-origin",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
)


def write_error(sock: socket.socket, status: int, reason: str, _message: str) -> None:
    """Answer with status and reason, the headers of every page, and no word of what was sent."""
    body = f"{status} {reason}\n"
    lines = (f"HTTP/1.1 {status} {reason}", *HEADERS, f"Content-Length: {len(body)}", "", body)
    util.write_nonblock(sock, "\r\n".join(lines).encode("latin1"))


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with threads, with our answers to what it cannot read."""

    def init_process(self) -> None:
        """Begin to serve."""
        util.write_error = write_error
        super().init_process()
