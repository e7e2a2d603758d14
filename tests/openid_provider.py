"""An OpenID Connect provider that answers on this machine: discovery, sign-in, tokens, keys, who it is."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from matchmaker import settings as product

CLIENT, SECRET = "corridor", "s3cret"


class Provider(ThreadingHTTPServer):
    """Says of whoever comes that it is `person`, as a browser that is signed in there finds it.

    `id_token` and `userinfo` change what it says; `is_down` lets it fail.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("localhost", 0), Handler)
        self.address = f"http://localhost:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.forget()

    def forget(self) -> None:
        """Begin again."""
        self.person: dict[str, Any] = {}
        self.id_token: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.is_down = False
        self.asked: list[str] = []
        self.codes.clear()

    def answer(self, path: str, query: dict[str, str], form: dict[str, str]) -> dict[str, Any] | str:
        """Return the JSON of an answer, or the address of a redirect."""
        self.asked.append(path)
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.address,
                    "authorization_endpoint": f"{self.address}/authorize",
                    "token_endpoint": f"{self.address}/token",
                    "userinfo_endpoint": f"{self.address}/userinfo",
                    "jwks_uri": f"{self.address}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            case "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
                return {"keys": [{**public, "kid": "1", "alg": "RS256"}]}
            case "/authorize":
                assert query.get("client_id", query.get("appid")) == CLIENT
                code = secrets.token_hex(8)
                self.codes[code] = query
                back = {"code": code, "state": query["state"]}
                return f"{query['redirect_uri']}?{urlencode(back)}"
            case "/token":
                begun = self.codes.pop(form["code"])
                assert (form["client_secret"], form["redirect_uri"]) == (SECRET, begun["redirect_uri"])
                digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
                    return {"error": "invalid_grant"}
                claims = {"iss": self.address, "aud": CLIENT, "iat": time.time(), "exp": time.time() + 60}
                claims |= {**self.person, **self.id_token}
                token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
                return {"access_token": "for-this-test", "token_type": "Bearer", "id_token": token}
            case "/sns/oauth2/access_token":  # of WeChat, whose browser comes without PKCE
                asked = {**query, **form}
                assert (asked["secret"], bool(self.codes.pop(asked["code"]))) == (SECRET, True)
                return {"access_token": "for-this-test", "openid": self.person["sub"]}
            case "/sns/userinfo":
                return {"openid": query["openid"], "nickname": self.person["name"]}
            case "/userinfo":
                return {**self.person, **self.userinfo}
        raise LookupError(path)


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the provider."""

    server: Provider

    def do_GET(self) -> None:
        """Answer."""
        self.reply({})

    def do_POST(self) -> None:
        """Answer a form."""
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.reply({name: values[0] for name, values in parse_qs(sent).items()})

    def reply(self, form: dict[str, str]) -> None:
        """Send what the provider says."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        said = self.server.answer(url.path, query, form)
        if isinstance(said, str):
            status, header, body = 302, ("Location", said), ""
        else:
            kind = "text/plain" if url.path.startswith("/sns/") else "application/json"  # as WeChat says it
            status, header, body = 200, ("Content-Type", kind), json.dumps(said, ensure_ascii=False)
        self.send_response(500 if self.server.is_down else status)
        self.send_header(*header)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words: Any) -> None:
        """Stay silent."""


@contextmanager
def running() -> Iterator[Provider]:
    """Give a provider that answers."""
    with Provider() as provider:
        Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield provider
        provider.shutdown()


def offered(monkeypatch: Any, settings: Any, code: str, variable: str, server: str = "") -> None:
    """Offer the way to sign in that the variable names, as it is read at start."""
    empty: dict[str, Any] = {"openid_connect": {"APPS": []}, "weixin": {"APPS": []}}
    names: dict[str, Any] = {"SIGN_IN_WAYS": [], "SIGN_IN_ORIGINS": [], "SOCIALACCOUNT_PROVIDERS": empty}
    for name, value in names.items():
        monkeypatch.setattr(product, name, value)
    product.offer(code, code.title(), variable, server)
    for name in names:
        setattr(settings, name, getattr(product, name))
