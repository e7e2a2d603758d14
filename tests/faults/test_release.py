"""deploy/release on machines without servers: which release a machine runs, and where an upgrade stops."""

import subprocess
import sys

import pytest

from tests.faults.test_run import free_port
from tests.servers import ROOT

pytestmark = pytest.mark.chaos
# In the place of systemd and ssh: notes what is asked for; a folder stands for the address of a machine.
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$CORRIDOR_HOME/asked"
[ "$1" != is-enabled ] || [ -e "$CORRIDOR_HOME/web" ]
"""
SSH = '#!/bin/sh\nexport CORRIDOR_HOME="{folder}/$1" && shift 2\nexec "{script}" "$@"\n'
SCRIPT = ROOT / "deploy" / "release"


@pytest.fixture
def machines(tmp_path):
    """Two machines of workers that run the release `one` and have `two` as well."""
    (tmp_path / "bin").mkdir()
    for name, text in (("systemctl", SYSTEMCTL), ("ssh", SSH.format(folder=tmp_path, script=SCRIPT))):
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    for machine in ("a", "b"):
        for release in ("one", "two"):
            folder = tmp_path / machine / "releases" / release / ".venv" / "bin"
            folder.mkdir(parents=True)
            (folder / "python").symlink_to(sys.executable)
        (tmp_path / machine / "current").symlink_to("releases/one")
    return [tmp_path / "a", tmp_path / "b"]


def release(machine, *words):
    """Run the script on a machine; return whether it ended well, and what it said."""
    path = f"{machine.parent / 'bin'}:/usr/bin:/bin"
    environment = {"CORRIDOR_HOME": str(machine), "PATH": path, "CORRIDOR_PATIENCE": "1"}
    environment["CORRIDOR_WEB"] = f"127.0.0.1:{free_port()}"  # where no one answers
    done = subprocess.run([SCRIPT, *words], env=environment, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def running(*machines):
    return [(machine / "current").readlink().name for machine in machines]


def test_a_release_is_taken_on_one_machine_after_the_other_and_back(machines):
    assert release(machines[0], "on", "a b", "switch", "two") == (True, "")
    assert running(*machines) == ["two", "two"]
    asked = (machines[0] / "asked").read_text().splitlines()
    assert asked[0] == "try-restart corridor-web"
    assert asked[2].startswith("try-restart corridor-worker corridor-periodic")
    assert release(machines[0], "on", "a b", "back")[0]
    assert running(*machines) == ["one", "one"]
    assert release(machines[0], "back")[0]
    assert running(*machines) == ["two", "one"]


def test_a_machine_that_is_not_ready_takes_the_release_before_and_the_next_one_keeps_it(machines):
    (machines[0] / "web").touch()
    good, said = release(machines[0], "on", "a b", "switch", "two")
    assert not good
    assert "two was not ready within 1 s, so one runs again" in said
    assert running(*machines) == ["one", "one"]
    assert not (machines[1] / "asked").exists()


def test_what_is_not_there_is_not_run(machines):
    for words in (("switch", "three"), ("switch", "one"), ("back",), ("switch",), ()):
        assert not release(machines[0], *words)[0]
    assert running(machines[0]) == ["one"]
    assert not (machines[0] / "asked").exists()


ENVIRONMENT = """
import pathlib, sys
folder = pathlib.Path(".venv/bin")
folder.mkdir(parents=True)
(folder / "python").symlink_to(sys.executable)
"""


@pytest.fixture
def source(tmp_path):
    """A release to build, with nothing in it but what the build runs."""
    folder = tmp_path / "source"
    for name in ("matchmaker", "profiles", "scripts"):
        (folder / name).mkdir(parents=True)
    for name in ("manage.py", "matchmaker/wsgi.py", "matchmaker/tasks.py"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "scripts" / "environment.py").write_text(ENVIRONMENT, encoding="utf-8")
    return folder


def test_a_build_that_fails_can_be_tried_again(machines, source):
    script = source / "manage.py"
    script.write_text("raise SystemExit(1)", encoding="utf-8")
    assert not release(machines[0], "build", str(source), "three")[0]
    assert not (machines[0] / "releases" / "three").exists()
    script.write_text("", encoding="utf-8")
    assert release(machines[0], "build", str(source), "three") == (True, "")
    assert (machines[0] / "releases" / "three" / ".venv" / "bin" / "python").exists()


def test_a_build_leaves_a_release_that_is_there(machines, source):
    good, error = release(machines[0], "build", str(source), "two")
    assert not good
    assert "two is there already" in error
    assert (machines[0] / "releases" / "two").exists()
