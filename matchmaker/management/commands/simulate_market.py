"""manage.py simulate_market: does fair attention pay?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.evaluation import simulation

HEAD = (
    f"{'way':<16} {'matches':>9} {'gini s':>7} {'gini i':>7} {'unseen s':>9} {'unseen i':>9} {'seconds':>8}"
)


class Command(BaseCommand):
    """Rank a synthetic market in four ways and let both sides browse and answer."""

    help = "Compare one-sided ranking, the product of fits, the product with handicaps, and TU / IPFP."

    requires_system_checks: list[str] = []  # numbers only: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--startups, --investors, --seed, --json."""
        parser.add_argument("--startups", type=int, default=4000)
        parser.add_argument("--investors", type=int, default=800)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate and print one line per way."""
        outcomes = simulation.simulate(options["startups"], options["investors"], options["seed"])
        if options["json"]:
            self.stdout.write(json.dumps([asdict(x) for x in outcomes]))
            return
        self.stdout.write(HEAD)
        for x in outcomes:
            self.stdout.write(
                f"{x.way:<16} {x.matches:>9.1f} {x.gini_startups:>7.3f} {x.gini_investors:>7.3f} "
                f"{x.unseen_startups:>9.2%} {x.unseen_investors:>9.2%} {x.seconds:>8.2f}"
            )
