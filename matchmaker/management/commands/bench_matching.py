"""manage.py bench_matching: how fast the engine ranks both sides, beside a bare matrix product."""

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.evaluation import benchmarks


class Command(BaseCommand):
    """Rank a synthetic market and print what it took."""

    help = "Measure a full ranking of both sides (fixed seeds, 50 places a list) beside the definition."

    requires_system_checks: list[str] = []  # numbers only: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--size, --market, --threads, --repeats, --json."""
        parser.add_argument("--size", choices=benchmarks.SIZES, default="S")
        parser.add_argument("--market", choices=benchmarks.MUST_SHARE, default="strict")
        parser.add_argument("--threads", type=int, default=1)
        parser.add_argument("--repeats", type=int, help="default: 15 of S, 5 of M, 3 of L")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print; say so where the yardstick is not what this processor could do."""
        if slowed := [name for name in os.environ if name.startswith("OPENBLAS_")]:
            self.stderr.write(f"The yardstick is held back by {', '.join(sorted(slowed))}: unset them.")
        found = benchmarks.measure(
            options["size"], options["market"], threads=options["threads"], repeats=options["repeats"]
        )
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        for name, value in asdict(found).items():
            self.stdout.write(f"{name:>16}  {value}")
