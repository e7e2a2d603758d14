"""`manage.py judge_decks`: what is proposed from decks, and is it right?"""

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from matchmaker.lab.evaluation.decks import Judged, judged_decks, shares
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Read the decks of a file, and print what is proposed for each field that a review needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="decks in TOML: pages, and what their founders would choose"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        decks = list(judged_decks(options["file"]))
        for deck in decks:
            self.stdout.write(f"{deck.name} ({deck.language})")
            for proposal, is_right in deck.proposals:
                values = ", ".join(proposal.values)
                self.stdout.write(
                    f"  {'+' if is_right else '-'} {proposal.field}: {values} (page {proposal.page})"
                )
            for field in sorted(deck.asked - deck.found):
                self.stdout.write(f"    nothing right for {field}")
        for language, own in groupby(decks, key=lambda deck: deck.language):
            self.stdout.write(_sum(language, list(own)))
        self.stdout.write(_sum("all", decks))


def _sum(name: str, decks: list[Judged]) -> str:
    found, asked, right, proposed = shares(decks)
    return (
        f"{name}: {found} of {asked} fields ({found / asked:.0%}), "
        f"{right} of {proposed} proposals are right ({right / max(proposed, 1):.0%})"
    )
