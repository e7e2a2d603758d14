"""`manage.py load_tables`: the shared vocabulary and the exchange rates."""

from typing import Any

from profiles.catalogue.taxonomy import services as loading
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    help = "Load the tables of profiles/data (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = loading.load()
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {table}" for table, count in loaded.items()))
