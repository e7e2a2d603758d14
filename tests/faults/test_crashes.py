"""PostgreSQL is killed while people save, disks run full: what was acknowledged stays, nothing by halves."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from scripts import machine
from tests.faults.test_kills import database_url
from tests.postgres import cluster
from tests.servers import ROOT, wait_for

pytestmark = pytest.mark.chaos

# Edits until it is told to stop; says each number once its transaction is acknowledged.
WRITER = """
import sys, time
import django
django.setup()
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from profiles.companies.steps import services as companies
from profiles.models import Startup, User
number = int(sys.argv[1])
while True:
    number += 1
    try:
        startup, by = Startup.objects.get(), User.objects.get(email="founder@example.com")
        companies.edit(startup, changes={"team_size": number}, by=by, at=timezone.now())
        print(number, flush=True)
    except DatabaseError:
        connection.close()
        time.sleep(0.02)
"""
TABLES = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
call_command("load_tables", verbosity=0)
"""
ONE_STARTUP = """
import django
django.setup()
from tests import factories
factories.make_founder("founder@example.com", factories.make_startup())
"""


def environment(url, folder):
    """Return the environment of the product on a database of its own."""
    own = {
        "DATABASE_URL": url,
        "CORRIDOR_VAR": str(folder / "var"),
        "CORRIDOR_DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "matchmaker.settings", "LOG_LEVEL": "ERROR"}


def start(text, *arguments, url, folder):
    """Start a script of the product."""
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(url, folder), stdout=subprocess.PIPE, text=True
    )


def run(text, *arguments, url, folder):
    """Run a script of the product to its end and return the words that it printed."""
    with start(text, *arguments, url=url, folder=folder) as script:
        told = script.communicate(timeout=300)[0]
    assert script.returncode == 0
    return told.split()


@pytest.fixture
def durable(tmp_path, db):
    """A cluster that keeps its promises, with the tables of these tests and one startup on it."""
    with cluster() as one:
        programs, copied = machine.postgres(), tmp_path / "tables.sql"
        dump = [f"{programs}/pg_dump", "--no-owner", "--file", str(copied), database_url()]
        subprocess.run(dump, check=True)
        once = ["--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
        subprocess.run([f"{programs}/psql", "--quiet", *once, "--file", str(copied), one.url], check=True)
        run(ONE_STARTUP, url=one.url, folder=tmp_path)
        yield one


def found_in(one):
    """Return the stored number, and how many edits stand in the trail."""
    with psycopg.connect(one.url) as connection:
        row = connection.execute(
            "SELECT (SELECT team_size FROM profiles_startup), (SELECT count(*) FROM profiles_auditrecord)"
        ).fetchone()
    assert row
    return row


@pytest.mark.django_db
@pytest.mark.vendor("postgresql")
def test_no_acknowledged_edit_is_lost(durable, tmp_path, tally, depth):
    """The server is killed while someone saves, and started again: the last acknowledged edit is there."""
    chance = random.Random(5)  # noqa: S311  the same in every run
    acknowledged = [0]
    writer = start(WRITER, "0", url=durable.url, folder=tmp_path)

    def listen():
        assert writer.stdout
        for line in writer.stdout:
            acknowledged.append(int(line))

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        for _crash in range(depth(1, deep=100)):
            before = acknowledged[-1]
            wait_for(lambda before=before: acknowledged[-1] > before + 3, seconds=60, what="The next edits")
            threading.Event().wait(chance.uniform(0, 0.1))
            pid = int((durable.data / "cluster" / "postmaster.pid").read_text().split()[0])
            os.killpg(os.getpgid(pid), signal.SIGKILL)
            wait_for(lambda pid=pid: not Path(f"/proc/{pid}").exists(), seconds=20, what="The crash")
            kept, edits = acknowledged[-1], len(acknowledged) - 1  # the writer goes on as soon as it can
            durable.start()
            number, records = found_in(durable)
            tally.check(number >= kept, f"{kept} was acknowledged, {number} is stored")
            tally.check(records >= edits, f"{records} records of {edits} edits")
    finally:
        writer.kill()
        listener.join()
        writer.communicate()
    tally.measure(f"{len(tally.found)} lost of {acknowledged[-1]:,} edits")
    tally.settle()


FULL = """
import sys
import django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
from profiles.models import LimitBucket, User
client = Client(raise_request_exception=False)
client.force_login(User.objects.get(email="founder@example.com"))
LimitBucket.objects.all().delete()  # as if hours lay between
from django.urls import reverse
import resource, os
page = client.get(reverse("startup_edit", args=["product"]))
path = settings.DATABASES["default"]["NAME"]
room = int(sys.argv[1])
size = max(os.path.getsize(found) for found in (path, path + "-wal", path + "-shm") if os.path.exists(found))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, size + room))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for number in range(400):
    answer = client.post(reverse("startup_edit", args=["product"]),
        {"primary_sector": "AGR01", "stage": "seed", "founders": "F" * 400 + str(number)})
    if answer.status_code >= 500:
        print(answer.status_code, "Traceback" in answer.content.decode(), number, flush=True)
        break
    assert answer.status_code == 302, answer.content.decode()[:3000]
os._exit(0)
"""


@pytest.mark.deep  # tests/matchmaker/operations/test_faults.py locks the database
def test_a_full_disk_is_said_and_leaves_nothing_half(tmp_path, tally):
    """SQLite may write so far and no further: the page says that it is busy, and every record is whole."""
    url = f"sqlite:///{tmp_path / 'full.sqlite3'}"
    run(TABLES + ONE_STARTUP, url=url, folder=tmp_path)
    edits = 0
    for room in range(0, 150_000, 9_000):
        *told, saved = run(FULL, str(room), url=url, folder=tmp_path)
        with closing(sqlite3.connect(tmp_path / "full.sqlite3")) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
            count = "SELECT count(*) FROM profiles_auditrecord WHERE action = 'edited'"
            records = connection.execute(count).fetchone()[0]
        tally.check(told == ["503", "False"], f"with {room} bytes of room: {told}")
        edits += int(saved)
        tally.check((whole, records) == ("ok", edits), f"{whole}, {records} records of {edits} edits")
    tally.settle()
