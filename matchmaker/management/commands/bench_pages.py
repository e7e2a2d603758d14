"""`manage.py bench_pages`: how long list, match page, home and search take, as a browser would see it."""

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
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.management.tables import DatabaseCommand
from profiles.models import Investor, Startup, User

PEOPLE = ("investor", "founder")
READERS = 16
MOST_P50_MS, MOST_P99_MS = 50, 900  # the goals; the second with READERS at once
# The demo people have unread notices: one query. A pair with mutual interest and an introduction takes up to
# seven more, a pair without a fresh entry on a list is scored again: 22 more.
MOST_QUERIES = {"bare": 3, "list": 12, "match": 16, "home": 14, "search": 16}
# Processor time of a page, as a multiple of that of a signed-in page that reads nothing.
MOST_RATIO = {"bare": 1, "list": 4, "match": 4, "home": 4, "search": 5}
PATIENCE = 30  # seconds until the server answers
SEARCHED = "agriculture"
LINK = re.compile(r'href="(/matches/[a-z0-9]+/)"')


@contextmanager
def web_server() -> Iterator[tuple[int, int]]:
    """Run the web server as `make run` does; yield its port and the number of its first process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "matchmaker.wsgi", "--no-control-socket", *options]
    server = subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603  our own interpreter and options
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise CommandError("The web server does not answer.")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def signed_in(person: str) -> Client:
    user = User.objects.filter(email=settings.DEMO_ACCOUNTS[person]).first()
    if user is None:
        raise CommandError(f"There is no demo {person}; run load_demo and rank first.")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return client


def addresses(client: Client) -> dict[str, str]:
    """Return the addresses of the measured pages; the match is the first on the list."""
    found = LINK.search(client.get(reverse("matches")).content.decode())
    if found is None:
        raise CommandError("There is nothing on the list; run rank first.")
    return {
        "bare": reverse("terms"),
        "list": reverse("matches"),
        "match": found[1],
        "home": reverse("home"),
        "search": f"{reverse('search')}?q={SEARCHED}",
    }


def processor_ms(server: int) -> float:
    workers = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    threads = [task for pid in workers for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e6


def queries_of(client: Client, path: str) -> int:
    """Return how many queries a page takes, from the session to the last line."""
    client.get(path)  # the first reading of a day writes its receipts
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def read(port: int, cookie: str, path: str, rounds: int) -> tuple[list[float], int]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    taken, failed = [], 0
    for _round in range(rounds):
        begun = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - begun))
        failed += answer.status != http.client.OK
    line.close()
    return taken, failed


def measured(port: int, server: int, client: Client, path: str, rounds: int) -> dict[str, Any]:
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    read(port, cookie, path, min(10, rounds))
    before = processor_ms(server)
    alone, failed = read(port, cookie, path, rounds)
    worked = (processor_ms(server) - before) / rounds
    begun = time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        rounds_each = max(1, rounds // READERS)
        timings = list(pool.map(lambda _reader: read(port, cookie, path, rounds_each), range(READERS)))
    seconds = time.perf_counter() - begun
    together = [one for taken, _failed in timings for one in taken]
    return {
        "queries": queries_of(client, path),
        "processor_ms": round(worked, 1),
        "p50_ms": round(median(alone), 1),
        "p99_ms": round(quantiles(alone, n=100)[98], 1),
        "readers_p50_ms": round(median(together), 1),
        "readers_p99_ms": round(quantiles(together, n=100)[98], 1),
        "a_second": round(len(together) / seconds, 1),
        "errors": failed + sum(failed for _taken, failed in timings),
    }


class Command(DatabaseCommand):
    help = "Measure list, match page, home and search over the current database: queries and times."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=200, help="how often each page is asked for")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("bench_pages signs in as the demo people; set CORRIDOR_DEMO=1.")
        clients = {person: signed_in(person) for person in PEOPLE}
        pages: dict[str, Any] = {}
        with web_server() as (port, pid):
            for person, client in clients.items():
                for page, path in addresses(client).items():
                    found = measured(port, pid, client, path, options["rounds"])
                    bare = pages.get(f"{person} bare", found)  # the first page that is measured
                    found["ratio"] = round(found["processor_ms"] / bare["processor_ms"], 1)
                    pages[f"{person} {page}"] = found
        figures = {"startups": Startup.objects.count(), "investors": Investor.objects.count(), "pages": pages}
        self.stdout.write(json.dumps(figures) if options["json"] else as_text(figures))


def as_text(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['startups']} startups, {figures['investors']} investors; goals: "
        f"p50 {MOST_P50_MS} ms, p99 with {READERS} readers {MOST_P99_MS} ms"
    ]
    for name, one in figures["pages"].items():
        most, ratio = MOST_QUERIES[name.split()[1]], MOST_RATIO[name.split()[1]]
        lines.append(
            f"{name}: {one['queries']} queries (at most {most}), processor {one['processor_ms']} ms, "
            f"{one['ratio']} × a bare page (at most {ratio}), p50 {one['p50_ms']} ms, "
            f"p99 {one['p99_ms']} ms; with {READERS} readers p50 {one['readers_p50_ms']} ms, "
            f"p99 {one['readers_p99_ms']} ms, {one['a_second']} pages a second, {one['errors']} errors"
        )
    return "\n".join(lines)
