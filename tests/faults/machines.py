"""Machines of a production site, and what stands around them: the page that says how they are run, people
behind a proxy, a mail server, a file store.

Each machine has a folder with the code and its data. They share the database, the broker and the file store.
"""

import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from urllib3 import encode_multipart_formdata

from scripts import machine
from tests.faults.test_run import OURS, free_port
from tests.house.tree import files
from tests.servers import ROOT, Broker, Server, wait_for

CODE = (
    "deploy/", "manage.py", "pyproject.toml", "requirements", "matchmaker/", "profiles/", "static/",
    "templates/", "scripts/",
)  # fmt: skip
PAGE = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
SET_UP = PAGE.split("## In production")[1].split("```")[1].replace("\\\n", " ").strip().splitlines()
INLINE = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
TESTS_OWN = {*OURS, "DJANGO_ALLOW_ASYNC_UNSAFE", "LOG_LEVEL"}


def exported():
    """Return the variables that the page exports."""
    (line,) = (line for line in SET_UP if line.startswith("export "))
    return dict(word.split("=", 1) for word in shlex.split(line)[1:])


def line(*words):
    """Return the one line of the set-up with all of these words."""
    (found,) = (each for each in SET_UP if all(word in each for word in words))
    return found.strip()


def inline(beginning):
    """Return the one command in the text that is this, or begins so."""
    (found,) = {text for text in INLINE if text == beginning} or {
        text for text in INLINE if text.startswith(beginning)
    }
    return found


def copy_code(target: Path) -> None:
    """Give a machine code of its own, as git would hand it out, and a link to the packages."""
    for path in files():
        name = str(path.relative_to(ROOT))
        if name.startswith(CODE):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / name)
    (target / ".venv").symlink_to(ROOT / ".venv")


STOP_SECONDS = 600  # a worker ends its task first: so long the units in deploy/ let it


class Machine:
    """A folder with code, data and variables, on which commands run and servers are started."""

    def __init__(self, folder, variables, *, code):
        self.folder, self.code, self.servers = folder, code, dict[str, Server]()
        self.port = free_port()  # closed while the web server starts: the proxy asks the other machine
        folder.mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name not in TESTS_OWN}
        self.environment = (
            kept
            | variables
            | {
                "CORRIDOR_VAR": str(folder / "var"),
                "PERIODIC_SECONDS": "1",
                "PATH": f"{machine.postgres()}:{os.environ['PATH']}",
            }
        )

    def run(self, command, *, cwd=None, **more):
        """Run a command of the page to its end, which must be good, and return what it printed."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=cwd or self.code,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=1_800,
        )
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-4000:])
        return done.stdout

    def manage(self, command, **more):
        """Run a command that the page gives as `manage.py …`."""
        return self.run(f".venv/bin/python {command}", **more)

    def start(self, command):
        """Start a command of the page that serves until it is stopped; the same command starts it again."""
        own = command.replace(":8000", f":{self.port}").replace("%h", self.folder.name)
        words = shlex.split(own)
        log = self.folder / f"{len(self.servers)}.log"
        server = self.servers.setdefault(command, Server(words, log=log))
        server.environment, server.cwd = self.environment, self.code
        server.start()

    def stop(self, *commands):
        """Stop these servers politely, or all of them; return their exit codes."""
        stopped = [self.servers[command] for command in commands or self.servers]
        for server in stopped:
            assert server.process
            server.process.terminate()
        return [server.process.wait(timeout=STOP_SECONDS) for server in stopped if server.process]

    def kill(self):
        for server in self.servers.values():
            server.kill()

    def ask(self, method, path, body=None, headers=None):
        """Ask the web server as a proxy does; return status, headers and body. OSError if no one listens."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)  # as the proxy
        try:
            line.request(method, path, body, {"Host": self.environment["ALLOWED_HOSTS"], **(headers or {})})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            line.close()

    def status(self, path, **headers):
        """Return the status of a page; 0 while no one listens."""
        try:
            return self.ask("GET", path, headers=headers)[0]
        except OSError:
            return 0


