"""A capability can be deleted: its files, and its name in three lists (docs/add-a-capability.md)."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

# With what Python has compiled already.
IGNORED = shutil.ignore_patterns(".*", "var", "*.nb?", "test-results")
# By area and name: its module of models, and its files outside of its own folders.
CAPABILITIES = {
    "events/pilots": (
        "pilot",
        "matchmaker/portal/api/pilots.py",
        "matchmaker/lab/demo/pilots.py",
        "matchmaker/management/commands/judge_pilots.py",
    ),
    "events/missions": ("missions", "matchmaker/portal/api/missions.py", "matchmaker/lab/demo/missions.py"),
    "desk/what_if": ("what_if",),
    "desk/duplicates": ("duplicate", "matchmaker/management/commands/find_duplicates.py"),
    "portal/webhooks": (
        "webhook",
        "matchmaker/integrations/webhook_sender.py",
        "scripts/supervisord.webhooks.conf",
        "deploy/systemd/corridor-webhooks.service",
    ),
}
FOLDERS = ("matchmaker", "templates", "tests/matchmaker")
OTHERS = (
    "tests/house/test_access.py::test_every_address_is_declared",
    "tests/house/test_access.py::test_access_by_reading",
    "tests/house/test_deployment.py::test_every_queue_has_a_worker_in_both_ways",
    "tests/matchmaker/operations/test_periodic.py::test_every_periodic_task_does_its_work_on_an_empty_site",
    "tests/matchmaker/operations/test_periodic.py::test_an_idle_site_is_quiet",
    "tests/matchmaker/portal/own_data/test_own_data.py::test_every_table_has_a_decision",
    "tests/matchmaker/test_frame.py::test_each_role_has_its_menu",
    "tests/matchmaker/desk/today/test_pages.py::test_today_shows_the_oldest_first",
)


def delete(copy: Path, capability: str) -> None:
    """Delete a capability from a copy of the project."""
    models, *files = CAPABILITIES[capability]
    area, name = capability.split("/")
    shutil.rmtree(copy / "matchmaker" / "models" / models, ignore_errors=True)
    (copy / "matchmaker" / "models" / f"{models}.py").unlink(missing_ok=True)
    for folder in FOLDERS:
        shutil.rmtree(copy / folder / capability)
    for file in files:
        (copy / file).unlink()
    for path, pattern in (
        ("matchmaker/apps.py", rf'    "{area}\.{name}",.*\n'),
        ("matchmaker/models/__init__.py", rf"from matchmaker\.models\.{models} import (\([^)]*\)|.*)\n"),
        ("pyproject.toml", rf'"{name}", | \| {name}\b|\b{name} \| |, "matchmaker\.{area}\.{name}"'),
        ("deploy/compose.yaml", rf"  {name}:(.*\n)+?\n"),
    ):
        text = (copy / path).read_text(encoding="utf-8")
        (copy / path).write_text(re.sub(pattern, "", text), encoding="utf-8")


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_can_be_deleted(capability, tmp_path):
    copy = tmp_path / "corridor"
    shutil.copytree(ROOT, copy, ignore=IGNORED)
    delete(copy, capability)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "CORRIDOR_DEMO": "1", "CORRIDOR_VAR": str(tmp_path / "var")}
    for command in (
        ["git", "init", "--quiet"],
        [bin_folder / "ruff", "check", "--no-cache", "matchmaker", "profiles", "tests/house"],
        [bin_folder / "lint-imports", "--no-cache"],
        [sys.executable, "manage.py", "check"],
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *OTHERS],
    ):
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
