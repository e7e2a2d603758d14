"""A PostgreSQL server for tests, in a temporary folder and on a free loopback port.

As a plugin (`python -m pytest -p tests.postgres`) it gives all tests a server, unless DATABASE_URL is set.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scripts import machine

NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """A PostgreSQL cluster with these options, which root runs as the account `postgres`."""

    def __init__(self, data: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.data = data
        self.options = " ".join([f"-p {port} -k {data}", *(f"-c {option}" for option in options)])
        self.url = f"postgres://corridor@127.0.0.1:{port}/postgres"
        self.owner = "postgres" if os.geteuid() == 0 else None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the cluster."""
        command = [f"{machine.postgres()}/{program}", "-D", str(self.data / "cluster"), *arguments]
        subprocess.run(command, user=self.owner, cwd=self.data, check=True, stdout=subprocess.DEVNULL)

    def create(self) -> None:
        """Create the cluster's files."""
        if self.owner:
            account = pwd.getpwnam(self.owner)
            os.chown(self.data, account.pw_uid, account.pw_gid)
        self.run("initdb", "-A", "trust", "-N", "-U", "corridor", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        """Start the server and wait until it answers; after a crash it first repairs its files."""
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", self.options, "start")

    def stop(self) -> None:
        """Stop the server as a power cut would."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def cluster(*options: str) -> Iterator[Cluster]:
    """Run a PostgreSQL cluster with these options."""
    data = Path(tempfile.mkdtemp(prefix="corridor-postgres-"))
    one = Cluster(data, *options)
    try:
        one.create()
        one.start()
        yield one
        one.stop()
    finally:
        shutil.rmtree(data, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server before Django's settings are read; the processes of pytest-xdist share it."""
    if "DATABASE_URL" not in os.environ:
        stack = ExitStack()
        os.environ["DATABASE_URL"] = stack.enter_context(cluster(*NOT_DURABLE)).url
        early_config.add_cleanup(stack.close)
