"""`manage.py prepare`: bring database, files and rankings up to date; safe to run again and again."""

import fcntl
import gc
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from matchmaker.matching.ranking.market import term_index
from matchmaker.matching.ranking.services import market_state
from matchmaker.portal.search import services as search
from profiles.integrations import planner
from profiles.people.accounts.selectors import open_demo_accounts
from profiles.platform.files import services as files

ACCOUNTS = """
  Founder    {founder}
  Investor   {investor}
  Curator    {curator}
  Password   {password} for all three; or choose a person on the front page, without a password.

As the founder: read the recommended partners and why they fit; edit the startup and see the list change.
As the investor: browse the recommended startups, shortlist one, pass on one with a reason.
As the curator: approve the waiting profiles, boost or hide a pairing, re-rank.
"""


def static_digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = static_digest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest, encoding="ascii")


def prepare_database() -> None:
    """Bring the tables up to date, and the one in which rate limits are counted."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not settings.DEMO and (count := open_demo_accounts().count()):
        raise CommandError(f"{count} demo accounts are open on this database: manage.py close_demo")
    try:
        files.claim_store()
    except files.OtherStoreError:
        raise CommandError(
            "The files of this database are in another store. Share its folder, or set S3_BUCKET "
            "(docs/run.md). If they have been moved here: manage.py adopt_files"
        ) from None


def rank_if_due() -> None:
    if term_index.why_again(
        at=timezone.now(), age=term_index.CALIBRATION_AGE, engine_version=market_state.ENGINE_VERSION
    ):
        call_command("rank", verbosity=0)
    planner.count_rows()


def index_what_is_missing() -> None:
    soon = timezone.now() + timedelta(minutes=1)
    if sum(iter(partial(search.index_missing, at=soon), 0)):
        search.count_words(at=soon)


STEPS: dict[str, Callable[[], object]] = {
    "database": prepare_database,
    "tables": partial(call_command, "load_tables", verbosity=0),
    "demo": partial(call_command, "load_demo", verbosity=0),
    "rankings": rank_if_due,
    "search": index_what_is_missing,
    "messages": partial(call_command, "compilemessages", verbosity=0),
    "static": collect_static,
}


FILES = ("messages", "static")  # of the release, on this machine; the other steps are about the database
LOCK = 7_274_215  # any number: what a second `prepare` on the same database waits for


@contextmanager
def one_at_a_time(step: str) -> Iterator[None]:
    """Let a second `prepare` wait: both would make the same tables, or write the same files."""
    if step in FILES or connection.vendor == "sqlite":
        what = "files" if step in FILES else "database"
        with (settings.VAR_DIR / f"prepare-{what}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # Files of the release hold no data, and another account than the one that makes them serves them.
            before = os.umask(0o022) if step in FILES else None
            try:
                yield
            finally:
                if before is not None:
                    os.umask(before)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Command(BaseCommand):
    help = "Bring database, files and rankings up to date (safe to run again)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the steps to run; without any, all of them but the demonstration's."""
        parser.add_argument("steps", nargs="*", help=f"any of: {', '.join(STEPS)}")
        parser.add_argument("--accounts", action="store_true", help="name the demo accounts at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        if unknown := set(options["steps"]) - set(STEPS):  # argparse before 3.12 has no choices for no steps
            raise CommandError(f"{', '.join(sorted(unknown))}: not one of {', '.join(STEPS)}")
        for name in options["steps"] or [name for name in STEPS if name != "demo"]:
            begun = time.monotonic()
            with one_at_a_time(name):
                STEPS[name]()
            # On stderr, in plain style: `make run` shows it at once, and what is on stdout at the end.
            self.stderr.write(f"  {name:<14}{time.monotonic() - begun:5.1f} s", style_func=str)
        if options["accounts"] and settings.DEMO:
            self.stdout.write(ACCOUNTS.format(password=settings.DEMO_PASSWORD, **settings.DEMO_ACCOUNTS))
            gc.freeze()  # `make run` waits for the end: a last search for garbage would take two seconds
