"""manage.py bench_refresh: how long one edit takes to appear on both sides' lists."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from matchmaker.lab.evaluation import benchmarks, synthetic_market
from matchmaker.management.figures import FiguresCommand, as_lines


class Command(FiguresCommand):
    help = "Measure the engine's part of an edit: one startup, one investor, 64 investors at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--size", choices=synthetic_market.SIZES, default="L")
        parser.add_argument("--market", choices=synthetic_market.MUST_SHARE, default="open")
        parser.add_argument(
            "--end-to-end",
            type=int,
            metavar="EDITS",
            help="edit profiles of this database instead, and wait until its worker has ranked them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        figures: Any
        if options["end_to_end"]:
            try:
                figures = benchmarks.measure_edits(options["end_to_end"])
            except benchmarks.NoWorkerError as error:
                raise CommandError("An edit was not ranked within 30 s: is a worker running?") from error
        else:
            figures = benchmarks.refresh(options["size"], options["market"])
        self.show(figures, options, as_lines)
