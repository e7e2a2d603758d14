"""`manage.py load_demo`: the demonstration's fictional market, its people, and what they have done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from matchmaker.lab.demo import companies, loader, vectors
from matchmaker.portal.search import services as search
from matchmaker.searchable import searchable_changed
from profiles.management.tables import DatabaseCommand


@contextmanager
def indexed_once() -> Iterator[None]:
    """Index pilots and programmes once at the end, instead of after each act. The worker mends what fails."""
    searchable_changed.disconnect(dispatch_uid=search.INDEX_SOON)
    try:
        yield
    finally:
        searchable_changed.connect(search.index_soon, dispatch_uid=search.INDEX_SOON)
        search.index_missing(at=timezone.now() + search.CHANGED_BEFORE)


class Command(DatabaseCommand):
    help = "Load the demonstration (safe to run again)."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = ", ".join(loader.PARTS)
        parser.add_argument("parts", nargs="*", help=f"what to load besides the companies (all): {parts}")
        parser.add_argument("--companies", action="store_true", help="the companies and their people alone")
        parser.add_argument(
            "--write-vectors",
            action="store_true",
            help="nothing but write profiles/data/demo_vectors.csv again, after texts have changed: "
            "on a database that has the demonstration alone, after manage.py rank",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write_vectors"]:
            vectors.write()
            return
        try:
            new = {"companies": companies.load(at=timezone.now())}
        except companies.NotADemoError:
            raise CommandError(
                "The demo accounts have a public password: set CORRIDOR_DEMO=1 to load them."
            ) from None
        if new["companies"]:
            vectors.load()
        parts = [] if options["companies"] else options["parts"] or loader.PARTS
        # Each part at a moment of its own: a change counts as unread when it is later than the review.
        with indexed_once():
            new |= {name: loader.load(loader.PARTS[name], at=timezone.now()) for name in parts}
        if options["verbosity"]:
            self.stdout.write("New: " + ", ".join(f"{count} {name}" for name, count in new.items()))
