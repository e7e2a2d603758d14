"""manage.py bench_refresh: how long one edit takes to stand right on both sides' lists."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matchmaker.evaluation import benchmarks
from matchmaker.evaluation.benchmarks import edits


class Command(BaseCommand):
    """Edit profiles of a ranked synthetic market and print what the engine took."""

    help = "Measure the engine's part of an edit: one startup, one investor, 64 investors at once."

    requires_system_checks: list[str] = []  # numbers only: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--size, --market, --json."""
        parser.add_argument("--size", choices=benchmarks.SIZES, default="L")
        parser.add_argument("--market", choices=benchmarks.MUST_SHARE, default="open")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--end-to-end",
            type=int,
            metavar="EDITS",
            help="edit profiles of this database instead, and wait until its worker has ranked them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        found: Any = self.measure(options)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        for name, value in asdict(found).items():
            self.stdout.write(f"{name:>26}  {value}")

    def measure(self, options: dict[str, Any]) -> Any:
        """Measure the engine's part, or the whole way from commit to stored lists."""
        if not options["end_to_end"]:
            return benchmarks.refresh(options["size"], options["market"])
        try:
            return edits.measure(options["end_to_end"])
        except edits.NoWorkerError as error:
            raise CommandError("An edit was not ranked within 30 s: is a worker running?") from error
