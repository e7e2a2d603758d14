"""Receiving files, checking them in the worker, and letting them go."""

import logging
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import FileFault, FileKind, FileState
from profiles.integrations.file_checking import NotCheckedError, SentFile, Verdict, check_file
from profiles.models import CheckedFile, FileStore, Investor, Startup, User
from profiles.models.file import CHECKED, RECEIVED, checked_path, received_path
from profiles.models.leased_row import LeasedRows
from profiles.platform import leases
from profiles.platform.files.kinds import UNPACKED_LIMIT, UPLOAD_LIMIT
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError
from profiles.signals import file_checked, file_received

logger = logging.getLogger(__name__)

QUOTA = 100 * 1024 * 1024  # bytes of files that one company keeps
MOST_WAITING = 3  # files of one company that wait for their check
LEASE = timedelta(minutes=3)  # longer than a check may take
MOST_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)  # after a check that ended without a word
ORPHANED = timedelta(hours=1)  # a file is written before its row; after that no one writes the row any more
MEGABYTE = 1024 * 1024
MARK_FILE = "store"
SQLITE_FULL, POSTGRES_FULL = "database or disk is full", "53100"


class FileRefusedError(RefusedError):
    """The company cannot send another file now."""

    field = "file"


class NoRoomError(FileRefusedError):
    message = _(
        "There is no storage space for files at the moment. Nothing was saved. Please try again later."
    )


class OtherStoreError(Exception):
    """The files of this database are elsewhere."""


