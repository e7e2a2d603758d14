"""The files of messages as bytes in the data folder. The rows of the database say whose they are."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from matchmaker.models import Message
from matchmaker.models.conversation import file_path
from profiles.models import Investor, Startup

ORPHANED = timedelta(hours=1)  # a file is written before its row; after that nobody writes the row any more


def store_file(content: bytes) -> str:
    """Write the bytes under a name of their own and return it."""
    return default_storage.save(file_path(None, ""), ContentFile(content))


def erase_company(company: Startup | Investor, _at: datetime) -> None:
    """Remove all files in a company's conversations, its own and the other sides', once its rows are gone."""
    both = Message.objects.filter(**{str(company.side): company}).exclude(file="")
    names = list(both.values_list("file", flat=True))
    transaction.on_commit(lambda: remove(names))


def remove(names: Iterable[str]) -> None:
    """Remove files; one that is gone already is no fault."""
    for name in names:
        default_storage.delete(name)


def remove_orphans(*, at: datetime) -> int:
    """Remove the files that no message has: what a killed process left. Return how many."""
    found: list[str] = []
    with suppress(FileNotFoundError):  # nobody has sent a file yet
        found = [f"messages/{name}" for name in default_storage.listdir("messages")[1]]
    known = set(Message.objects.exclude(file="").values_list("file", flat=True))
    orphans = [
        name
        for name in found
        if name not in known and default_storage.get_modified_time(name) < at - ORPHANED
    ]
    remove(orphans)
    return len(orphans)
