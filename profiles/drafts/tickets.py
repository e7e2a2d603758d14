"""The ticket in every form that keeps what is typed: who filled it in, on which page, and what stood there.

It is signed, so a form whose session has ended can be kept for the account that typed it, and for no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

Sent = dict[str, list[str]]  # what a browser sends: texts by name
FIELD = "version"  # the name under which the ticket comes back
SALT = "profiles.drafts"
LASTS = timedelta(days=30)
SAVED = "corridor.typed_is_saved"  # in the META of a request whose form is stored
# Never kept: passwords, codes, the token that every form gets anew, and the button that was pressed.
NOT_KEPT = ("password", "oldpassword", "csrfmiddlewaretoken", "code", "more")


@dataclass(frozen=True)
class Ticket:
    """`base`: what the form showed when it was opened."""

    user_id: int
    path: str
    base: Sent

    def __str__(self) -> str:
        return signing.dumps([self.user_id, self.path, self.base], salt=SALT, compress=True)


def ticket_in(sent: Mapping[str, str]) -> Ticket | None:
    """Return the ticket that came with a form; None where there is none, or it is forged or too old."""
    try:
        user_id, path, base = signing.loads(sent.get(FIELD, ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return Ticket(user_id, path, base)
