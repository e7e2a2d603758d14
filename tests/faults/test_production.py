"""Every command of docs/run.md, as it stands there: a production set-up from nothing, on a real broker.

On PostgreSQL where the tests have one, in a database of its own; on SQLite otherwise.
"""

import http.client
import json
import os
import re
import secrets
import shlex
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection

from scripts import machine
from tests.faults.test_kills import database_url
from tests.faults.test_run import OURS, free_port
from tests.servers import ROOT, Server, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

PAGE = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
SET_UP = PAGE.split("## In production")[1].split("```")[1].replace("\\\n", " ").strip().splitlines()
INLINE = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
TESTS_OWN = {*OURS, "DJANGO_ALLOW_ASYNC_UNSAFE", "LOG_LEVEL"}
OPERATORS_OWN = (
    "manage.py load_tables",
    "manage.py close_demo",
    "manage.py make_curator EMAIL",
    "manage.py make_curator EMAIL --instead startup",
    "manage.py import_screening UN-SC FILE",
)
SCREENING = ROOT / "tests" / "matchmaker" / "fair_dealing" / "screening_lists" / "un.xml"
LASTING = ("gunicorn", "celery")  # programs that serve until they are stopped
OPERATORS = "from profiles.models import User; print(User.objects.filter(is_superuser=True).count())"


def exported():
    """Return the variables that the page exports."""
    (line,) = (line for line in SET_UP if line.startswith("export "))
    return dict(word.split("=", 1) for word in shlex.split(line)[1:])


def commands(*, temporal):
    """Return the lines of the set-up that run to their end, or those that serve until they are stopped."""
    lines = [line for line in SET_UP if not line.startswith("export ")]
    return [line for line in lines if any(f"/{program} " in line for program in LASTING) == temporal]


def inline(beginning):
    """Return the one command in the text that begins so."""
    (found,) = {text for text in INLINE if text.startswith(beginning)}
    return found


class Site:
    """One machine with the environment that docs/run.md exports, on this test's database and broker."""

    def __init__(self, folder, url, broker):
        self.folder, self.port, self.servers = folder, free_port(), list[Server]()
        self.host = exported()["ALLOWED_HOSTS"]
        key = folder / "key"
        key.write_text(secrets.token_urlsafe(50), encoding="ascii")
        stated = {name: value for name, value in exported().items() if name != "SECRET_KEY"}
        self.environment = {
            name: value for name, value in os.environ.items() if name not in TESTS_OWN
        } | stated
        self.environment |= {
            "SECRET_KEY_FILE": str(key),
            "DATABASE_URL": url,
            "REDIS_URL": broker.url,
            "CORRIDOR_VAR": str(folder / "var"),
            "PERIODIC_SECONDS": "1",
            "PATH": f"{machine.postgres()}:{os.environ['PATH']}",
        }

    def run(self, command, *, cwd=ROOT, **more):
        """Run a command of the page to its end, which must be good, and return what it printed."""
        done = subprocess.run(
            ["sh", "-c", command.replace("manage.py", f"{ROOT}/manage.py")],
            cwd=cwd,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-4000:])
        return done.stdout

    def manage(self, command, **more):
        """Run a command that the page gives as `manage.py …`."""
        return self.run(f".venv/bin/python {command}", **more)

    def start(self, command):
        """Start a command of the page that serves until it is stopped."""
        words = shlex.split(command.replace(":8000", f":{self.port}"), comments=True)
        server = Server(words, log=self.folder / f"{len(self.servers)}.log")
        server.environment = self.environment
        server.start()
        self.servers.append(server)

    def get(self, path, **headers):
        """Return status and body of a page as a proxy asks for it; 0 while nobody listens."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asked.request("GET", path, headers={"Host": self.host, **headers})
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            asked.close()

    def stop(self):
        """Stop the servers politely and return their exit codes."""
        for server in self.servers:
            assert server.process
            server.process.terminate()
        return [server.process.wait(timeout=30) for server in self.servers if server.process]


def databases(*statements):
    """Make and drop whole PostgreSQL databases."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def anew(name):
    """Return what makes an empty PostgreSQL database of this name, whatever was there."""
    return f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"


