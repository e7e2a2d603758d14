"""The copy of one's own data as one file: a ZIP with the rows as JSON, and the files that were sent.

It is as large as a company's room for files at most (QUOTA in conversations/services.py). It is made
while it is sent, on disk where it is large, and kept nowhere.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

from matchmaker.models import Message
from matchmaker.own_data.selectors import copy_for, sent_files
from profiles.models import User

ROWS = "corridor-data.json"
IN_MEMORY = 4 * 1024 * 1024  # bytes
PIECE = 64 * 1024  # bytes


def archive_for(user: User) -> Iterator[bytes]:
    """Return the archive in pieces; what stands in it is read now."""
    rows = json.dumps(copy_for(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return _pieces(rows, sent_files(user))


def _pieces(rows: str, messages: Iterable[Message]) -> Iterator[bytes]:
    """Pack rows and files, and yield what was packed."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as packed:
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            archive.writestr(ROWS, rows)
            for message in messages:
                with suppress(FileNotFoundError):  # the data folder has lost it
                    _add(archive, message)
        packed.seek(0)
        yield from iter(lambda: packed.read(PIECE), b"")


def _add(archive: ZipFile, message: Message) -> None:
    """Put a message's file into the archive, under the message's number; its kinds are packed already."""
    with message.file.open("rb") as stored:
        name = f"files/{message.pk}-{message.file_name}"
        archive.writestr(name, stored.read(), compress_type=ZIP_STORED)
