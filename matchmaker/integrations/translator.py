"""A translation service with the API of LibreTranslate, if the operator names one."""

import json
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from profiles.refusals import RefusedError

LANGUAGES = ("en", "ur", "zh")
SECONDS = 6.0  # for everything: a page waits
MOST_BYTES = 64 * 1024  # of an answer
LONGEST = 4_000  # characters of a text
CHUNK = 8 * 1024


class NotTranslatedError(RefusedError):
    message = _("The translation service is not available at the moment. Please try again in a few minutes.")


def is_configured() -> bool:
    return bool(settings.TRANSLATION_URL)


def host() -> str:
    return urlsplit(settings.TRANSLATION_URL).hostname or ""


def translate(text: str, *, source: str, target: str) -> str:
    """Return the text in another language.

    Raises:
        NotTranslatedError: no answer in time, or one that is no translation.
    """
    asked = {"q": text[:LONGEST], "source": source, "target": target, "format": "text"}
    if settings.TRANSLATION_KEY:
        asked["api_key"] = settings.TRANSLATION_KEY
    try:
        answer = json.loads(_post(json.dumps(asked).encode()))
    except (OSError, HTTPException, ValueError) as error:
        raise NotTranslatedError from error
    found = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found.strip():
        raise NotTranslatedError
    return " ".join(found.replace("\0", " ").split())


def _post(body: bytes) -> bytes:
    deadline, address = time.monotonic() + SECONDS, urlsplit(settings.TRANSLATION_URL)
    make = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = make(address.hostname or "", address.port, timeout=SECONDS)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        connection.request("POST", address.path or "/translate", body, headers)
        with connection.getresponse() as response:  # which takes over a connection that ends with it
            if response.status != 200:
                raise NotTranslatedError
            return _read(response, deadline)
    finally:
        connection.close()


def _read(response: HTTPResponse, deadline: float) -> bytes:
    content = b""
    while piece := response.read1(CHUNK):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > deadline:
            raise NotTranslatedError
    return content
