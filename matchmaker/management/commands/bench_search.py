"""`manage.py bench_search`: how long search takes, while someone types and as a page."""

import json
from random import Random
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.management.commands.bench_pages import processor_ms, queries_of, read, signed_in, web_server
from matchmaker.models.search import SearchTerm
from matchmaker.portal.search import services as search
from profiles.choices import Side
from profiles.management.tables import DatabaseCommand
from profiles.models import SIDES, Investor, NeedType, Place, Sector, Startup

PEOPLE = ("investor", "founder", "curator")
MOST_P95_MS = 100  # the goal
NAMES, EDITS = 8, 50


def texts(chance: Random) -> list[str]:
    samples = []
    for side in Side:
        rows = list(SIDES[side]._default_manager.values_list("name_en", "name_ur", "name_zh", "pitch")[:2000])
        for english, urdu, chinese, pitch in chance.sample(rows, min(NAMES, len(rows))):
            at = chance.randrange(1, max(2, len(english) - 1))
            samples += [english, english[:at] + english[at + 1 :], english[:4], urdu, chinese, pitch[:60]]
    for model in (Sector, NeedType, Place):
        for row in chance.sample(list(model._default_manager.all()), 10):
            samples += [row.name_en, row.name_ur, row.name_zh]
    return [text for text in samples if text]


class Command(DatabaseCommand):
    help = "Measure search over the current database: times, queries, and what indexing an edit costs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("bench_search signs in as the demo people; set CORRIDOR_DEMO=1.")
        asked, pages = texts(Random(1)), {}  # noqa: S311  the same texts each time
        with web_server() as (port, pid):
            for person in PEOPLE:
                client = signed_in(person)
                cookie = (
                    f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
                )
                for name in ("search", "search_suggest"):
                    paths = [f"{reverse(name)}?{urlencode({'q': text})}" for text in asked]
                    read(port, cookie, paths[0], 10)
                    taken: list[float] = []
                    worked: list[float] = []
                    failed = 0
                    for path in paths:
                        before = processor_ms(pid)
                        one, wrong = read(port, cookie, path, 1)
                        worked.append(processor_ms(pid) - before)
                        taken, failed = taken + one, failed + wrong
                    pages[f"{person} {name}"] = {
                        "p50_ms": round(median(taken), 1),
                        "p95_ms": round(quantiles(taken, n=20)[18], 1),
                        "most_ms": round(max(taken), 1),
                        "processor_p50_ms": round(median(worked), 1),
                        "processor_p95_ms": round(quantiles(worked, n=20)[18], 1),
                        "queries": queries_of(client, paths[0]),
                        "errors": failed,
                    }
        figures = {
            "startups": Startup.objects.count(),
            "investors": Investor.objects.count(),
            "terms": SearchTerm.objects.count(),
            "texts": len(asked),
            "edit_ms": edit_ms(),
            "pages": pages,
        }
        self.stdout.write(json.dumps(figures, indent=1) if options["json"] else as_text(figures))


def edit_ms() -> float:
    taken = []
    for pk in Startup.objects.order_by("pk").values_list("pk", flat=True)[:EDITS]:
        begun = timezone.now()
        with transaction.atomic():
            search.index_profile(side=Side.STARTUP, pk=pk, at=begun)
        taken.append((timezone.now() - begun).total_seconds() * 1000)
    return round(median(taken), 1)


def as_text(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['startups']} startups, {figures['investors']} investors, {figures['terms']} terms; "
        f"{figures['texts']} texts; goal: p95 {MOST_P95_MS} ms; indexing an edit {figures['edit_ms']} ms"
    ]
    for name, one in figures["pages"].items():
        lines.append(
            f"{name}: {one['queries']} queries, p50 {one['p50_ms']} ms, p95 {one['p95_ms']} ms, "
            f"at most {one['most_ms']} ms, of it processor time of the web server p50 "
            f"{one['processor_p50_ms']} ms, p95 {one['processor_p95_ms']} ms, {one['errors']} errors"
        )
    return "\n".join(lines)
