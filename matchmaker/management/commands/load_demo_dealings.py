"""`manage.py load_demo_dealings`: what the demonstration's companies say about fair dealing."""

from typing import Any

from django.utils import timezone

from matchmaker.fair_dealing.services import demo
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Load answers, terms and a request to disclose for a few demo pairs; after load_demo."""

    help = "Load what the demonstration's companies say about fair dealing (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and tell for how many pairs."""
        pairs = demo.load_dealings(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{pairs} pairs are new.")
