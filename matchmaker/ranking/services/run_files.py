"""The arrays that the workers of one run share: stored in the database, mapped into memory from a local copy.

So workers on different machines need nothing in common but the database and the broker. Each fetches a file
once into its own data folder; what belongs to a run that is over is removed with it, or by the next sweep
when a worker was killed in between.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from matchmaker.models import RunFile, RunFilePart
from matchmaker.ranking.services import array_files, runs
from matchmaker.ranking.services.array_files import Array

PART = 4 * 1024 * 1024  # bytes of a file in one row


class NoFileError(Exception):
    """The run has no such file, or it was removed while it was fetched."""


def save(run_pk: int, name: str, arrays: Mapping[str, Array]) -> None:
    """Store arrays as the file of this name, for all workers at once, and keep the local copy."""
    token = uuid4()
    path = _path(run_pk, token)
    array_files.save(path, arrays)
    _store(run_pk, name, token, path)


@transaction.atomic
def _store(run_pk: int, name: str, token: UUID, path: Path) -> None:
    stored = RunFile.objects.create(run_id=run_pk, name=name, token=token, size=path.stat().st_size)
    with path.open("rb") as file:
        for number, content in enumerate(iter(lambda: file.read(PART), b"")):
            RunFilePart.objects.create(file=stored, number=number, content=content)


def load(run_pk: int, name: str) -> dict[str, Array]:
    """Return the arrays of a file, mapped into memory; fetch it first where this machine has no copy.

    Raises:
        NoFileError: if there is no such file.
    """
    found = _newest(run_pk, name)
    if found is None:
        raise NoFileError(f"Run {run_pk} has no {name}.")
    path = _path(run_pk, found.token)
    if not path.exists():
        _fetch(found, path)
    return array_files.load(path)


def token(run_pk: int, name: str) -> UUID | None:
    """Return what names the newest file of this name, None if there is none: equal tokens, equal bytes."""
    found = _newest(run_pk, name)
    return found.token if found else None


def _newest(run_pk: int, name: str) -> RunFile | None:
    return RunFile.objects.filter(run_id=run_pk, name=name).order_by("-pk").first()


def _fetch(found: RunFile, path: Path) -> None:
    """Write the local copy under another name and rename it, so whoever sees it sees all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    parts = RunFilePart.objects.filter(file=found).values_list("content", flat=True)
    with unfinished.open("wb") as file:
        for number in range(-(-found.size // PART)):
            content = parts.filter(number=number).first()
            if content is None:
                raise NoFileError(f"{found} was removed.")
            file.write(content)
    unfinished.replace(path)


def folder() -> Path:
    """Return where this machine keeps its copies."""
    return Path(settings.VAR_DIR) / "snapshots"


def _path(run_pk: int, named: UUID) -> Path:
    return folder() / f"run-{run_pk}" / f"{named}.bin"


def remove(run_pk: int) -> None:
    """Remove everything of a run, from the database and from this machine."""
    with transaction.atomic():
        RunFilePart.objects.filter(file__run=run_pk).delete()
        RunFile.objects.filter(run=run_pk).delete()
    shutil.rmtree(folder() / f"run-{run_pk}", ignore_errors=True)


def remove_old() -> None:
    """Remove what runs have left behind that are over, however they ended."""
    left = {int(path.name.removeprefix("run-")) for path in folder().glob("run-*")}
    left |= set(RunFile.objects.order_by().values_list("run", flat=True).distinct())
    # The open runs last: a run that is asked for meanwhile must not seem to be over.
    for run_pk in left - set(runs.unfinished().values_list("pk", flat=True)):
        remove(run_pk)
