"""`manage.py bench_scale`: what a market of some size costs in seconds, memory and disk."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from matchmaker.management.commands.bench_pages import PEOPLE, addresses, read, signed_in, web_server
from matchmaker.matching.ranking.market import startup_rows, thesis_rows
from matchmaker.matching.ranking.services import rank_market
from profiles.management.tables import DatabaseCommand
from profiles.models import Investor, Startup, User
from profiles.platform.changes import services as changes

PART = 20_000  # startups seeded at once: all are in memory, and names repeat after that many
EDITS = 10  # of each side
NEEDS = (
    "bench_scale needs CORRIDOR_DEMO=1, and DATABASE_URL of a PostgreSQL database of its own. It measures "
    "pages of the demo people: run `manage.py prepare database tables demo static` there first."
)
FILES = Path(settings.STATIC_ROOT) / "staticfiles.json"  # the pages need it
SIZES = "SELECT relname, pg_total_relation_size(relid) FROM pg_statio_user_tables ORDER BY 2 DESC"


def has_needs() -> bool:
    if not settings.DEMO or connection.vendor != "postgresql" or not FILES.exists():
        return False
    emails = [settings.DEMO_ACCOUNTS[person] for person in PEOPLE]
    return User.objects.filter(email__in=emails).count() == len(PEOPLE)


def measured(*words: str) -> dict[str, Any]:
    """Run one of our commands in a process; return its seconds, its most memory, and its last line."""
    begun, command = time.monotonic(), [sys.executable, "manage.py", *words]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout  # noqa: S101  for mypy
        lines = process.stdout.read().splitlines()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(f"{words[0]} failed.")
    return {
        "s": round(time.monotonic() - begun, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": used.ru_maxrss // 1024,
        "said": lines[-1] if lines else "",
    }


def seed(startups: int, investors: int) -> Iterator[dict[str, Any]]:
    parts = -(-startups // PART)
    for number in range(parts):
        size = [
            str(total * (number + 1) // parts - total * number // parts) for total in (startups, investors)
        ]
        yield measured(
            "seed_market", "--startups", size[0], "--investors", size[1], "--seed", str(number + 1)
        )


def edit(profile: Startup | Investor) -> tuple[float, float]:
    with transaction.atomic():
        text = f"{profile.summary_en} ·"[-500:]
        type(profile)._default_manager.filter(pk=profile.pk).update(summary_en=text)
        changes.notify_changed(profile, at=timezone.now())
    begun, processor = time.perf_counter(), time.process_time()
    rank_market.rank_due(at=timezone.now())
    return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - processor)


def edits() -> dict[str, float]:
    """Edit profiles of both sides; the first edit of a process reads the market."""
    both: list[Any] = [*startup_rows.published()[:EDITS], *thesis_rows.published()[:EDITS]]
    waited, processor = zip(*(edit(profile) for profile in (both[0], *both)), strict=True)
    sides = {"startup": slice(1, EDITS + 1), "investor": slice(EDITS + 1, None)}
    figures = {"first_ms": waited[0], "first_processor_ms": processor[0]}
    for side, part in sides.items():
        figures |= {f"{side}_ms": median(waited[part]), f"{side}_processor_ms": median(processor[part])}
    return {name: round(value) for name, value in figures.items()}


def pages(rounds: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    with web_server() as (port, _pid):
        for person in PEOPLE:
            client = signed_in(person)
            cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
            for page, path in addresses(client).items():
                read(port, cookie, path, 10)
                taken, failed = read(port, cookie, path, rounds)
                if failed:
                    raise CommandError(f"{path} failed {failed} times.")
                figures[f"{person} {page}"] = round(quantiles(taken, n=100)[94])
    return figures


def megabytes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        sizes = {name: size // 2**20 for name, size in cursor.fetchall()}
    return {"all": sum(sizes.values()), **{name: size for name, size in list(sizes.items())[:8] if size}}


class Command(DatabaseCommand):
    help = "Fill an own database with a large market; measure ranking, edits, pages and disk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--startups", type=int, default=1_000)
        parser.add_argument("--investors", type=int, default=250)
        parser.add_argument("--rounds", type=int, default=100, help="how often each page is asked for")
        parser.add_argument("--search", action="store_true", help="make the index of search too")
        parser.add_argument("--edits", action="store_true", help="be the worker of another bench_scale")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["edits"]:
            self.stdout.write(json.dumps(edits()))
            return
        if not has_needs():
            raise CommandError(NEEDS)
        figures: dict[str, Any] = {"startups": options["startups"], "investors": options["investors"]}
        parts = list(seed(options["startups"], options["investors"]))
        figures["seed"] = {
            "s": round(sum(one["s"] for one in parts), 1),
            "peak_mb": max(one["peak_mb"] for one in parts),
        }
        self.show("seed", figures)
        for name, words in (
            ("rank", ("rank",)),
            ("rank_again", ("rank",)),
            ("edit", ("bench_scale", "--edits")),
        ):
            figures[name] = measured(*words)
            self.show(name, figures)
        figures["edit"] |= json.loads(figures["edit"].pop("said"))
        if options["search"]:
            figures["search"] = measured("index_search")
            self.show("search", figures)
        figures["pages_p95_ms"] = pages(options["rounds"])
        figures["megabytes"] = megabytes()
        self.stdout.write(json.dumps(figures))

    def show(self, name: str, figures: dict[str, Any]) -> None:
        """Show at once what has been measured: a large market takes hours."""
        self.stderr.write(f"{name}: {figures[name]}", style_func=str)
