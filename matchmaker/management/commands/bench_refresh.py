"""manage.py bench_refresh: how long one edit takes to stand right on both sides' lists."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.services import benchmark


class Command(BaseCommand):
    """Edit profiles of a ranked synthetic market and print what the engine took."""

    help = "Measure the engine's part of an edit: one startup, one investor, 64 investors at once."

    requires_system_checks: list[str] = []  # numbers only: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--size, --market, --json."""
        parser.add_argument("--size", choices=benchmark.SIZES, default="L")
        parser.add_argument("--market", choices=benchmark.MUST_SHARE, default="open")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        found = benchmark.refresh(options["size"], options["market"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        for name, value in asdict(found).items():
            self.stdout.write(f"{name:>26}  {value}")
