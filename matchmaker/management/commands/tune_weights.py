"""Ask a market's past which weights would have foretold it best."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from matchmaker.lab.evaluation.deals import BadDealsError, NoDealsError
from matchmaker.lab.evaluation.report import Tuning, tune
from matchmaker.management.figures import FiguresCommand


class Command(FiguresCommand):
    help = (
        "Fit the weights of real deals by rolling origins inside the training deals of DIR; changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "directories", type=Path, nargs="+", metavar="DIR", help="real deals, split by time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = []
        for directory in options["directories"]:
            try:
                rows.append(tune(directory))
            except NoDealsError as reason:
                self.stderr.write(f"Skipped: {reason}.")
            except BadDealsError as wrong:
                raise CommandError(f"{directory}: {wrong}") from wrong
        self.show(rows, options, lambda tunings: "\n".join(map(as_text, tunings)))


def as_text(tuning: Tuning) -> str:
    head = f"{'look from':28}{'startups':>9}  {'in force: R@10  R@50  NDCG  MRR':36}tuned on the other looks"
    rows = [f"{f.name:28}{f.queries:9}  {_cells(f.in_force):36}{_cells(f.tuned)}" for f in tuning.folds]
    points = ", ".join(f"{name} {value}" for name, value in tuning.tuned.items())
    force = ", ".join(f"{name} {value}" for name, value in tuning.in_force.items())
    return "\n".join([tuning.split, head, *rows, f"in force: {force}", f"tuned on all looks: {points}", ""])


def _cells(scores: list[float]) -> str:
    return "  ".join(f"{score:.4f}" for score in scores)
