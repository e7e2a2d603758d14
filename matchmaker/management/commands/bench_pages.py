"""`manage.py bench_pages`: how long the list of matches takes, measured as a browser would.

Starts the web server beside the current database (fill it with seed_market and rank first), signs in as the
demo people over HTTP, and asks for their lists and for a bare page in turn.
"""

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles
from threading import Barrier
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.management.tables import DatabaseCommand
from profiles.models import Investor, Startup

BARE, LIST = "/healthz", "/matches/"
PEOPLE = ("investor", "founder")
MOST_QUERIES, MOST_TIMES = 12, 8
PATIENCE = 30  # seconds until the server answers
SERVER = ("-k", "matchmaker.web_server.Worker", "--no-control-socket")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


class Browser:
    """One connection that is kept open, with its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: str = "") -> tuple[int, bytes]:
        """Get a page, or post a form to it; return status and body."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form else "GET", path, body=form or None, headers=headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, person: str) -> None:
        """Sign in as a demo person."""
        found = TOKEN.search(self.ask("/")[1])
        status, _body = self.ask(
            f"/demo/sign-in/{person}/", f"csrfmiddlewaretoken={found[1].decode()}" if found else ""
        )
        if status != http.client.FOUND or self.ask(LIST)[0] != http.client.OK:
            raise CommandError(
                f"The demo {person} cannot sign in and see the list; run load_demo and rank first."
            )

    def timed(self, path: str) -> float:
        """Return how many milliseconds one page takes."""
        begun = time.perf_counter()
        self.ask(path)
        return 1000 * (time.perf_counter() - begun)


@contextmanager
def web_server() -> Iterator[int]:
    """Run the web server as `make run` does; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "matchmaker.wsgi", *SERVER, *options]
    server = subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603  our own interpreter and options
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def wait_for(port: int) -> None:
    """Return as soon as the server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The web server does not answer.")


def at_once(port: int, browser: Browser, readers: int, rounds: int) -> dict[str, Any]:
    """Return how long the list takes while so many read it at once, each over a connection of its own."""
    begun: list[float] = []
    together = Barrier(readers, action=lambda: begun.append(time.perf_counter()))

    def read(_reader: int) -> list[tuple[float, int]]:
        own = Browser(port)
        own.cookies = dict(browser.cookies)
        for _warm_up in range(2):  # until every thread of every process has drawn the page once
            own.ask(LIST)
        together.wait()
        found = []
        for _round in range(rounds):
            asked = time.perf_counter()
            status, _body = own.ask(LIST)
            found.append((1000 * (time.perf_counter() - asked), status))
        return found

    with ThreadPoolExecutor(readers) as pool:
        answers = [answer for found in pool.map(read, range(readers)) for answer in found]
        seconds = time.perf_counter() - begun[0]
    taken = [one for one, _status in answers]
    return {
        "readers": readers,
        "p50_ms": round(median(taken), 1),
        "p99_ms": round(quantiles(taken, n=100)[98], 1),
        "a_second": round(len(taken) / seconds, 1),
        "errors": sum(status != http.client.OK for _one, status in answers),
    }


def queries_of(browser: Browser) -> int:
    """Return how many queries the list takes, from the session to the last card."""
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(SERVER_NAME="testserver")
    client.cookies["sessionid"] = browser.cookies["sessionid"]
    for _warm_up in range(3):  # the first looks in a process fill its memory and keep the day's receipts
        client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    return len(queries)


def measured(port: int, person: str, rounds: int, readers: int) -> dict[str, Any]:
    """Return one person's figures: the bare page and the list are asked for in turn, then by many at once."""
    browser = Browser(port)
    browser.sign_in(person)
    for _warm_up in range(10):
        browser.ask(BARE), browser.ask(LIST)
    bare, lists = zip(*[(browser.timed(BARE), browser.timed(LIST)) for _round in range(rounds)], strict=True)
    return {
        "queries": queries_of(browser),
        "bare_p50_ms": round(median(bare), 2),
        "list_p50_ms": round(median(lists), 2),
        "list_p99_ms": round(quantiles(lists, n=100)[98], 1),
        "ratio": round(median(lists) / median(bare), 1),
        "at_once": at_once(port, browser, readers, max(2, rounds // readers)),
    }


class Command(DatabaseCommand):
    """Measure the list of matches against a bare page."""

    help = "Measure the list of matches over the current database: queries, and time against a bare page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of rounds and the form of the answer."""
        parser.add_argument("--rounds", type=int, default=200, help="how often each page is asked for")
        parser.add_argument("--readers", type=int, default=16, help="how many read the list at once")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, and print what was found beside what is wanted."""
        if not settings.DEMO:
            raise CommandError("bench_pages signs in as the demo people; set CORRIDOR_DEMO=1.")
        with web_server() as port:
            people = {
                person: measured(port, person, options["rounds"], options["readers"]) for person in PEOPLE
            }
        found = {
            "startups": Startup.objects.count(),
            "investors": Investor.objects.count(),
            "most_queries": MOST_QUERIES,
            "most_times": MOST_TIMES,
            **people,
        }
        self.stdout.write(json.dumps(found) if options["json"] else told(found))


def told(found: dict[str, Any]) -> str:
    """Return the figures in words."""
    lines = [f"{found['startups']} startups, {found['investors']} investors"]
    for person in PEOPLE:
        one = found[person]
        lines.append(
            f"{person}: {one['queries']} queries (at most {MOST_QUERIES}); p50 {one['list_p50_ms']} ms is "
            f"{one['ratio']} × the bare page's {one['bare_p50_ms']} ms (at most {MOST_TIMES})"
        )
        many = one["at_once"]
        lines.append(
            f"  {many['readers']} readers at once: p50 {many['p50_ms']} ms, p99 {many['p99_ms']} ms, "
            f"{many['a_second']} pages a second, {many['errors']} errors"
        )
    return "\n".join(lines)
