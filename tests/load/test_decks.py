"""What a web process grows by while it takes decks: `pytest -rP --deep tests/load/test_decks.py`."""

import sqlite3
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.attack.test_server import listens
from tests.faults.test_run import free_port
from tests.load.test_pages import manage
from tests.matchmaker.deals.decks.hostile_decks import hostile_decks
from tests.servers import Server, wait_for

pytestmark = [pytest.mark.load, pytest.mark.deep]
MOST_MB = 100
FOUNDER = {"login": "ayesha@demo.corridor.example", "password": "corridor-demo"}
# Lets the next deck in, as if this one had been refused an hour ago.
FORGET = (
    "DELETE FROM matchmaker_deckversion WHERE state = 'checking'",
    "DELETE FROM profiles_checkedfile WHERE state = 'checking'",
    "DELETE FROM profiles_limitbucket",
)


class Browser:
    """One person who is signed in, at one port."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def send(self, method, path, body=b"", kind=""):
        line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line.request(method, path, body, {"Cookie": cookie, "Content-Type": kind, "Host": "localhost"})
        answer = line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        received = answer.status, answer.read()
        line.close()
        return received

    def sign_in(self):
        self.send("GET", "/accounts/login/")
        body = urlencode({**FOUNDER, "csrfmiddlewaretoken": self.cookies["csrftoken"]}).encode()
        return self.send("POST", "/accounts/login/", body, "application/x-www-form-urlencoded")[0]

    def send_deck(self, file):
        data = {"file": file, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        return self.send("POST", "/deck/", encode_multipart(BOUNDARY, data), MULTIPART_CONTENT)[0]


class NamedBytes:
    def __init__(self, name, content):
        self.name, self.content = name, content

    def read(self):
        return self.content


def megabytes(pid, what):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A web process with the demonstration: its port, its process and its database."""
    folder, port = tmp_path_factory.mktemp("decks"), free_port()
    file = folder / "site.sqlite3"
    environment = {
        "DATABASE_URL": f"sqlite:///{file}",
        "CORRIDOR_VAR": str(folder),
        "CORRIDOR_DEMO": "1",
        "TEXT_MODEL": "glossary",
    }
    steps = ("messages", "static", "database", "tables", "demo")
    manage("prepare", *steps, url=environment["DATABASE_URL"], folder=folder)
    command = [sys.executable, "-m", "gunicorn", "matchmaker.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--threads", "2", "--no-control-socket"]
    server = Server([*command, *options], log=folder / "log", environment=environment)
    server.start()
    try:
        wait_for(lambda: listens(port), seconds=120, what="The web server")
        master = server.process.pid
        yield port, lambda: Path(f"/proc/{master}/task/{master}/children").read_text().split()[0], file
    finally:
        server.kill()


def test_a_web_process_grows_by_a_hundred_megabytes_at_most(site, tally):
    port, worker, file = site
    browser = Browser(port)
    assert browser.sign_in() == 302
    largest = b"%PDF-1.7\n" + b"\0" * (30 * 1024 * 1024 - 20)
    decks = [("30 MB", "deck.pdf", lambda: largest, "")] * 3 + [*hostile_decks()]
    for _warm in range(2):
        browser.send("GET", "/deck/")
    pid = worker()
    begun = megabytes(pid, "VmRSS")
    for what, name, make, _expected in decks:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
        content = make()
        status = browser.send_deck(NamedBytes(name, content))
        grown = megabytes(pid, "VmHWM") - begun
        line = f"{what}: {len(content) / 2**20:.1f} MB sent, {status}, peak +{grown:.0f} MB"
        tally.check(grown <= MOST_MB and status in (302, 413, 422), line)
        tally.measure(f"\n{line}")
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
            for statement in FORGET:
                database.execute(statement)
    assert worker() == pid  # it was never ended
    tally.settle()
