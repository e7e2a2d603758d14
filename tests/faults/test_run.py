"""`make run` as a stranger meets it: from nothing to a page, through deaths, to a clean end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.servers import ROOT, wait_for

pytestmark = pytest.mark.chaos
OURS = {
    "CORRIDOR_VAR", "CORRIDOR_DEMO", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STATIC_STORAGE",
    "REDIS_URL",
}  # fmt: skip


def free_port():
    """Return a port that no one uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """One `make run` on a data folder and port of its own."""

    def __init__(self, var):
        self.var, self.port = var, free_port()
        self.output = var.parent / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "scripts/run.py"],
                cwd=ROOT,
                env=self.environment(self.port),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def environment(self, port):
        """Return a stranger's environment: nothing of the tests' own."""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**kept, "CORRIDOR_VAR": str(self.var), "PORT": str(port), "PERIODIC_SECONDS": "1"}

    def said(self):
        """Return what it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def get(self, path):
        """Return status and body of a page; 0 while no one listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def ready(self):
        """Return whether all parts do their work."""
        return self.get("/readyz")[0] == 200

    def again(self, port, var):
        """Try to run once more, on this port and data."""
        command = [sys.executable, "scripts/run.py"]
        own = {**self.environment(port), "CORRIDOR_VAR": str(var)}
        return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=30)

    def services(self):
        """Return the process ids of the services: the first process of each, under Supervisor."""
        words = {"broker": "valkey-server", "worker": "-Q celery", "slow": "-Q slow", "web": "gunicorn"}
        command = ["ps", "-ww", "-eo", "pid=,ppid=,args="]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = [(int(pid), int(parent), args) for pid, parent, args in map(split, listed.splitlines())]
        supervisors = [pid for pid, parent, _args in rows if parent == self.process.pid]
        mine = [(pid, args) for pid, parent, args in rows if parent in supervisors]
        return {name: pid for name, word in words.items() for pid, args in mine if word in args}


def split(line):
    """Return the columns of a line of ps."""
    return line.split(None, 2)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that has shown its first page."""
    var = tmp_path_factory.mktemp("run") / "var"
    one = Run(var)
    try:
        wait_for(
            lambda: "Ready after" in one.said() or one.process.poll(), seconds=240, what="The first page"
        )
        assert "Ready after" in one.said(), one.said()
        yield one
    finally:
        one.process.terminate()
        one.process.wait(timeout=60)


def is_group_alive(group):
    """Return whether any process of the group lives; a dead one that no one has fetched yet does not."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in rows)


def test_first_page_with_rankings_and_accounts(run):
    said = run.said()
    assert run.get("/")[0] == 200, said
    for account in ("ayesha@", "liwei@", "sana@", "corridor-demo", f"http://localhost:{run.port}"):
        assert account in said
    wait_for(run.ready, seconds=120, what="Readiness")
    state = json.loads(run.get("/readyz")[1])
    assert (state["database"], state["broker"], state["worker"], state["jobs"]) == (True, True, True, True)


def test_a_second_run_on_the_same_data_refuses(run):
    again = run.again(free_port(), run.var)
    assert (again.returncode, "already runs" in again.stderr) == (1, True), again.stderr


def test_a_taken_port_is_refused_with_advice(run, tmp_path):
    other = run.again(run.port, tmp_path)
    assert (other.returncode, f"make run PORT={run.port + 1}" in other.stderr) == (1, True), other.stderr


@pytest.mark.parametrize("name", ["broker", "worker", "web"])
def test_what_dies_comes_back(run, name):
    wait_for(run.ready, seconds=120, what="Readiness")
    dead = run.services()[name]
    os.kill(dead, signal.SIGKILL)
    wait_for(lambda: run.services().get(name, dead) != dead, seconds=30, what=f"A new {name}")
    wait_for(run.ready, seconds=120, what="Readiness after a death")
    wait_for(lambda: not is_group_alive(dead), seconds=30, what=f"The end of what the {name} started")


def test_the_end_leaves_nothing_behind(run):
    """Last in this file: it stops the run that the tests above share."""
    started = list(run.services().values())
    assert len(started) == 4
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(timeout=60) == 0
    assert [group for group in started if is_group_alive(group)] == []
