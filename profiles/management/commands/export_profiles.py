"""`manage.py export_profiles startups|investors|deals FILE`: a whole table, as import_profiles takes it."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from profiles import sheets
from profiles.curation.imports import selectors, services
from profiles.curation.imports.columns import KINDS
from profiles.management.tables import DatabaseCommand
from profiles.people.accounts.services import accounts


class Command(DatabaseCommand):
    help = "Export startups, investors or deals into a CSV or XLSX file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--exact", action="store_true", help="with exact amounts and private notes, which no page exports"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, kind = options["file"], options["kind"]
        if path.suffix.lstrip(".") not in sheets.FORMATS:
            raise CommandError("The file ends with .csv or .xlsx.")
        now, rows = timezone.now(), selectors.count_of(kind)
        by = accounts.system_account(accounts.IMPORTS, at=now)
        services.record_export(kind, rows=rows, by=by, at=now)
        header, lines = selectors.table(kind, is_exact=options["exact"])
        if path.suffix == ".xlsx":
            path.write_bytes(sheets.xlsx(kind, header, lines))
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(sheets.csv_lines(header, lines))
        self.stdout.write(f"{rows} {kind} exported.")
