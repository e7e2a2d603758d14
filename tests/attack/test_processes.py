"""The processes of the web server share the work: whoever waits, a free thread of any process answers."""

import http.client
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.attack.test_server import listens
from tests.faults.test_run import free_port
from tests.servers import Server, wait_for

READERS = 16


class Site:
    """The web server with the processes and threads of `make run`, before the pages of waiting.py."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.stack = ExitStack()
        command = [sys.executable, "-m", "gunicorn", "tests.attack.waiting", "--no-control-socket"]
        options = f"--bind 127.0.0.1:{self.port} --workers 2 --threads 2 --keep-alive 60".split()
        whole = [*command, "-k", "matchmaker.web_server.Worker", *options]
        self.server = Server(whole, log=folder / "log", environment={"FOLDER": str(folder)})

    def readers(self, number: int) -> list[http.client.HTTPConnection]:
        """Return so many who each keep a connection while the server does."""
        found = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=10) for _reader in range(number)]
        for reader in found:
            self.stack.callback(reader.close)
        return found

    def line(self) -> socket.socket:
        """Return a bare connection."""
        return self.stack.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=10))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A running site."""
    found = Site(tmp_path)
    with found.stack as stack:
        stack.callback(found.server.kill)
        found.server.start()
        wait_for(lambda: listens(found.port), seconds=60, what="The web server")
        yield found


def ask(readers: list[http.client.HTTPConnection], path: str, then: Callable[[], object] = bool) -> list[int]:
    """Let all ask at once, then do something; return which process answered each."""
    for reader in readers:
        reader.request("GET", path)
    then()
    with ThreadPoolExecutor(len(readers)) as pool:
        return list(pool.map(lambda reader: int(reader.getresponse().read()), readers))


def is_kept(reader: http.client.HTTPConnection) -> bool:
    """Return whether the last answer left the connection open."""
    return reader.sock is not None


def come(reader: http.client.HTTPConnection) -> None:
    """Ask until the connection is kept: the thread of whoever asked before may not be free at once."""
    while not is_kept(reader):
        ask([reader], "/now")


def test_new_connections_go_to_a_free_thread(site: Site) -> None:
    for name in ("first", "second", "third"):
        answered = Counter(ask(site.readers(READERS), f"/fours/{name}"))
        assert list(answered.values()) == [READERS // 2, READERS // 2]


def test_kept_connections_leave_a_busy_process(site: Site) -> None:
    """Readers who came one by one may all be with one process; they are not when all ask at once."""
    readers = site.readers(READERS)
    for reader in readers:
        come(reader)
    ask(readers, "/held/go", then=(site.folder / "go").touch)
    assert sum(map(is_kept, readers)) <= READERS // 4
    answered = Counter(ask(readers, "/fours/now"))
    assert list(answered.values()) == [READERS // 2, READERS // 2]


def test_a_lone_reader_keeps_the_connection(site: Site) -> None:
    (reader,) = site.readers(1)
    come(reader)
    for _page in range(READERS):
        ask([reader], "/now")
        assert is_kept(reader)


@pytest.mark.parametrize("sent", [b"", b"GET /now HTTP/1.0\r\n\r\n"], ids=["says nothing", "never closes"])
def test_idle_clients_keep_nobody_waiting(site: Site, sent: bytes) -> None:
    """Three of the four threads are with them; the fourth answers everybody else."""
    for _client in range(3):
        line = site.line()
        line.sendall(sent)
        while sent and line.recv(1024):
            pass
    for reader in site.readers(READERS):
        ask([reader], "/now")
