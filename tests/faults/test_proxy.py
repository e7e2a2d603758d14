"""deploy/nginx.conf in a real nginx: what only reads is tried again, and nothing is saved twice."""

import http.client
import os
import re
import socket
import ssl
import subprocess
import threading
from contextlib import closing

import pytest

from scripts import machine
from tests.faults.test_run import free_port
from tests.servers import ROOT, Server, wait_for

pytestmark = pytest.mark.chaos
HOST = {"Host": "corridor.example"}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class WebServer:
    """A server of one thread that answers, or takes a whole request and ends the connection."""

    def __init__(self, *, dies):
        self.dies, self.got = dies, list[str]()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                first = sent.readline().decode()
                if not first:
                    continue
                headers = http.client.parse_headers(sent)
                sent.read(int(headers.get("Content-Length", 0)))
                self.got.append(first.split()[0])
                if not self.dies:
                    line.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nsaved")


@pytest.fixture
def servers():
    """One that dies with each request, and one that answers."""
    both = WebServer(dies=True), WebServer(dies=False)
    yield both
    for one in both:
        one.listener.close()


@pytest.fixture
def proxy(tmp_path):
    """Start nginx before these ports; return a function that asks it."""
    program = machine.nginx()
    assert program, "scripts/machine.py nginx"
    started = []
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    (tmp_path / "certificates").mkdir()
    files = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files += ["-keyout", "certificates/site.key", "-out", "certificates/site.crt"]
    subprocess.run([*certificate, *files], cwd=tmp_path, check=True, capture_output=True)

    def start(*ports):
        text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        port, lines = free_port(), " ".join(f"server 127.0.0.1:{one} fail_timeout=2s;" for one in ports)
        for old, new in (
            ("server web:8000;", lines),
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("listen 80", f"listen 127.0.0.1:{free_port()}"),
            ("/usr/share/nginx/html", str(ROOT / "deploy")),
        ):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "site.conf").write_text(text, encoding="utf-8")
        folders = "".join(f"{name}_temp_path {tmp_path}/{name};" for name in TEMPORARY)
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid nginx.pid; events {{}}\n"
            f"http {{ types {{ text/html html; }} {folders} include site.conf; }}\n"
            + ("user root;\n" if os.geteuid() == 0 else ""),
            encoding="utf-8",
        )
        words = [program, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "error.log"]
        server = Server(words, log=tmp_path / "nginx.log")
        server.start()
        started.append(server)

        def listens():
            with socket.socket() as tried:
                return tried.connect_ex(("127.0.0.1", port)) == 0

        wait_for(listens, seconds=10, what="nginx")
        trusting = ssl.create_default_context(cafile=tmp_path / "certificates" / "site.crt")

        def ask(method):
            line = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)
            with closing(line):
                line.request(method, "/home/", "a=1" if method == "POST" else None, HOST)
                answer = line.getresponse()
                return answer.status, answer.headers, answer.read().decode()

        return ask

    yield start
    for server in started:
        server.kill()


def is_the_products_page(status, headers, page):
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "10", "no-store")
    assert headers["Strict-Transport-Security"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r'lang="?([\w-]+)"? dir="(\w+)"', page) == [("en", "ltr"), ("ur", "rtl")]
    assert 'lang="zh-Hans"' in page


def test_what_only_reads_goes_to_the_next_server(proxy, servers):
    dying, healthy = servers
    ask = proxy(dying.port, healthy.port)
    assert [ask(method)[0] for method in ("GET", "HEAD", "GET")] == [200] * 3
    assert dying.got
    assert len(healthy.got) == 3


def test_a_save_that_a_dying_server_has_got_is_not_sent_again(proxy, servers):
    dying, healthy = servers
    ask = proxy(dying.port, healthy.port)
    answers = [ask("POST") for _time in range(2)]
    assert dying.got == ["POST"]
    assert healthy.got == ["POST"]
    assert sorted(status for status, _headers, _page in answers) == [200, 503]
    is_the_products_page(*next(each for each in answers if each[0] == 503))


def test_a_save_goes_on_where_a_server_takes_no_connection(proxy, servers):
    ask = proxy(free_port(), servers[1].port)
    assert [ask("POST")[::2] for _time in range(2)] == [(200, "saved")] * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_any_server_the_page_is_the_products(proxy, method):
    is_the_products_page(*proxy(free_port(), free_port())(method))
