"""The web server: its own answers to requests that never reach Django, and how its processes share the work.

Used as `gunicorn -k matchmaker.web_server.Worker`. gunicorn has no setting for either.
"""

import socket
from concurrent.futures import Future
from typing import Any

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
    """gunicorn's worker with threads, with our answers to what it cannot read.

    A process takes on no more than it has threads for, so that no reader waits here while another process is
    idle: new connections stay in the kernel's queue, where every process finds them, and a connection that
    would tie its reader to a busy process is closed with the answer.
    """

    in_hand = 0  # requests given to the threads and not finished; changed by the main thread only

    def init_process(self) -> None:
        """Begin to serve."""
        util.write_error = write_error
        super().init_process()

    @property
    def busy(self) -> bool:
        """Whether no thread is free."""
        return bool(self.in_hand >= self.cfg.threads)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections, but none while busy; gunicorn's loop asks again after each round of events."""
        super().set_accept_enabled(enabled and not self.busy)

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, unless what came with it in the same round took the last thread."""
        if not self.busy:
            super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Give a request to the threads."""
        self.in_hand += 1
        if self.busy:
            self.set_accept_enabled(False)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Keep or close the connection of an answered request, or wait for one that sent nothing yet."""
        self.in_hand -= 1
        super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer, and keep the connection only if a thread is left for others (so never with --threads 1)."""
        if self.busy:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def handle(self, conn: Any) -> Any:
        """Answer, and wait here for a client that is to close; gunicorn's main thread would wait for each."""
        kept = super().handle(conn)
        if not kept:
            conn.close(graceful=True)
            conn.close = closed
        return kept


def closed(*, graceful: bool = False) -> None:
    """Close nothing: it is done."""
