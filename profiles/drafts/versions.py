"""The version in every form that keeps drafts: who opened it, on which page, and what it showed then.

It is signed, so a form whose session has ended can be kept for the account that typed it, and for no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest

Sent = dict[str, list[str]]  # what a browser sends: texts by name
FIELD = "version"  # the name under which it comes back
SALT = "profiles.drafts"
LASTS = timedelta(days=30)
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Never kept: passwords, codes, the token that every form gets anew, and the button that was pressed.
EXCLUDED_FIELDS = ("password", "oldpassword", "csrfmiddlewaretoken", "code", "more")


@dataclass(frozen=True)
class FormVersion:
    """`base`: what the form showed when it was opened."""

    user_id: int
    path: str
    base: Sent

    def __str__(self) -> str:
        return signing.dumps([self.user_id, self.path, self.base], salt=SALT, compress=True)


def version_in(sent: Mapping[str, str]) -> FormVersion | None:
    """Return the version that came with a form; None where there is none, or it is forged or too old."""
    try:
        user_id, path, base = signing.loads(sent.get(FIELD, ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return FormVersion(user_id, path, base)


def posted_version(request: HttpRequest) -> FormVersion | None:
    """Return the version of the form that was sent, if it is one that keeps drafts."""
    if request.method != "POST" or request.content_type not in FORMS or FIELD not in request.POST:
        return None
    return version_in(request.POST)


def texts_to_keep(sent: Mapping[str, list[str]]) -> Sent:
    """Return what may be kept of a form: no secrets, and no zero bytes, which PostgreSQL does not store."""
    return {
        name.replace("\0", ""): [text.replace("\0", "") for text in texts]
        for name, texts in sent.items()
        if not name.startswith(EXCLUDED_FIELDS)
    }
