"""What an earlier run did already, by stamps in the data folder: a second start need not do it again."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import environment

ROOT = environment.ROOT
ENGINE = ROOT / "matchmaker" / "engine"
LOCALE = ROOT / "matchmaker" / "locale"
READ = ("profiles", "matchmaker", "static")  # folders that `manage.py prepare` reads
VARIABLES = ("CORRIDOR_DEMO", "STATIC_STORAGE", "TEXT_MODEL")  # that change what it makes
MADE = ("corridor.sqlite3", "static/.collected")  # in the data folder


def kernel() -> str:
    """Return the version of what is compiled."""
    sources = (environment.lock_file(dev=False), *sorted(ENGINE.rglob("*.py")))
    return hashlib.sha256("".join(map(environment.digest, sources)).encode()).hexdigest()


def sources(variables: Mapping[str, str]) -> str:
    """Return the version of all that `manage.py prepare` reads, by the names, sizes and times of files."""
    found = hashlib.sha256(environment.digest(environment.lock_file(dev=False)).encode())
    for name in VARIABLES:
        found.update(f"{name}={variables.get(name)}\n".encode())
    for path in sorted(path for folder in READ for path in (ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".mo":
            state = path.stat()
            found.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def prepared(var: Path, variables: Mapping[str, str], version: str) -> str | None:
    """Return what the run that prepared this version told at the end; None if it has to be done again.

    Another database than the data folder's own may have changed in other hands, so it is always prepared.
    """
    stamp = var / "prepared"
    made = [*(var / name for name in MADE), *(path.with_suffix(".mo") for path in LOCALE.rglob("*.po"))]
    if "DATABASE_URL" in variables or not all(path.exists() for path in (stamp, *made)):
        return None
    known, _, told = stamp.read_text(encoding="utf-8").partition("\n")
    return told if known == version else None


def keep(var: Path, version: str, told: str) -> None:
    """Note that this version is prepared."""
    (var / "prepared").write_text(f"{version}\n{told}", encoding="utf-8")
