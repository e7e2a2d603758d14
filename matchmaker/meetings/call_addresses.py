"""Where a call takes place: a link, a telephone number, or words such as a WeChat id."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)\s*:\s*(//)?", re.IGNORECASE)
# What a program would open or run. Other words before a colon are words: "WeChat: corridor88".
RUNS = {"javascript", "data", "vbscript", "file", "blob", "about"}
TELEPHONE = re.compile(r"^(?:tel:)?(\+?[0-9][0-9 ()-]{5,22}[0-9])$", re.IGNORECASE)
NOT_A_LINK = _("Write a link that begins with https://, a telephone number, or a name in a messenger.")


def check_call_address(address: str) -> None:
    """Refuse what a program would open or run, except a page or a number to call.

    Raises:
        ValidationError: saying what may be written.
    """
    found = SCHEME.match(address)
    scheme = found[1].lower() if found else ""
    if scheme in {"http", "https"}:
        URLValidator(schemes=["http", "https"], message=NOT_A_LINK)(address)
    elif scheme in RUNS or (found and found[2]) or (scheme == "tel" and not TELEPHONE.match(address)):
        raise ValidationError(NOT_A_LINK)


def link_of(address: str) -> str:
    """Return what a click on the address opens: a page or a call; empty for mere words."""
    if address.lower().startswith(("http://", "https://")):
        return address
    number = TELEPHONE.match(address)
    return f"tel:{re.sub(r'[^0-9+]', '', number[1])}" if number else ""
