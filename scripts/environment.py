"""Make .venv from the lock file, or leave it alone when it already matches.

Runs before anything is installed, so it needs Python 3.11 or newer and nothing else. uv is used when it is on
the path, pip otherwise. `environment.py` installs what runs the product, `environment.py production` also
what a site of several machines may need, `environment.py dev` also what checks it.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "corridor-lock"


LOCKS = {
    "": "requirements.lock",
    "production": "requirements-production.lock",
    "dev": "requirements-dev.lock",
}  # each holds the one before it


def lock_file(kind: str) -> Path:
    """Return the lock that pins what is to be installed."""
    return ROOT / LOCKS[kind]


def digest(path: Path) -> str:
    """Return what STAMP holds when the file's packages are installed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_current(kind: str) -> bool:
    """Return whether .venv already holds what the lock names; a later lock covers the ones before it."""
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    installed = STAMP.read_text(encoding="ascii")
    kinds = list(LOCKS)
    return installed in [digest(lock_file(each)) for each in kinds[kinds.index(kind) :]]


@contextmanager
def alone() -> Iterator[None]:
    """Hold the environment's lock, so that two makes at once do not install over each other."""
    with (ROOT / "requirements.lock").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def installer() -> list[str]:
    """Return the command that installs into .venv, from the fastest tool at hand."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    if importlib.util.find_spec("pip"):
        # Python compiles what it loads; pip would compile five thousand files first, most of them for no one.
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        return [*pip, "install", "--quiet", "--no-compile"]
    sys.exit("Corridor needs pip or uv to install its packages. On Debian: apt-get install python3-pip")


def install(kind: str) -> None:
    """Create .venv if it is missing and install exactly what the lock names, checked by hash."""
    command = installer()
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False, symlinks=True)
    STAMP.unlink(missing_ok=True)
    lock = lock_file(kind)
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for at, names in enumerate(parts(lock, os.cpu_count() or 1)):
            part = Path(folder, f"{at}.txt")
            part.write_text(names, encoding="utf-8")
            # The lock names everything, so there is nothing to resolve.
            options = ("--no-deps", "--require-hashes", "-r", str(part))
            running.append(subprocess.Popen([*command, *options], cwd=ROOT, env=environment))
        codes = [process.wait() for process in running]
    if any(codes):
        sys.exit(f"The packages of {lock.name} could not be installed; the lines above say why.")
    STAMP.write_text(digest(lock), encoding="ascii")


def parts(lock: Path, processors: int) -> list[str]:
    """Deal out what the lock names to two installers where there are processors for them.

    pip unpacks one package after the other; uv sees to all processors itself, and takes no harm from two.
    """
    count = min(2, processors)
    section = re.split(r"^(?=\w)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return ["".join(section[at::count]) for at in range(count)]


def ensure(kind: str = "") -> bool:
    """Make sure .venv matches the lock. Return whether anything had to be installed."""
    with alone():
        if is_current(kind):
            return False
        install(kind)
        return True


if __name__ == "__main__":
    wanted = "".join(sys.argv[1:])
    if wanted not in LOCKS:
        sys.exit("Say nothing, production or dev.")
    if ensure(wanted):
        print(f"Installed {LOCKS[wanted]} into .venv")
