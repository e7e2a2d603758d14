"""`manage.py load_demo_pilots`: pilots of the demonstration's companies, one in every state."""

from typing import Any

from django.utils import timezone

from matchmaker.pilots.services import demo
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Load pilots that wait, are open, run and have results; after load_demo."""

    help = "Load pilots of the demonstration's companies (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and tell how many are new."""
        made = demo.load_pilots(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{made} pilots are new.")
