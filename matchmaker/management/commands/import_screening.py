"""`manage.py import_screening`: take in a published screening list."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from matchmaker.deals.fair_dealing import services as fair_dealing
from matchmaker.deals.fair_dealing.screening_lists import UnknownFormatError, read_list
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Import a published screening list; a curator decides about every name that resembles one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list_code", help="OFAC-SDN, OFAC-CONS, UN-SC, EU-FSF or US-CSL")
        parser.add_argument("file", type=Path, help="the file as it was published")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            names = read_list(options["list_code"], options["file"])
        except (UnknownFormatError, OSError) as error:
            raise CommandError(str(error)) from error
        new = fair_dealing.import_names(options["list_code"], names, at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{len(names)} names; {new} new candidates for a curator to look at.")
