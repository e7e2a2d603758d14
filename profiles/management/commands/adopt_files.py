"""`manage.py adopt_files`: say that the files of this database are in this store now."""

from typing import Any

from profiles.management.tables import DatabaseCommand
from profiles.platform.files import services as files


class Command(DatabaseCommand):
    help = "Say that the files of the database have been moved to this machine's store."

    def handle(self, *args: Any, **options: Any) -> None:
        files.claim_store(is_moved=True)
