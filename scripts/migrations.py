"""Regenerate the first migration of both apps from the models (before the first release; see docs/run.md).

Later-numbered migrations hold SQL of our own, such as triggers: they are put aside meanwhile and come back
untouched, because their dependencies name 0001_initial. If anything fails, everything comes back.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("profiles", "matchmaker")


def folder(app: str) -> Path:
    """Return where the app's migrations are."""
    return ROOT / app / "migrations"


def put_aside(kept: Path) -> None:
    """Move every numbered migration of both apps into the folder `kept`."""
    for app in APPS:
        (kept / app).mkdir()
        for path in folder(app).glob("[0-9]*.py"):
            shutil.move(path, kept / app / path.name)


def bring_back(kept: Path, *, first: bool) -> None:
    """Move the migrations back; the generated first ones only when `first` is true."""
    for app in APPS:
        for path in (kept / app).iterdir():
            if first or not path.name.endswith("_initial.py"):
                shutil.move(path, folder(app) / path.name)


def make(app: str) -> int:
    """Run makemigrations for one app: one at a time in APPS' order, or Django splits matchmaker's in two."""
    command = [sys.executable, "manage.py", "makemigrations", "--name", "initial", app]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "CORRIDOR_DEMO": "1"}).returncode


def main() -> int:
    """Make 0001_initial anew for both apps. Return the worst exit code."""
    with tempfile.TemporaryDirectory() as name:
        kept = Path(name)
        for app in APPS:
            folder(app).mkdir(exist_ok=True)
            (folder(app) / "__init__.py").touch()
        put_aside(kept)
        codes = [make(app) for app in APPS]
        bring_back(kept, first=any(codes))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