class Forms(HTMLParser):
    """The forms of a page as a browser would send them back."""

    def __init__(self, page):
        super().__init__()
        self.found, self.menu, self.text = list[tuple[str | None, dict[str, list[str]]]](), "", None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action"), {"": [given.get("method", "get").lower()]}))
        if not self.found:
            return
        fields, name = self.found[-1][1], given.get("name")
        if tag == "select":
            self.menu = name or ""
        elif tag == "textarea":
            self.text = name
            fields.setdefault(name, [""])
        elif tag == "option" and self.menu:
            fields.setdefault(self.menu, [])
            if "selected" in given:
                fields[self.menu].append(given.get("value", ""))
        elif tag == "input" and name:
            fields.setdefault(name, [])
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "file") or "checked" in given:
                fields[name].append(given.get("value") or ("on" if kind == "checkbox" else ""))

    def handle_data(self, data):
        if self.text:
            self.found[-1][1][self.text][0] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.menu = ""
        elif tag == "textarea":
            self.text = None


class Person:
    """A browser that the proxy sends to another machine with each request."""

    def __init__(self, machines):
        self.machines, self.cookies = list(machines), SimpleCookie()
        self.path, self.page, self.status = "/", "", 0
        self.cached = set[str]()

    def ask(self, method, path, body=None, **headers):
        """Ask the machines in turn; the next one if no one listens, and for a static file that one lacks."""
        headers |= {"X-Forwarded-Proto": "https", "Referer": f"https://corridor.example{self.path}"}
        headers["Cookie"] = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        answer = None
        for one in self.machines[:]:
            self.machines.append(self.machines.pop(0))
            try:
                answer = one.ask(method, path, body, headers)
            except OSError as error:  # as the proxy does: a save is not sent again if a server may have it
                if method == "POST" and not isinstance(error, ConnectionRefusedError):
                    raise
                continue
            if answer[0] != 404 or not path.startswith("/static/"):
                break
        assert answer, f"No machine answers {path}"
        for cookie in answer[1].get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return answer

    def open(self, path, method="GET", body=None, **headers):
        """Open a page as a browser does, and return it."""
        for _step in range(10):
            self.status, told, content = self.ask(method, path, body, **headers)
            self.path = path
            if "Location" not in told:
                break
            where = urlsplit(urljoin(path, told["Location"]))
            path, method, body, headers = where.path + (where.query and f"?{where.query}"), "GET", None, {}
        self.page = content.decode(errors="replace")
        return self.page

    def missing_files(self):
        """Fetch the static files of the page that are new to this browser; return those it did not get."""
        named = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', self.page)) - self.cached
        self.cached |= named
        return [path for path in sorted(named) if self.ask("GET", path)[0] != 200]

    def send(self, path="", **typed):
        """Fill in the form of a page that has these fields, and send it; bytes are a file to upload."""
        if path:
            self.open(path)
        here, fitting = urlsplit(self.path).path, []
        for action, fields in Forms(self.page).found:
            own = urlsplit(urljoin(self.path, action or self.path)).path
            if fields[""] == ["post"] and typed.keys() - BUTTONS <= fields.keys() and own not in ELSEWHERE:
                fitting.append((own != here, own, fields))
        assert fitting, f"{self.path} has no form with {sorted(typed)}: {self.page[-3000:]}"
        _is_other, own, fields = min(fitting, key=lambda form: form[0])  # the page's own, if it has one
        sent = {name: values for name, values in fields.items() if name}
        sent |= {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
        pairs = [(name, value) for name, values in sent.items() for value in values]
        body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        if any(isinstance(value, bytes) for _name, value in pairs):
            parts = [(name, ("logo.png", each) if isinstance(each, bytes) else each) for name, each in pairs]
            body, kind = encode_multipart_formdata(parts)
        return self.open(own, "POST", body, **{"Content-Type": kind})


BUTTONS = {"outcome"}
ELSEWHERE = {"/i18n/setlang/", "/accounts/logout/", "/search/"}  # forms of the frame


class MailServer(Message):
    """A mail server that keeps what it gets."""

    def __init__(self):
        super().__init__()
        self.mails = list[tuple[str, str]]()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    def handle_message(self, message):
        body = next(part for part in message.walk() if part.get_content_type() == "text/plain")
        self.mails.append((message["X-RcptTo"], body.get_payload(decode=True).decode()))

    def links(self, to):
        """Return the paths of all links to the site in the mails to this address, the newest last."""
        texts = "\n".join(text for address, text in self.mails if address == to)
        return re.findall(r"https://corridor\.example(/\S*)", texts)


def new_key(folder):
    """Return the path of a file with a new secret key."""
    path = folder / f"key-{secrets.token_hex(4)}"
    path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path


class Site:
    """Two machines, and the database, broker, file store and mail server that they share."""

    def __init__(self, folder):
        self.folder, self.stack = folder, ExitStack()
        self.server = os.environ["DATABASE_URL"].rpartition("/")[0]
        self.name = f"corridor_production_{os.getpid()}"
        self.databases(*anew(self.name))
        self.stack.callback(self.databases, anew(self.name)[0])
        self.broker = Broker(folder)
        self.broker.start()
        self.stack.callback(self.broker.kill)
        self.mail = MailServer()
        self.stack.callback(self.mail.controller.stop)
        stated = {name: value for name, value in exported().items() if name != "SECRET_KEY"}
        self.variables = stated | {
            "SECRET_KEY_FILE": str(new_key(folder)),
            "DATABASE_URL": f"{self.server}/{self.name}",
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": self.mail.url,
            "METRICS_TOKEN": "of-the-monitoring",
        }
        self.variables |= self.store()
        self.machines = [self.machine(name) for name in ("a", "b")]
        self.stack.callback(lambda: [one.kill() for one in self.machines])
        self.curator, self.founder = Person(self.machines), Person(self.machines)
        self.operator = Person(self.machines)

    def machine(self, name):
        folder = self.folder / name
        copy_code(folder / "releases" / "first")
        (folder / "current").symlink_to("releases/first")
        return Machine(folder, self.variables, code=folder / "current")

    def store(self):
        """Start a store that speaks S3, and make the bucket."""
        port = free_port()
        code = f"from moto.server import main; main(['-p', '{port}'])"
        server = Server([sys.executable, "-W", "ignore", "-c", code], log=self.folder / "store.log")
        server.start()
        self.stack.callback(server.kill)
        found = {"S3_BUCKET": "corridor", "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        found |= {"S3_REGION": "us-east-1", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}
        import boto3  # only the whole checklist needs it

        client = boto3.client(
            "s3",
            endpoint_url=found["S3_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )

        def is_there():
            try:
                return client.create_bucket(Bucket="corridor")
            except Exception:
                return False

        wait_for(is_there, seconds=60, what="The store's answer")
        return found

    def databases(self, *statements):
        """Make and drop whole PostgreSQL databases."""
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ready(self, one):
        """Wait until a machine answers that all parts work, and return what it says."""
        wait_for(lambda: one.status("/readyz") == 200, seconds=180, what="Readiness")
        return json.loads(one.ask("GET", "/readyz", headers={"Authorization": "Bearer of-the-monitoring"})[2])

    def link(self, to, beginning):
        """Wait for a mail to this address with a link that begins so, and return it."""

        def newest():
            return [path for path in self.mail.links(to) if path.startswith(beginning)]

        wait_for(newest, seconds=60, what=f"A mail with {beginning} to {to}")
        return newest()[-1]


def anew(name):
    """Return what makes an empty PostgreSQL database of this name, whatever was there."""
    return f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"
