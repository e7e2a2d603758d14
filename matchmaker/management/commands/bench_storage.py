"""`manage.py bench_storage`: how fast packed rankings are written, beside one row a pair."""

import json
from typing import Any

from django.core.management.base import CommandParser

from matchmaker.lab.evaluation import benchmarks
from profiles.management.tables import DatabaseCommand

WORDS = (
    "{profiles:,} rankings, {megabytes:.0f} MB, on {database}: "
    "{packed_s:.2f} s, written over again {again_s:.2f} s\n"
    "one row a pair (from {sample:,} rankings): {pairs_s:.1f} s, {ratio:.0f} times as long"
)


class Command(DatabaseCommand):
    help = "Measure how fast rankings are written (everything is rolled back)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--profiles", type=int, default=120_000, help="rankings to write (default 120,000)"
        )
        parser.add_argument("--sample", type=int, default=1_000, help="of these, written pair by pair too")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        sample = min(options["sample"], options["profiles"])
        figures = benchmarks.measure_storage(
            profiles=options["profiles"], sample=sample, seed=options["seed"]
        )
        self.stdout.write(json.dumps(figures) if options["json"] else WORDS.format(sample=sample, **figures))
