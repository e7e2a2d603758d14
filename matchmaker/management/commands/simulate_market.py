"""manage.py simulate_market: does fair exposure pay?"""

from argparse import ArgumentParser
from typing import Any

from matchmaker.lab.evaluation import simulation
from matchmaker.lab.evaluation.simulation import Outcome
from matchmaker.management.figures import FiguresCommand

HEAD = (
    f"{'way':<16} {'matches':>9} {'gini s':>7} {'gini i':>7} {'unseen s':>9} {'unseen i':>9} {'seconds':>8}"
)


class Command(FiguresCommand):
    help = "Compare one-sided ranking, the product of fits, the product with handicaps, and TU / IPFP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--startups", type=int, default=4000)
        parser.add_argument("--investors", type=int, default=800)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = simulation.simulate(options["startups"], options["investors"], options["seed"])
        self.show(outcomes, options, lambda found: "\n".join([HEAD, *map(as_text, found)]))


def as_text(x: Outcome) -> str:
    return (
        f"{x.way:<16} {x.matches:>9.1f} {x.gini_startups:>7.3f} {x.gini_investors:>7.3f} "
        f"{x.unseen_startups:>9.2%} {x.unseen_investors:>9.2%} {x.seconds:>8.2f}"
    )
