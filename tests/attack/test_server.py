"""The web server as it is run: what it answers itself, before Django is asked, echoes nothing."""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.test_run import free_port
from tests.house.headers import SAME_EVERYWHERE
from tests.house.tree import ROOT, files
from tests.servers import Server, wait_for

pytestmark = pytest.mark.attack

HOST = b"Host: localhost\r\n"
PRODUCTION = {
    "CORRIDOR_DEMO": "0",
    "SECRET_KEY": "x" * 60,
    "EMAIL_URL": "smtp://localhost:25",
    "ALLOWED_HOSTS": "localhost",
    "BEHIND_PROXY": "1",
}
END = b"\r\n\r\n"
UNREADABLE = {
    "no request": b"\x00\x01\x02" + END,
    "half a line": b"GET\r\n" + HOST + END,
    "a line too long": b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + END,
    "a header too long": b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + b"a" * 20_000 + END,
    "too many headers": b"GET / HTTP/1.1\r\n"
    + HOST
    + b"".join(b"X-%d: 1\r\n" % n for n in range(300))
    + b"\r\n",
    "no name of a header": b"GET / HTTP/1.1\r\n" + HOST + b": nothing" + END,
    "a name with a space": b"GET / HTTP/1.1\r\n" + HOST + b"X Y: 1" + END,
    "an unknown version": b"GET / HTTP/9.9\r\n" + HOST + END,
    "a small-letter method": b"get<script> / HTTP/1.1\r\n" + HOST + END,
    "an unknown coding": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: rot13" + END,
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2" + END,
    "length and chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked"
    + END,
    "a negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -4" + END,
    "another expectation": b"GET / HTTP/1.1\r\n" + HOST + b"Expect: <b>wonders</b>" + END,
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\r\n 2" + END,
    "another host": b"GET / HTTP/1.1\r\nHost: <evil>.example" + END,
    "HTTPS asked for": b"GET /matches/ HTTP/1.1\r\n" + HOST + END,
    "a method of its own": b"BREW / HTTP/1.1\r\n" + HOST + END,
}


REACH_DJANGO = {"another host", "HTTPS asked for", "a method of its own"}  # the others end in gunicorn


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The web server of production on an empty database."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    environment = {
        **PRODUCTION,
        "CORRIDOR_VAR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{folder / 'empty.sqlite3'}",
    }
    command = [sys.executable, "-m", "gunicorn", "matchmaker.wsgi"]
    options = ["--bind", f"127.0.0.1:{port}", "--threads", "2", "--no-control-socket"]
    server = Server([*command, *options], log=Path(folder) / "log", environment=environment)
    server.start()
    try:
        wait_for(lambda: listens(port), seconds=60, what="The web server")
        yield port
    finally:
        server.kill()


def listens(port):
    """Return whether someone answers at the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answer(port, request):
    """Send bytes as they are; return the answer's first line, headers and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        received = b""
        while more := line.recv(65_536):
            received += more
    head, _end, body = received.decode("latin-1").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    return first, dict(header.split(": ", 1) for header in rest), body


def is_guarded(headers):
    """Return whether an answer has the headers of every page."""
    policy = headers.get("Content-Security-Policy", "")
    is_safe = "default-src 'none'" in policy and "unsafe" not in policy
    return is_safe and all(headers.get(key) == value for key, value in SAME_EVERYWHERE.items())


def test_what_is_no_request_is_refused(port, tally):
    found = {}
    for name, request in UNREADABLE.items():
        first, headers, body = answer(port, request)
        found[name] = int(first.split()[1])
        tally.check(is_guarded(headers) or name not in REACH_DJANGO, f"{name}: {first} lacks headers")
        tally.check("<script>" not in body and "<b>" not in body, f"{name}: {body}")
    tally.settle()
    assert found["a line too long"] == 414
    assert found["HTTPS asked for"] == 301
    assert {code for code in found.values() if code >= 500} <= {501}


COOKIES = """
import django
django.setup()
from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse
from django.test import RequestFactory
request, response = RequestFactory().get("/"), HttpResponse()
request.session = {}
storage = default_storage(request)
storage.add(20, "Saved.")
storage.update(response)
named = (getattr(settings, name) for name in dir(settings) if name.endswith("_COOKIE_NAME"))
print(*response.cookies, *named)
"""


def test_every_cookie_has_that_prefix(tmp_path):
    environment = {**os.environ, **PRODUCTION, "CORRIDOR_VAR": str(tmp_path)}
    environment |= {"DJANGO_SETTINGS_MODULE": "matchmaker.settings"}
    names = subprocess.check_output([sys.executable, "-c", COOKIES], env=environment, cwd=ROOT, text=True)
    assert len(names.split()) == 7
    assert [name for name in names.split() if not name.startswith("__Host-")] == []


def test_cookies_are_named_in_the_settings():
    """So that the test before this one knows every cookie."""
    texts = (path.read_text("utf-8") for path in files(".py"))
    calls = [node for text in texts if "_cookie(" in text for node in ast.walk(ast.parse(text))]
    named = [
        ast.unparse(node.args[0])
        for node in calls
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("set_cookie", "set_signed_cookie")
    ]
    assert named
    assert [name for name in named if not re.fullmatch(r"settings\.\w+_COOKIE_NAME", name)] == []


def test_cookies_belong_to_this_host(port):
    """Over HTTPS every cookie has the prefix that no neighbour's site can give one."""
    page = b"GET /accounts/login/ HTTP/1.1\r\n"
    asked = page + b"X-Forwarded-Proto: https\r\nConnection: close\r\n" + HOST + b"\r\n"
    first, headers, _body = answer(port, asked)
    cookie = headers["Set-Cookie"]
    assert first.endswith("200 OK")
    assert cookie.startswith("__Host-csrftoken=")
    assert all(flag in cookie for flag in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"))
    assert "Domain" not in cookie
    assert headers["Strict-Transport-Security"] == "max-age=31536000", "no other site of the domain is bound"
