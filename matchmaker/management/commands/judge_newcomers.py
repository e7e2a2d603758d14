"""`manage.py judge_newcomers`: would newcomers who say little sign their lists?"""

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils import timezone

from matchmaker.lab.evaluation import newcomers
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Let the newcomers of a folder join the demonstration, and print how a reader judges their lists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="has newcomers.csv and newcomers_read.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        found = newcomers.matches(options["folder"], at=timezone.now())
        for name, own in groupby(found, key=lambda match: match.newcomer):
            self.stdout.write(_title(name, list(own)))
        self.stdout.write(_title("all", found).split("\n")[0])


def _title(name: str, found: list[newcomers.Match]) -> str:
    unread = sum(match.signed is None for match in found)
    signed = sum(bool(match.signed) for match in found)
    lines = [f"{name}: {signed} of {len(found)} signed{f', {unread} unread' if unread else ''}"]
    for match in found:
        mark = "?" if match.signed is None else "+" if match.signed else "-"
        lines.append(f"  {mark} {match.score / 10:4.1f} {match.other} {match.why}".rstrip())
    return "\n".join(lines)
