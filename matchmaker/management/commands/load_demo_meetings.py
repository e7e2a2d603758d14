"""`manage.py load_demo_meetings`: what the demonstration’s companies have arranged."""

from typing import Any

from django.utils import timezone

from matchmaker.meetings.services import demo
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Load meetings of the introductions that both agreed to; after load_demo_introductions."""

    help = "Load the meetings of the demonstration (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and tell how many meetings are new."""
        made = demo.load_meetings(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{made} meetings are new.")
