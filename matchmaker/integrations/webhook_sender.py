"""Sending to an address that a member has named: public hosts only, pinned, bounded, nothing followed."""

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from profiles.integrations.domain_records import addresses
from profiles.refusals import RefusedError

SECONDS = 5.0  # for the whole exchange, however slowly the other side speaks
NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
GLOBAL_V6 = ip_network("2000::/3")
# Global by their numbers, but they lead to IPv4 addresses or nowhere: Teredo, 6to4, documentation.
# NAT64 (64:ff9b::/96) and mapped IPv4 lie outside of 2000::/3.
NOT_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
LOCAL = "local"  # the setting with which tests and demonstrations send to this machine


class RefusedAddressError(RefusedError):
    message = _("We cannot send anything to this address. Choose another one.")


class NotDeliveredError(Exception):
    """There was no answer that counts; the message says why in one word."""


@dataclass(frozen=True)
class Answer:
    status: int
    challenge: str


def is_on() -> bool:
    return bool(settings.WEBHOOKS != "off")


def is_public(address: str) -> bool:
    ip = ip_address(address)
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, IPv6Address):
        return ip in GLOBAL_V6 and not any(ip in network for network in NOT_V6)
    return True


def _is_here(host: str) -> bool:
    return settings.WEBHOOKS == LOCAL and host in ("127.0.0.1", "localhost")


def checked(url: str) -> SplitResult:
    """Return the parts of an address to which may be sent, as far as its letters tell.

    Raises:
        RefusedAddressError: it is not https, names a port, an account, a fragment, or no public host.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise RefusedAddressError from error
    if any(not 33 <= ord(letter) <= 126 for letter in url) or "@" in parts.netloc or parts.fragment:
        raise RefusedAddressError
    if _is_here(host) and parts.scheme in ("http", "https"):
        return parts
    if parts.scheme != "https" or port not in (None, 443) or not NAME.fullmatch(host):
        raise RefusedAddressError
    return parts


def public_address(found: Sequence[str]) -> str:
    """Return the address to connect to, of those that a name has: IPv4 if there is one.

    Raises:
        RefusedAddressError: one of them is not public: then the name is not for us.
    """
    if not found or not all(map(is_public, found)):
        raise RefusedAddressError
    return min(found, key=lambda each: ip_address(each).version)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, resolve: Callable[[str], list[str]] = addresses
) -> Answer:
    """Send a body and return what was answered. A redirect is an answer like another: not followed.

    Raises:
        RefusedAddressError: the address, or what its name leads to, is not public.
        NotDeliveredError: no answer in time, or none at all.
    """
    parts = checked(url)
    host = parts.hostname or ""
    pinned = "127.0.0.1" if _is_here(host) else public_address(resolve(host))
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with socket.create_connection((pinned, parts.port or make.default_port), timeout=SECONDS) as line:
            return _exchange(line, make(host, parts.port), target, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        raise NotDeliveredError(type(error).__name__) from error


def _exchange(
    line: socket.socket, connection: HTTPConnection, target: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    cut = line.dup()  # wrapping takes the line away from its name
    end, watch = time.monotonic() + SECONDS, Timer(SECONDS, _hang_up, [cut])
    watch.start()
    try:
        is_secure = isinstance(connection, HTTPSConnection)
        context = ssl.create_default_context() if is_secure else None
        spoken = context.wrap_socket(line, server_hostname=connection.host) if context else line
        with closing(spoken), closing(connection):
            connection.sock = spoken
            connection.request("POST", target, body, dict(headers))
            with connection.getresponse() as answer:  # which takes over a connection that ends with it
                if time.monotonic() >= end:  # it was cut, and what came looks like the end of an answer
                    raise TimeoutError
                return Answer(answer.status, answer.headers.get("webhook-challenge", "").strip()[:100])
    finally:
        watch.cancel()
        cut.close()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
