"""`manage.py close_demo`: close the demonstration's accounts on a database that goes on without it."""

from typing import Any

from django.utils import timezone

from profiles.management.tables import DatabaseCommand
from profiles.people.accounts.services import accounts


class Command(DatabaseCommand):
    help = "Close the demonstration's accounts for good (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = accounts.close_demo_accounts(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{closed} demo accounts are closed now.")
