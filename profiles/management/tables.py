"""Commands that work on the database."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone


class DatabaseCommand(BaseCommand):
    """A command that says so, instead of failing half-way, where the tables are not those of the code."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        """Raise CommandError if a migration is missing."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not set up for this version: run `manage.py migrate` first.")


class DemoCommand(DatabaseCommand):
    """A command that loads a part of the demonstration, once, and tells how many of `what` are new."""

    what: str

    def load(self, *, at: datetime) -> int:
        """Load the part, as of that moment; return how much is new."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and tell."""
        made = self.load(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{made} {self.what} are new.")
