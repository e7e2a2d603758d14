"""Run every test: those of the database on PostgreSQL first, then the others on SQLite.

PostgreSQL is a throw-away cluster in a temporary folder, without durability, on a free loopback port. What is
given on the command line goes to pytest, for example `suite.py tests/profiles -x`; such a part runs whole on
both databases (`suite.py tests`: all of it, which takes longer).
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environment
import machine

PARALLEL = ("-n", "2")
# Compiled once before the test processes start; each would do it for itself otherwise.
KERNEL = "from matchmaker.engine import warm_up; warm_up()"
NOTHING_CHOSEN = 5  # pytest's exit code when no test is left, as when a part of the suite needs no database


def owner() -> str | None:
    """Return who runs PostgreSQL when we are root, whom it refuses."""
    return "postgres" if os.geteuid() == 0 else None


def free_port() -> int:
    """Return a loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def folder() -> Iterator[Path]:
    """Make a temporary folder that PostgreSQL's owner may write."""
    path = Path(tempfile.mkdtemp(prefix="corridor-postgres-"))
    if name := owner():
        account = pwd.getpwnam(name)
        os.chown(path, account.pw_uid, account.pw_gid)
    try:
        yield path
    finally:
        shutil.rmtree(path)


class Cluster:
    """A PostgreSQL cluster in a temporary folder, on a free loopback port."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.port = data, free_port()
        self.options = " ".join([f"-p {self.port} -k {data}", *(f"-c {option}" for option in options)])
        self.url = f"postgres://corridor@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the cluster."""
        command = [f"{machine.postgres()}/{program}", "-D", str(self.data / "cluster"), *arguments]
        subprocess.run(command, user=owner(), cwd=self.data, check=True, stdout=subprocess.DEVNULL)

    def make(self) -> None:
        """Make the cluster's files."""
        self.run("initdb", "-A", "trust", "-N", "-U", "corridor", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        """Start the server and wait until it answers; after a crash it first repairs its files."""
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", self.options, "start")

    def stop(self) -> None:
        """End the server as a power cut would."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def cluster(*options: str) -> Iterator[Cluster]:
    """Run a PostgreSQL cluster with these options."""
    with folder() as data:
        one = Cluster(data, *options)
        one.make()
        one.start()
        try:
            yield one
        finally:
            one.stop()


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL cluster that need not last, and give its DATABASE_URL."""
    with cluster("fsync=off", "synchronous_commit=off", "full_page_writes=off") as one:
        yield one.url


def pytest(*arguments: str, **variables: str) -> int:
    """Run pytest. Return its exit code."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, *arguments]
    return subprocess.run(command, cwd=environment.ROOT, env={**kept, **variables}).returncode


def main(arguments: list[str]) -> int:
    """Run both passes. Return 0 only when both are clean."""
    kernel = subprocess.Popen([sys.executable, "-c", KERNEL], cwd=environment.ROOT)
    with postgres() as url:
        kernel.wait()
        print("Tests of the database, on PostgreSQL", flush=True)
        codes = [
            pytest(*(["--with-database", *arguments] if arguments else ["--first-pass"]), DATABASE_URL=url)
        ]
    print("All others, on SQLite", flush=True)
    codes.append(pytest(*(arguments or ["--second-pass"])))
    return max(0 if code == NOTHING_CHOSEN and arguments else code for code in codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
