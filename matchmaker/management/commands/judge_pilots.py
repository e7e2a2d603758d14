"""`manage.py judge_pilots`: would a careful reader sign the lists of pilots?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from matchmaker.events.pilots.selectors.board import demo_profiles
from matchmaker.lab.evaluation import judged
from matchmaker.management.commands.judge import table_as_text
from matchmaker.matching import graded_pairs
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Rank the demonstration's pilots with the default weights and judge the lists by graded pairs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("grades", type=Path, help="pilot, applicant, grade_1 (slugs of the demo)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            judgement = judged.judge_profiles(
                options["grades"], demo_profiles(), kind="pilot", on=timezone.now().date()
            )
        except graded_pairs.BadGradesError as wrong:
            raise CommandError(str(wrong)) from wrong
        titles = (
            ("for a pilot: who fits", judgement.profiles),
            ("for a company: pilots", judgement.applicants),
        )
        for title, lines in titles:
            self.stdout.write(table_as_text(title, lines))
        self.stdout.write("\n".join(f"{slug:32}{ndcg:.3f}" for slug, ndcg in judgement.each.items()))
