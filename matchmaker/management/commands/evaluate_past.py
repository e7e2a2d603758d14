"""Judge the engine on markets it was not tuned for, made of the past of a real one."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matchmaker import evaluation
from matchmaker.evaluation import StandIn


class Command(BaseCommand):
    """evaluate_past DIR [--json]."""

    help = "Rank parts of DIR's training deals, put back in time: one city, few deals, no sectors …"

    requires_system_checks: list[str] = []  # files in, figures out: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The split to look at."""
        parser.add_argument("directory", type=Path, metavar="DIR", help="real deals, split by time")
        parser.add_argument("--json", action="store_true", help="print as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; an absent DIR is skipped with a word."""
        try:
            found = evaluation.stand_ins(options["directory"])
        except evaluation.NoDealsError as reason:
            self.stderr.write(f"Skipped: {reason}.")
            return
        except evaluation.BadDealsError as wrong:
            raise CommandError(str(wrong)) from wrong
        as_json = json.dumps([asdict(one) for one in found], indent=2)
        self.stdout.write(as_json if options["json"] else as_text(found))


def as_text(found: list[StandIn]) -> str:
    """One line per stand-in: the engine's recall, and by how much it is better than the two baselines."""
    head = f"{'market':30}{'startups':>9}{'investors':>10}  {'R@10':8}{'R@50':8}"
    over = f"{'over the blend: R@10':26}{'R@50':26}over popularity: R@50"
    return "\n".join([head + over, *(_line(one) for one in found)])


def _line(one: StandIn) -> str:
    (ten, fifty), (blend, popularity) = one.engine[:2], one.over.values()
    gains = (f"{g.mean:+.3f} [{g.low:+.3f}, {g.high:+.3f}]" for g in (*blend[:2], popularity[1]))
    head = f"{one.name:30}{one.queries:9}{one.investors:10}  {ten.mean:<8.3f}{fifty.mean:<8.3f}"
    return (head + "".join(f"{gain:26}" for gain in gains)).rstrip()
