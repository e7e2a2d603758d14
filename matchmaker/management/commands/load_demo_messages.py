"""`manage.py load_demo_messages`: what the demonstration’s companies have written to each other."""

from typing import Any

from django.utils import timezone

from matchmaker.conversations.services import demo
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Load conversations of the introductions that both agreed to; after load_demo_introductions."""

    help = "Load the conversations of the demonstration (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and tell how many messages are new."""
        made = demo.load_messages(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{made} messages are new.")