@pytest.fixture
def site(tmp_path, broker):
    """A machine and a database with nothing on them yet."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'var' / 'corridor.sqlite3'}"
        if connection.vendor == "postgresql":
            name = f"{connection.settings_dict['NAME']}_production"
            url = f"{database_url()}_production"
            databases(*anew(name))
            stack.callback(databases, anew(name)[0])
        one = Site(tmp_path, url, broker)
        stack.callback(lambda: [server.kill() for server in one.servers])
        yield one


def check_serves(site):
    """The servers answer: alive, ready, a redirect to HTTPS, and a page over it."""
    wait_for(lambda: site.get("/healthz")[0] == 200, seconds=60, what="The web server's answer")
    wait_for(lambda: site.get("/readyz")[0] == 200, seconds=180, what="Readiness")
    ready = json.loads(site.get("/readyz")[1])
    assert [ready[part] for part in ("database", "broker", "worker", "jobs")] == [True] * 4
    assert site.get("/")[0] == 301
    assert site.get("/", **{"X-Forwarded-Proto": "https"})[0] == 200


def back_up_and_restore(site):
    """Take the backup of the page and put it back; return the restored database's address."""
    if connection.vendor == "sqlite":
        site.run(inline('python3 -c "import sqlite3'), cwd=site.folder)
        return f"sqlite:///{site.folder / 'backup.sqlite3'}"
    found, name = connection.settings_dict, f"{connection.settings_dict['NAME']}_production"
    where = {"PGHOST": found["HOST"], "PGPORT": str(found["PORT"]), "PGUSER": found["USER"]}
    for program, before in (("pg_dump", ()), ("pg_restore", anew(name))):
        databases(*before)
        command = re.sub(r"(?<= )corridor(?= )", name, inline(f"{program} "))
        site.run(command, cwd=site.folder, **where)
    return site.environment["DATABASE_URL"]


SUMS = """
import hashlib
from django.apps import apps
found = hashlib.sha256()
for model in apps.get_models():
    for field in model._meta.many_to_many:
        rows = getattr(model, field.name).through._base_manager.order_by("pk").values_list()
        found.update(repr(list(rows)).encode())
    rows = model._base_manager.order_by("pk").values_list()
    found.update(repr((model._meta.label, [tuple(map(plain, row)) for row in rows])).encode())
print(found.hexdigest())
""".replace("plain", "lambda value: bytes(value) if isinstance(value, memoryview) else value")


def checksum(site, url):
    """Return one sum over every row of every table of a database."""
    return site.manage(f"manage.py shell -v 0 -c {shlex.quote(SUMS)}", DATABASE_URL=url).strip()


# The large market's descriptions are read by it: the product's own model takes half an hour for them.
QUICK_TEXTS = {"TEXT_MODEL": "glossary"}


def grow(site, startups):
    """Fill the database with a market of some size."""
    size = f"--startups {startups} --investors {startups // 5}"
    site.manage(f"manage.py seed_market {size}", CORRIDOR_DEMO="1")
    site.manage("manage.py rank", **QUICK_TEXTS)


def drill(site, tally):
    """Put a backup back against the clock; every row is as it was. Return the restored database's address."""
    before = checksum(site, site.environment["DATABASE_URL"])
    begun = time.monotonic()
    restored = back_up_and_restore(site)
    seconds = time.monotonic() - begun
    tally.check(checksum(site, restored) == before, "the rows differ")
    tally.check(seconds < 600, f"{seconds:.0f} s")
    tally.measure(f"sums equal after {seconds:.0f} s" if not tally.found else "")
    return restored


def test_every_command_of_the_page(site, tally, share):
    """Each command takes seconds: a small share leaves out most of the operators' own and the upgrade."""
    startups = share(small=0, full=20_000)
    for command in commands(temporal=False):
        with ThreadPoolExecutor() as both:  # two machines prepare one database at the same moment
            list(both.map(site.run, [command] * (2 if "manage.py prepare" in command else 1)))
    secret = {"DJANGO_SUPERUSER_EMAIL": "operator@corridor.example", "DJANGO_SUPERUSER_PASSWORD": "x" * 20}
    site.manage(f"{inline('manage.py createsuperuser')} --noinput", **secret)
    for command in OPERATORS_OWN if startups else OPERATORS_OWN[2:3]:
        command = command.replace("EMAIL", secret["DJANGO_SUPERUSER_EMAIL"])
        site.manage(command.replace("FILE", str(SCREENING)))
    for command in commands(temporal=True):
        site.start(command)
    check_serves(site)
    assert site.manage(inline("manage.py rank")) != ""  # while the worker serves
    assert site.stop() == [0] * len(site.servers)

    if startups:
        grow(site, startups)
    restored = drill(site, tally)
    tally.settle()
    if startups:
        count = site.manage(f"manage.py shell -v 0 -c '{OPERATORS}'", DATABASE_URL=restored)
        assert count.split() == ["1"]
        site.manage(inline("manage.py prepare"), DATABASE_URL=restored)  # an upgrade
        site.manage(inline("manage.py rank"), DATABASE_URL=restored, **QUICK_TEXTS)
