"""`manage.py load_demo_introductions`: what the demonstration's companies have asked each other."""

from typing import Any

from django.utils import timezone

from matchmaker.introductions.services import demo
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Load a request for each demo account to answer, and one that both agreed to; after load_demo."""

    help = "Load what the demonstration's companies have asked each other (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and tell how many acts there are."""
        acts = demo.load_introductions(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{acts} acts are new.")