def count_upload(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Count a file that comes, before it is read.

    Raises:
        LimitReachedError: if the person or the company sends too many, or too large ones once unpacked.
    """
    limits.take_token(UPLOAD_LIMIT, account=by, company=company, at=at)
    limits.take_token(UNPACKED_LIMIT, company=company, at=at)


def free_bytes() -> int:
    """Return the free space of the data folder, which also has this machine's part of the files."""
    return shutil.disk_usage(settings.VAR_DIR).free


def is_full(error: BaseException | None) -> bool:
    """Return whether the database has no room."""
    code = getattr(error.__cause__, "sqlstate", "") if error else ""
    return isinstance(error, OperationalError) and (code == POSTGRES_FULL or str(error) == SQLITE_FULL)


@contextmanager
def room() -> Iterator[None]:
    """Refuse what is too large for the room that the database has."""
    try:
        yield
    except OperationalError as error:
        if not is_full(error):
            raise
        logger.exception("The database has no room.")
        raise NoRoomError from error


def _write(path: str, content: bytes) -> str:
    """Return the name of the stored bytes. Without room, no part of them stays."""
    try:
        return default_storage.save(path, ContentFile(content))
    except Exception as error:  # each kind of store has errors of its own
        logger.exception("The file store takes no file.")
        with suppress(Exception):
            default_storage.delete(path)
        raise NoRoomError from error


@contextmanager
def stored(sent: SentFile | None) -> Iterator[str]:
    """Store the bytes that came, and remove them again if the caller's transaction fails.

    Raises:
        NoRoomError: nothing was written.
    """
    name = _write(received_path(None, ""), sent.content) if sent else ""
    try:
        with room():
            yield name
    except BaseException:
        remove([name])
        raise


def receive(
    company: Startup | Investor,
    sent: SentFile,
    *,
    name: str,
    by: User,
    at: datetime,
    longest_edge: int | None = None,
) -> CheckedFile:
    """Write the row of a file that is stored under this name. The caller holds the company in a transaction.

    With `longest_edge` a picture is kept as a WebP of that many pixels at most.

    Raises:
        FileRefusedError: nothing was written.
    """
    files = CheckedFile.objects.filter(**{company.side.value: company})
    if files.filter(state=FileState.CHECKING).count() >= MOST_WAITING:
        raise FileRefusedError(
            _("Your company has files that are still being checked. Please try again in a minute.")
        )
    if not has_room(company, len(sent.content)):
        raise FileRefusedError(_("Your company has no room for another file: it has used its 100 MB."))
    values = {"kind": sent.kind, "name": sent.name, "size": len(sent.content), "longest_edge": longest_edge}
    file = CheckedFile.objects.create(**{company.side.value: company}, **values, received=name, by=by, at=at)
    file_received.send(CheckedFile)
    return file


def has_room(company: Startup | Investor, size: int) -> bool:
    files = CheckedFile.objects.filter(**{company.side.value: company})
    used = files.exclude(state=FileState.REFUSED).aggregate(used=Sum("size"))["used"] or 0
    return used + size <= QUOTA


def keep(
    company: Startup | Investor, content: bytes, *, kind: FileKind, name: str, by: User, at: datetime
) -> CheckedFile:
    """Keep what we have written ourselves, such as the small form of a picture, beside checked files.

    If the transaction fails, the bytes are removed with other orphans.
    """
    return CheckedFile.objects.create(
        **{company.side.value: company},
        state=FileState.READY,
        kind=kind,
        name=name,
        size=len(content),
        content=_write(checked_path(None, ""), content),
        by=by,
        at=at,
        checked_at=at,
    )


def write_for_an_hour(content: bytes) -> str:
    """Return the name of bytes without a row of their own, which the sweep of orphans removes.

    Raises:
        NoRoomError: nothing was written.
    """
    return _write(checked_path(None, ""), content)


def due(at: datetime) -> LeasedRows:
    """Return the files that wait for a check and that no worker has: those tried least first."""
    waiting = CheckedFile.objects.filter(state=FileState.CHECKING).select_related("startup", "investor")
    return waiting.free(at=at).order_by("attempts", "at", "pk")


def check_next(*, at: datetime) -> bool:
    file: CheckedFile | None = leases.claim(due(at), until=at + LEASE)
    if file is None:
        return False
    try:
        verdict = _verdict(file)
    except NotCheckedError:
        leases.release(file, until=at + PAUSE)
        return True
    megabytes = -(-verdict.unpacked // MEGABYTE)
    limits.charge(UNPACKED_LIMIT, company=file.company, amount=megabytes, at=at)
    try:
        _finish(file, verdict, at=timezone.now())  # what is read meanwhile comes before it
    except leases.LeaseLostError:  # the company was deleted, or another worker has the file
        pass
    except NoRoomError:  # says nothing of the file
        leases.release(file, until=at + PAUSE, attempts=file.attempts - 1)
    return True


def _verdict(file: CheckedFile) -> Verdict:
    failed = Verdict(b"", FileFault.FAILED, 0, 0, 0)
    if file.attempts > MOST_ATTEMPTS:
        return failed
    try:
        with file.received.open("rb") as received:
            return check_file(file.kind, received.read(), file.longest_edge)
    except FileNotFoundError:  # the data folder has lost it
        return failed


def _finish(file: CheckedFile, verdict: Verdict, *, at: datetime) -> None:
    received, file.fault, file.checked_at = file.received.name or "", verdict.fault, at
    name = "" if verdict.fault else _write(checked_path(None, ""), verdict.content)
    try:
        with transaction.atomic():
            file.state = FileState.REFUSED if file.fault else FileState.READY
            # Those who listen hold the companies; this row comes after them in the one lock order.
            file_checked.send(CheckedFile, file=file, content=verdict.content, at=at)
            is_ready = not file.fault
            leases.finish(
                file,
                state=FileState.READY if is_ready else FileState.REFUSED,
                fault=file.fault,
                content=name if is_ready else "",
                size=len(verdict.content) if is_ready else file.size,
                received="",
                checked_at=at,
            )
    except BaseException:
        remove([name])
        raise
    remove([received, "" if is_ready else name])


def without_owner(company: Startup | Investor, *, since: datetime) -> QuerySet[CheckedFile]:
    """Return the company's files from before a moment to which no row of any table leads."""
    rows = CheckedFile.objects.filter(**{company.side.value: company}, checked_at__lte=since)
    for relation in CheckedFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            leads = {relation.field.name: OuterRef("pk")}
            rows = rows.exclude(Exists(relation.related_model._base_manager.filter(**leads)))
    return rows


def forget(files: QuerySet[CheckedFile]) -> None:
    names = list(chain.from_iterable(files.values_list("received", "content")))
    files.delete()
    transaction.on_commit(lambda: remove(names))


def erase_company(company: Startup | Investor, _at: datetime) -> None:
    forget(CheckedFile.objects.filter(**{company.side.value: company}))


def remove(names: Iterable[str]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


def remove_orphans(*, at: datetime) -> int:
    names: list[str] = []
    for folder in (RECEIVED, CHECKED):
        with suppress(FileNotFoundError):  # no one has sent a file yet
            names += [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    stored_names = set(chain.from_iterable(CheckedFile.objects.values_list("received", "content")))
    orphans = [
        name
        for name in names
        if name not in stored_names and default_storage.get_modified_time(name) < at - ORPHANED
    ]
    remove(orphans)
    return len(orphans)


# --- Whether this machine has the one store of the database's files: both hold the same mark. A second
# machine with a folder of its own lacks it.
def mark_in_store() -> str:
    if not default_storage.exists(MARK_FILE):
        return ""
    with default_storage.open(MARK_FILE) as file:
        return bytes(file.read()).decode()


def has_our_files() -> bool:
    store = FileStore.objects.first()
    return store is None or store.mark == mark_in_store()


def claim_store(*, is_moved: bool = False) -> None:
    """Mark store and database as belonging together; safe to run again.

    Raises:
        OtherStoreError: if the database belongs to another store, unless its files have been moved here.
    """
    if is_moved:
        FileStore.objects.all().delete()
    if not FileStore.objects.exists():
        mark = mark_in_store()
        if not mark:
            mark = secrets.token_hex(20)
            default_storage.save(MARK_FILE, ContentFile(mark.encode()))
        FileStore.objects.create(mark=mark)
    if not has_our_files():
        raise OtherStoreError
