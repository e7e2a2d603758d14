"""Judge the engine on markets it was not tuned for, made of the past of a real one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from matchmaker.lab.evaluation.deals import BadDealsError, NoDealsError
from matchmaker.lab.evaluation.report import StandIn, stand_ins
from matchmaker.management.figures import FiguresCommand


class Command(FiguresCommand):
    help = "Rank parts of DIR's training deals, put back in time: one city, few deals, no sectors …"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path, metavar="DIR", help="real deals, split by time")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.show(stand_ins(options["directory"]), options, as_text)
        except NoDealsError as reason:
            self.stderr.write(f"Skipped: {reason}.")
        except BadDealsError as wrong:
            raise CommandError(str(wrong)) from wrong


def as_text(found: list[StandIn]) -> str:
    head = f"{'market':30}{'startups':>9}{'investors':>10}  {'R@10':8}{'R@50':8}"
    over = f"{'over the blend: R@10':26}{'R@50':26}over popularity: R@50"
    return "\n".join([head + over, *(_line(one) for one in found)])


def _line(one: StandIn) -> str:
    (ten, fifty), (blend, popularity) = one.engine[:2], one.over.values()
    gains = (f"{g.mean:+.3f} [{g.low:+.3f}, {g.high:+.3f}]" for g in (*blend[:2], popularity[1]))
    head = f"{one.name:30}{one.queries:9}{one.investors:10}  {ten.mean:<8.3f}{fifty.mean:<8.3f}"
    return (head + "".join(f"{gain:26}" for gain in gains)).rstrip()
