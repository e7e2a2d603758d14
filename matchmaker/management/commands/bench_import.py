"""`manage.py bench_import`: how fast an import is, and how long everyone else waits meanwhile."""

import csv
import http.client
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from random import Random
from statistics import quantiles
from threading import Event
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connections
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from matchmaker.lab.demo.seeded import SyntheticMarket
from matchmaker.management.commands import bench_pages
from profiles.choices import ImportState, ReviewOutcome, Side, Status
from profiles.curation.imports import services
from profiles.management.tables import DatabaseCommand
from profiles.models import ImportRun, Startup
from profiles.people.accounts.services import accounts

READERS = SAVERS = 8
LEAST_A_MINUTE = 10_000  # the goals
MOST_P95_MS = {"read": 1_000, "save": 1_000, "approve": 3_000}
PAUSES = {"read": 1.0, "save": 2.0, "approve": 1.0}  # seconds between two acts of one person
PRIORITY = ("nice", "-n", "15")  # as in scripts/supervisord.conf
STATED = re.compile(r'<input type="hidden" name="(seen|version)" value="([^"]*)">')
TEXTS = ("about_startup", "customer", "way")


def file_of(rows: int) -> bytes:
    market, chance = SyntheticMarket(seed=time.time_ns(), at=timezone.now()), Random(1)  # noqa: S311
    mark = "".join(chr(97 + int(digit)) for digit in str(time.time_ns())[-12:])
    found = []
    for number in range(rows):
        base = {**chance.choice(market.startup_rows), "slug": f"{mark}-{number}"}
        text = market.texts(base, market.startup_name(number % 20_000), *TEXTS)
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        sectors = base["sectors"].split(";")
        found.append(
            {
                **{name: text[name] for name in ("name_zh", "name_ur", "website")},
                "name_en": f"{text['name_en']} {mark}{letters}",
                **{f"summary_{language}": text[f"desc_{language}"] for language in ("en", "ur", "zh")},
                "pitch": text["desc_en"][:140],
                "place": base["city"] or base["province"],
                "primary_sector": sectors[0],
                "other_sectors": ";".join(sectors[1:]),
                **{name: base[name] for name in ("stage", "forms", "needs", "founded", "team_size")},
                "languages": base["languages"].replace("|", ";"),
                "seeks_capital": "yes",
                "ask_min": base["raise_min_usd"],
                "ask_max": base["raise_max_usd"],
                "ask_audience": "matched",
                "contact_email": f"hello@{mark}-{number}.example.com",
                **dict.fromkeys(("matching", "showing", "cross_border"), "yes"),
            }
        )
        found[-1] |= {"name_zh": "", "name_ur": ""}  # the same for every twenty thousandth
    text_file = io.StringIO()
    writer = csv.DictWriter(text_file, found[0])
    writer.writeheader()
    writer.writerows(found)
    return text_file.getvalue().encode()


