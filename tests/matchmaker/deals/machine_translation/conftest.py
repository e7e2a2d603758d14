"""A small service with the API of LibreTranslate."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Service(ThreadingHTTPServer):
    """A small LibreTranslate that remembers what it was sent; `answers` may replace its answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.answers = [], None
        self.url = f"http://127.0.0.1:{self.server_port}/translate"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        if self.server.answers:
            return self.server.answers(self)
        return self.answer(
            200, json.dumps({"translatedText": f"<b>Half</b> the water: {len(body['q'])}"}).encode()
        )

    def answer(self, status, content, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words):
        pass


@pytest.fixture
def service(settings):
    server = Service()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.TRANSLATION_URL, settings.TRANSLATION_KEY = server.url, "key"
    yield server
    server.shutdown()
    server.server_close()
