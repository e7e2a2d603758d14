"""`manage.py judge`: would a careful reader sign the lists?"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from matchmaker.lab.evaluation import judged
from matchmaker.matching import graded_pairs
from matchmaker.matching.graded_pairs import Line
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Rank the demonstration's market with the default weights and judge the lists by graded pairs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "grades", type=Path, help="investor, startup, grade_1, grade_2 (slugs of the demo)"
        )
        parser.add_argument(
            "--market",
            default="",
            help="judge NAME_startups.csv and NAME_investors.csv of profiles/data instead; nothing is kept",
        )
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["market"] and not settings.DEMO:
            raise CommandError(
                "--market holds every profile meanwhile: for a demonstration only (CORRIDOR_DEMO=1)."
            )
        try:
            judgement = judged.judge_market(options["grades"], options["market"], on=timezone.now().date())
        except graded_pairs.BadGradesError as wrong:
            raise CommandError(str(wrong)) from wrong
        if options["json"]:
            self.stdout.write(json.dumps(asdict(judgement), indent=2))
            return
        if judgement.left_out:
            self.stdout.write(f"left out, because nobody approved them: {', '.join(judgement.left_out)}\n")
        for title, lines in (
            ("partners' lists", judgement.partners),
            ("startups' lists", judgement.startups),
        ):
            self.stdout.write(table_as_text(title, lines))


def table_as_text(title: str, lines: Mapping[str, Line]) -> str:
    head = "".join([f"{title:22}", *(f"{name:25}" for name in graded_pairs.NAMES)]).rstrip()
    return "\n".join([head, *(line_as_text(name, line) for name, line in lines.items())]) + "\n"


def line_as_text(name: str, line: Line) -> str:
    cells = (f"{mean:.3f} [{low:.3f}, {high:.3f}]" for mean, low, high in line.figures)
    return "".join([f"{name:22}", *(f"{cell:25}" for cell in cells)]).rstrip()
