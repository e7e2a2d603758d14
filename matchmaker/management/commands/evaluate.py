"""Rank real deals with the production engine and tell how well it foretold them."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from matchmaker.lab.evaluation.deals import BadDealsError, NoDealsError
from matchmaker.lab.evaluation.report import Chances, Report, ReportLine, evaluate, write_rankings
from matchmaker.management.figures import FiguresCommand

NAMES = ("R@10", "R@50", "NDCG@10", "MRR")


class Command(FiguresCommand):
    help = "Rank the startups of DIR (real deals, split by time) and print how well the engine foretold them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "directory", type=Path, metavar="DIR", help="train_deals, pool, queries, truth .csv"
        )
        parser.add_argument("--out", type=Path, help="write query_id, investor_id, rank")
        parser.add_argument("--ablation", action="store_true", help="also rank without each factor")
        parser.add_argument("--ties", type=int, default=0, help="also rank with so many other orders of ties")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report, answer = evaluate(
                options["directory"], ablation=options["ablation"], ties=options["ties"]
            )
        except NoDealsError as reason:
            skipped = json.dumps({"skipped": str(reason)})
            self.stdout.write(skipped if options["json"] else f"Skipped: {reason}.")
            return
        except BadDealsError as wrong:
            raise CommandError(str(wrong)) from wrong
        if options["out"]:
            write_rankings(answer, options["out"])
        self.show(report, options, as_text)


def as_text(report: Report) -> str:
    lines = [
        f"{report.split}: {report.queries} startups never seen before ({report.judged} judged), "
        f"{report.investors} investors",
        "weights of both sides: " + ", ".join(f"{name} {points}" for name, points in report.weights.items()),
        "",
        "".join([f"{'':24}", *(f"{name + ' [95 %]':24}" for name in NAMES)]).rstrip(),
        *(_scores(line) for line in report.lines),
        "",
        "how much better the engine is on the same startups (paired bootstrap):",
        *(_gains(line) for line in report.lines if line.engine_gain),
    ]
    if report.ablation:
        lines += ["", "without one factor:", *(_scores(line) for line in report.ablation)]
        lines += ["", "what each factor adds:", *(_gains(line) for line in report.ablation)]
    if report.ties:
        line = ReportLine("mean [least, greatest]", report.ties, [])
        lines += ["", "with other orders of ties:", _scores(line)]
    if report.chances:
        lines += ["", "chances of the first fifty, fitted to the past only (Brier score, less is better):"]
        lines += [_chances(report.chances)]
    shares = f"Gini of attention {report.gini:.3f}, never in a top 20: {report.never_shown:.1%} of investors"
    return "\n".join([*lines, "", f"gate violations {report.violations}, {shares}, {report.seconds:.2f} s"])


def _chances(chances: Chances) -> str:
    cells = (f"{mean:.5f} [{low:.5f}, {high:.5f}]" for mean, low, high in (chances.brier, chances.base_rate))
    gain = f"{chances.gain.mean:+.5f} [{chances.gain.low:+.5f}, {chances.gain.high:+.5f}]"
    of = f"{chances.came_true} of {chances.pairs} pairs came true"
    return " ".join(["scores {}, base rate {},".format(*cells), f"better by {gain}; {of}"])


def _scores(line: ReportLine) -> str:
    cells = (f"{mean:.4f} [{low:.4f}, {high:.4f}]" for mean, low, high in line.scores)
    return "".join([f"{line.name:24}", *(f"{cell:24}" for cell in cells)]).rstrip()


def _gains(line: ReportLine) -> str:
    cells = (f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]" for mean, low, high in line.engine_gain)
    return "".join([f"{line.name:24}", *(f"{cell:28}" for cell in cells)]).rstrip()
