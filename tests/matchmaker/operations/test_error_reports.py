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
# A page that fails, as there are no tables; a view that fails with what someone typed, as the web server asks
# for it; then a task's error in the log.
CODE = """
import logging, sys, django
django.setup()
from django.test import Client
from matchmaker.operations.traces import tracer
client = Client(raise_request_exception=False, SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.9")
client.get("/claim/qanat-token/?q=qanat", HTTP_X_REQUEST_ID="of-the-proxy-2")
tracer().span_processor.force_flush()

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


@pytest.fixture(scope="module")
def received(tmp_path_factory):
    """What the servers got from a process with the product's settings."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    own = {
        "CORRIDOR_VAR": str(tmp_path_factory.mktemp("var")),
        "CORRIDOR_DEMO": "1",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
        "DATABASE_URL": "sqlite://:memory:",
        "LOG_LEVEL": "INFO",
        "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
    }
    subprocess.run([sys.executable, "-c", CODE], env={**os.environ, **own}, check=True, capture_output=True)
    server.shutdown()
    thread.join()
    server.server_close()
    return server.received


def test_a_report_names_the_code_and_nobody(received):
    reports = [json.loads(text.splitlines()[2]) for text in received if '"exception"' in text]
    reports = [one for one in reports if one["tags"]["request_id"] == "of-the-proxy-1"]
    assert [one["transaction"] for one in reports[:1]] == ["/claim/{token}/"]
    assert [error["type"] for error in reports[0]["exception"]["values"]] == ["ValueError"]
    assert reports[0]["tags"] == {"request_id": "of-the-proxy-1"}
    assert reports[-1]["logentry"]["message"] == "The mail to %s failed"
    assert [secret for secret in SECRETS if secret in "\n".join(received)] == []
    assert not {"request", "user", "server_name", "extra", "breadcrumbs"} & {
        key for one in reports for key in one
    }


def test_a_span_holds_what_a_line_of_the_log_holds(received):
    (spans,) = [text for text in received if "GET claim/<str:token>/" in text]
    assert "of-the-proxy-2" in spans
    assert [secret for secret in SECRETS if secret in spans] == []


def test_without_a_server_nothing_is_set_up(settings):
    assert settings.SENTRY_DSN == ""
    assert {"matchmaker.operations.error_reports", "matchmaker.operations.traces"}.isdisjoint(sys.modules)
    assert "corridor" not in settings.LOGGING["loggers"]
