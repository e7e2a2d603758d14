"""`manage.py import_profiles startups|investors|deals FILE`: all rows of a file, or none."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from profiles.choices import RowOutcome
from profiles.curation.imports.columns import KINDS
from profiles.curation.imports.selectors import uncounted_notes
from profiles.curation.imports.services import run
from profiles.curation.imports.table import MOST_PROBLEMS, WrongFileError
from profiles.management.tables import DatabaseCommand
from profiles.people.accounts.services import accounts


class Command(DatabaseCommand):
    help = "Import startups, investors or deals from a CSV or XLSX file: every row, or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--submit", action="store_true", help="send new profiles to review at once")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        by = None if options["dry_run"] else accounts.system_account(accounts.IMPORTS, at=now)
        try:
            counts = run(options["kind"], options["file"], by=by, at=now, is_submitted=options["submit"])
        except WrongFileError as error:
            for problem in error.problems[:MOST_PROBLEMS]:
                self.stderr.write(str(problem))
            raise CommandError(f"Nothing was imported: {_count(len(error.problems))}.") from None
        act = "would be imported" if options["dry_run"] else "imported"
        count = counts[RowOutcome.NEW]
        kind = options["kind"].removesuffix("s") if count == 1 else options["kind"]
        others = [
            f"{counts[one]} {one.value}" for one in (RowOutcome.UPDATED, RowOutcome.UNCHANGED) if counts[one]
        ]
        self.stdout.write(", ".join([f"{count} {kind} {act}", *others]) + ".")
        for note in uncounted_notes(counts) if options["dry_run"] else ():
            self.stdout.write(note)


def _count(problems: int) -> str:
    if problems > MOST_PROBLEMS:
        return f"{problems} problems, the first {MOST_PROBLEMS} are shown"
    return "1 problem" if problems == 1 else f"{problems} problems"
