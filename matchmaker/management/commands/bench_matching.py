"""manage.py bench_matching: how fast the engine ranks both sides, beside a bare matrix product."""

import os
from argparse import ArgumentParser
from typing import Any

from matchmaker.lab.evaluation import benchmarks, synthetic_market
from matchmaker.management.figures import FiguresCommand, as_lines


class Command(FiguresCommand):
    help = "Measure a full ranking of both sides (fixed seeds, 50 places a list) beside the definition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--size", choices=synthetic_market.SIZES, default="S")
        parser.add_argument("--market", choices=synthetic_market.MUST_SHARE, default="strict")
        parser.add_argument("--threads", type=int, default=1)
        parser.add_argument("--repeats", type=int, help="default: 15 of S, 5 of M, 3 of L")

    def handle(self, *args: Any, **options: Any) -> None:
        if slowed := [name for name in os.environ if name.startswith("OPENBLAS_")]:
            self.stderr.write(f"The yardstick is held back by {', '.join(sorted(slowed))}: unset them.")
        size, market = options["size"], options["market"]
        figures = benchmarks.measure(size, market, threads=options["threads"], repeats=options["repeats"])
        self.show(figures, options, as_lines)
