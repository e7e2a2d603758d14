"""Remembers the browsers in which an account signed in, with a signed cookie.

Guesses from known browsers are counted apart.
"""

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from profiles.models import User

SALT = "profiles.people.accounts.browsers"
HALF_A_YEAR = 180 * 24 * 60 * 60  # seconds
OPENED = "profiles.people.accounts.opened"  # in a session: the account that signed up in it
MOST_KNOWN = 10  # addresses in one browser, the newest first


def fingerprint(email: str) -> str:
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:32]


def remember(request: HttpRequest, response: HttpResponse, addresses: Iterable[str]) -> None:
    name, *fingerprints = _read(request) or [secrets.token_hex(8)]
    fingerprints = list(dict.fromkeys([*map(fingerprint, addresses), *fingerprints]))[:MOST_KNOWN]
    response.set_signed_cookie(
        settings.BROWSER_COOKIE_NAME,
        ".".join([name, *fingerprints]),
        salt=SALT,
        max_age=HALF_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remember_session(request: HttpRequest, addresses: Iterable[str]) -> None:
    request.session[SALT] = list(map(fingerprint, addresses))


def known_to(email: str, request: HttpRequest) -> str:
    name, *fingerprints = _read(request) or [""]
    if fingerprint(email) in fingerprints:
        return name
    is_here = request.user.is_authenticated and request.user.email == email.lower()
    is_known = is_here or fingerprint(email) in request.session.get(SALT, ())
    return str(request.session.session_key) if is_known else ""


def remember_sign_up(request: HttpRequest, user: User) -> None:
    request.session[OPENED] = user.pk


def has_signed_up(request: HttpRequest, user: User) -> bool:
    return bool(request.session.get(OPENED) == user.pk)


def _read(request: HttpRequest) -> list[str]:
    cookie = request.get_signed_cookie(settings.BROWSER_COOKIE_NAME, "", salt=SALT, max_age=HALF_A_YEAR)
    return cookie.split(".") if cookie else []
