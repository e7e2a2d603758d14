"""A capability can be deleted: its folders, tables and commands, and its line in each list."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

# With what Python has compiled already.
IGNORED = shutil.ignore_patterns(".*", "var", "*.nb?", "test-results", "docs")
OWN = (
    "matchmaker/events/pilots",
    "matchmaker/models/pilot.py",
    "matchmaker/portal/api/pilots.py",
    "matchmaker/management/commands/judge_pilots.py",
    "matchmaker/lab/demo/pilots.py",
    "templates/events/pilots",
    "tests/matchmaker/events/pilots",
)
LISTS = (
    "matchmaker/apps.py",
    "matchmaker/urls.py",
    "matchmaker/models/__init__.py",
    "matchmaker/lab/demo/loader.py",
    "matchmaker/management/commands/prepare.py",
    "tests/house/market.py",
    "matchmaker/portal/api/urls.py",
    "tests/matchmaker/portal/api/access.py",
)
OTHERS = (
    "tests/house/test_access.py::test_every_address_is_declared",
    "tests/house/test_access.py::test_access_by_reading[founder]",
    "tests/matchmaker/portal/own_data/test_own_data.py::test_every_table_has_a_decision",
    "tests/matchmaker/test_frame.py::test_each_role_has_its_menu",
    "tests/matchmaker/desk/today/test_pages.py::test_today_shows_the_oldest_first",
)


def without_pilots(copy: Path) -> None:
    """Delete the capability `pilots` from a copy of the project."""
    for name in OWN:
        path = copy / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name in LISTS:
        lines = (copy / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (copy / name).write_text("".join(line for line in lines if "pilot" not in line.casefold()))
    settings = copy / "pyproject.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(" | pilots", ""))


def test_pilots_can_be_deleted(tmp_path):
    copy = tmp_path / "corridor"
    shutil.copytree(ROOT, copy, ignore=IGNORED)
    without_pilots(copy)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "CORRIDOR_DEMO": "1", "CORRIDOR_VAR": str(tmp_path / "var")}
    for command in (
        [bin_folder / "ruff", "check", "--no-cache", "matchmaker", "profiles", "tests/house"],
        [bin_folder / "lint-imports", "--no-cache"],
        [sys.executable, "manage.py", "check"],
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *OTHERS],
    ):
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
