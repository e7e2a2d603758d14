"""What is said of an event where it is declared: to whom, in which words, by which channels."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from profiles.events import Category

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only


class Receiver(Enum):
    """Who is told."""

    TEAM = "everybody in a company, but for who did it"
    PERSON = "one account"
    ADDRESS = "an email address, with or without an account"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Subject and text of the mail. %(company)s is the reader's own company; no mail names the other side."""

    subject: "_StrPromise"
    body: "_StrPromise"


@dataclass(frozen=True, kw_only=True)
class Event:
    """How a kind is told. None: not in this channel.

    `act` are the words of the link, on the page and in the mail. The sentence on the page names nobody and
    holds no number, so that it stays true whenever it is read.
    """

    category: Category
    receiver: Receiver
    sentence: "_StrPromise | None"
    act: "_StrPromise"
    mail: Mail | None