def ask(port: int, client: Client, method: str, path: str, body: str = "") -> tuple[float, int, str]:
    """Return the milliseconds, the status (0 if no one answers in time), and where the answer leads."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=bench_pages.PATIENCE)
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    cookies = "; ".join(f"{name}={client.cookies[name].value}" for name in names if name in client.cookies)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
    status, leads_to, begun = 0, "", time.perf_counter()
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        status, leads_to = answer.status, answer.headers["Location"] or ""
    except OSError:
        pass
    line.close()  # the server ends a line that waits between two acts
    return 1000 * (time.perf_counter() - begun), status, leads_to


def read(port: int, client: Client, path: str) -> tuple[float, bool]:
    taken, status, _leads_to = ask(port, client, "GET", path)
    return taken, status == http.client.OK


def save(port: int, client: Client, path: str) -> tuple[float, bool]:
    taken, status, _leads_to = ask(port, client, "POST", path)
    return taken, status == http.client.FOUND


def approve(port: int, client: Client, path: str) -> tuple[float, bool]:
    """Approve a profile, which is made to wait again, as its page does, and open the next page."""
    waits = Startup.objects.filter(public_id=resolve(path).kwargs["public_id"])
    waits.update(status=Status.SUBMITTED, submitted_at=timezone.now(), reviewed_at=None)
    stated = dict(STATED.findall(client.get(path).content.decode()))
    body = urlencode({**stated, "outcome": ReviewOutcome.APPROVED})
    taken, status, following = ask(port, client, "POST", path, body)
    next_page, is_shown = read(port, client, following)
    return taken + next_page, status == http.client.FOUND and is_shown


def act(
    doing: Callable[[int, Client, str], tuple[float, bool]],
    port: int,
    client: Client,
    path: str,
    until: Event,
) -> tuple[list[float], int]:
    """Do it again and again; return how many milliseconds each act took, and how many failed."""
    taken, failed = [], 0
    while not until.is_set():
        milliseconds, is_done = doing(port, client, path)
        taken.append(milliseconds)
        failed += not is_done
        until.wait(PAUSES[doing.__name__])
    connections.close_all()
    return taken, failed


@contextmanager
def everybody(port: int) -> Iterator[dict[str, Any]]:
    clients = [bench_pages.signed_in(person) for person in bench_pages.PEOPLE]
    pages = [(client, path) for client in clients for path in bench_pages.addresses(client).values()]
    shortlists = []
    for client in clients:
        links = list(dict.fromkeys(bench_pages.LINK.findall(client.get("/matches/").content.decode())))
        shortlists += [(client, f"{path}shortlist/") for path in links[: SAVERS // len(clients)]]
    read_again = Startup.objects.published().order_by("-pk")[0]
    review = reverse("review", args=[Side.STARTUP, read_again.public_id])
    over = Event()
    told: dict[str, Any] = {}
    with ThreadPoolExecutor(READERS + SAVERS + 1) as pool:
        acting = {
            name: [pool.submit(act, doing, port, *who[at % len(who)], until=over) for at in range(count)]
            for name, doing, who, count in (
                ("read", read, pages, READERS),
                ("save", save, shortlists, SAVERS),
                ("approve", approve, [(bench_pages.signed_in("curator"), review)], 1),
            )
        }
        try:
            yield told
        finally:
            over.set()
        for name, acts in acting.items():
            times = [each for done in acts for each in done.result()[0]]
            told[name] = {
                "count": len(times),
                "p50_ms": round(quantiles(times, n=100)[49]),
                "p95_ms": round(quantiles(times, n=100)[94]),
                "max_ms": round(max(times)),
                "errors": sum(done.result()[1] for done in acts),
            }


def worked() -> tuple[float, float]:
    """Have a process do what is due on imports; return its seconds, and those of processor time."""
    command = [*PRIORITY, sys.executable, "manage.py", "bench_import", "--work"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True)  # noqa: S603  our own
    seconds, processor = done.stdout.split()[-2:]
    return float(seconds), float(processor)


def work() -> str:
    """Do what is due on imports, as a worker does; return the seconds and those of processor time."""
    begun, processor = time.monotonic(), time.process_time()
    while services.work_next(at=timezone.now()):
        pass
    return f"{time.monotonic() - begun:.2f} {time.process_time() - processor:.2f}"


class Command(DatabaseCommand):
    help = "Measure an import and everybody else meanwhile, on the current database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=10_000)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--alone", action="store_true", help="without anybody beside it")
        parser.add_argument("--work", action="store_true", help="be the worker of another bench_import")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("bench_import signs in as the demo people; set CORRIDOR_DEMO=1.")
        if options["work"]:
            self.stdout.write(work())
            return
        figures: dict[str, Any] = {
            "rows": options["rows"],
            "database": settings.DATABASES["default"]["ENGINE"],
        }
        if options["alone"]:
            self.measure(figures, options["rows"])
        else:
            with bench_pages.web_server() as (port, _pid):
                with everybody(port):  # the first pages compile what they need
                    time.sleep(10)
                with everybody(port) as told:
                    time.sleep(10)
                figures["before"] = told
                with everybody(port) as told:
                    self.measure(figures, options["rows"])
                figures["meanwhile"] = told
        self.stdout.write(json.dumps(figures) if options["json"] else as_text(figures))

    def measure(self, figures: dict[str, Any], rows: int) -> None:
        at = timezone.now()
        by = accounts.system_account(accounts.IMPORTS, at=at)
        run = services.upload("startups", file_of(rows), name="bench.csv", by=by, at=at)
        for name, begin, state in (
            ("check", partial(services.set_columns, run, run.columns, is_submitted=False, at=at), "READY"),
            ("import", partial(services.start, run, at=at), "DONE"),
            ("undo", partial(services.undo, run, by=by, at=at), "UNDONE"),
        ):
            begin()
            seconds, processor = worked()
            now = ImportRun.objects.get(pk=run.pk)
            if now.state != ImportState[state]:
                raise CommandError(f"The import is {now.state}: {now.problems[:3]}")
            figures[f"{name}_a_minute"] = round(60 * rows / seconds)
            figures[f"{name}_a_minute_of_processor"] = round(60 * rows / processor)


def as_text(found: dict[str, Any]) -> str:
    lines = [f"{found['rows']} rows on {found['database'].rpartition('.')[2]}"]
    lines += [f"{name}: {found[name]} (goal {LEAST_A_MINUTE})" for name in found if "_a_minute" in name]
    for when in ("before", "meanwhile"):
        for name, figures in found.get(when, {}).items():
            lines.append(f"{when}, {name}: {figures} (goal for p95: {MOST_P95_MS[name]} ms)")
    return "\n".join(lines)
