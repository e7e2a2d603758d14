"""A program that is told what happens: a real server on this machine."""

import json
import ssl
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone

from matchmaker.integrations import webhook_sender
from matchmaker.models.webhook import Event, Webhook
from matchmaker.portal.webhooks import services


class Receiver(ThreadingHTTPServer):
    """Keeps what comes in. `plan`: how the next requests are answered; afterwards with 200.

    A number is a status, "hang" says nothing, "drip" sends its headers a letter at a time.
    """

    daemon_threads = True

    def __init__(self, context=None):
        super().__init__(("127.0.0.1", 0), Answering)
        self.got, self.plan, self.proves = [], [], True
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://localhost:{self.server_port}/hook?from=corridor"

    def handle_error(self, request, client_address):
        """Say nothing of a sender that hung up."""


class Answering(BaseHTTPRequestHandler):
    """Answers as its server plans."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers.items()), body, self.path))
        plan = self.server.plan.pop(0) if self.server.plan else 200
        if plan == "hang":
            time.sleep(1)
        elif plan == "drip":
            with suppress(OSError):
                for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.02)
        else:
            said = json.loads(body)
            self.send_response(plan)
            self.send_header("Location", "http://localhost:1/elsewhere")
            if said["type"] == "ping" and self.server.proves:
                self.send_header("webhook-challenge", said["data"]["challenge"])
            self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def receive():
    """A function that starts a receiver."""
    running = []

    def start(context: ssl.SSLContext | None = None) -> Receiver:
        receiver = Receiver(context)
        Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
        running.append(receiver)
        return receiver

    yield start
    for receiver in running:
        receiver.shutdown()
        receiver.server_close()


@pytest.fixture
def receiver(receive):
    return receive()


@pytest.fixture(autouse=True)
def _local(settings, monkeypatch):
    """Send to this machine, and wait a short while only."""
    settings.WEBHOOKS = "local"
    monkeypatch.setattr(webhook_sender, "SECONDS", 0.4)


@pytest.fixture
def hook(startup, li_wei, receiver):
    """Li Wei's webhook for everything, which has proved itself."""
    now = timezone.now()
    made = services.add_webhook(li_wei, url=receiver.url, events=list(Event), at=now)
    services.send_due(at=now)
    receiver.got.clear()
    return Webhook.objects.get(pk=made.pk, proved_at__isnull=False)
