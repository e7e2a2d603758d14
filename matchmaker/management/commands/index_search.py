"""`manage.py index_search`: write the whole search index again."""

import time
from typing import Any

from django.utils import timezone

from matchmaker.portal.search import services as search
from profiles.integrations import planner
from profiles.management.tables import DatabaseCommand


class Command(DatabaseCommand):
    """Write everything that search finds by. Pages stay usable meanwhile: each batch is one transaction."""

    help = "Write the search index anew (after an import past the pages, or an upgrade)."

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        counts = search.index_everything(at=timezone.now())
        planner.count_rows()
        if options["verbosity"]:
            text = ", ".join(f"{count} of {kind}" for kind, count in sorted(counts.items()))
            self.stdout.write(f"{text}: in {time.monotonic() - begun:.1f} s.")
