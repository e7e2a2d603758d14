"""`manage.py adopt_files`: say that the files of this database are in this store now."""

from typing import Any

from profiles.management.tables import DatabaseCommand
from profiles.platform.files import services as files


class Command(DatabaseCommand):
    """Let database and store belong together from here on."""

    help = "Say that the files of the database have been moved to this machine's store."

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark both."""
        files.claim_store(is_moved=True)
