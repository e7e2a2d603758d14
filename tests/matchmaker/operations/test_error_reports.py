"""Error reports and spans go to the operator's servers, where there are any, and hold nothing of anyone."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.house.tree import ROOT

SECRETS = ("qanat", "hina@", "203.0.113.9", "sess10n")
# A view that fails with what someone typed, as the web server asks for it; then a task's error in the log.
CODE = """
import logging, sys, django
django.setup()
import sentry_sdk
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

def fail(request, token):
    password = request.POST["password"]
    raise ValueError(f"Key (email)=(hina@sonakheti.example) has {password}")

urls = type(sys)("urls")
urls.urlpatterns = [path("claim/<str:token>/", fail)]
sys.modules["urls"] = urls
settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "urls", ["*"]
settings.MIDDLEWARE = []
from structlog.contextvars import bind_contextvars
bind_contextvars(request_id="of-the-proxy-1", user="qanat")
from werkzeug.test import run_wsgi_app, create_environ
environ = create_environ("/claim/qanat-token/?q=qanat", method="POST", data={"password": "qanat-word"})
environ.update(REMOTE_ADDR="203.0.113.9", HTTP_COOKIE="sessionid=sess10n")
run_wsgi_app(get_wsgi_application(), environ)
logging.getLogger("matchmaker").error("The mail to %s failed", "hina@sonakheti.example")
sentry_sdk.flush()
"""


class Receiver(HTTPServer):
    """A server for error reports that keeps what it gets."""

    def __init__(self):
        received = self.received = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_packed = self.headers.get("Content-Encoding") == "gzip"
                received.append((gzip.decompress(body) if is_packed else body).decode(errors="replace"))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def receiver():
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(code, tmp_path, **environment):
    """Run code with the product's settings in a process of its own."""
    own = {"CORRIDOR_VAR": str(tmp_path), "CORRIDOR_DEMO": "1", "PYTHONPATH": str(ROOT)}
    own |= {
        "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
        "DATABASE_URL": "sqlite://:memory:",
        "LOG_LEVEL": "INFO",
    }
    command = [sys.executable, "-c", code]
    subprocess.run(command, env={**os.environ, **own, **environment}, check=True, capture_output=True)


@pytest.mark.by_turns
def test_a_report_names_the_code_and_nobody(receiver, tmp_path):
    run(CODE, tmp_path, SENTRY_DSN=f"http://key@127.0.0.1:{receiver.server_port}/1")
    reports = [json.loads(text.splitlines()[2]) for text in receiver.received if '"exception"' in text]
    assert [one["transaction"] for one in reports[:1]] == ["/claim/{token}/"]
    assert [error["type"] for error in reports[0]["exception"]["values"]] == ["ValueError"]
    assert reports[0]["tags"] == {"request_id": "of-the-proxy-1"}
    assert reports[-1]["logentry"]["message"] == "The mail to %s failed"
    text = "\n".join(receiver.received)
    assert [secret for secret in SECRETS if secret in text] == []
    assert not {"request", "user", "server_name", "extra", "breadcrumbs"} & {
        key for one in reports for key in one
    }


SPANS = """
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.9")
client.get("/claim/qanat-token/?q=qanat", HTTP_X_REQUEST_ID="of-the-proxy-1")  # there are no tables: it fails
from matchmaker.operations.traces import tracer
tracer().span_processor.force_flush()
"""


@pytest.mark.by_turns
def test_a_span_holds_what_a_line_of_the_log_holds(receiver, tmp_path):
    run(SPANS, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}")
    text = "\n".join(receiver.received)
    assert "GET claim/<str:token>/" in text
    assert "of-the-proxy-1" in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_without_a_server_nothing_is_set_up(settings):
    assert settings.SENTRY_DSN == ""
    assert {"matchmaker.operations.error_reports", "matchmaker.operations.traces"}.isdisjoint(sys.modules)
    assert "corridor" not in settings.LOGGING["loggers"]
