"""Run every test: those that use the database on PostgreSQL first, then everything on SQLite.

PostgreSQL is a throw-away cluster in a temporary folder, without durability, on a free loopback port. What is
given on the command line goes to pytest, for example `suite.py tests/profiles -x`.
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

PARALLEL = ("-n", "2", "--dist", "loadgroup")
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


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL cluster and give its DATABASE_URL."""
    programs = Path(machine.postgres() or "")
    port = free_port()
    with folder() as data:

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), "-D", str(data / "cluster"), *arguments]
            subprocess.run(command, user=owner(), cwd=data, check=True, stdout=subprocess.DEVNULL)

        run("initdb", "-A", "trust", "-N", "-U", "corridor", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-p {port} -k {data} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        run("pg_ctl", "-w", "-l", str(data / "log"), "-o", options, "start")
        try:
            yield f"postgres://corridor@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


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
        codes = [pytest("--with-database", *arguments, DATABASE_URL=url)]
    print("All tests, on SQLite", flush=True)
    codes.append(pytest(*arguments))
    return max(0 if code == NOTHING_CHOSEN and arguments else code for code in codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
