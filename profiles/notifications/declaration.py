"""What is declared of every event that we tell: its words and channels."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Subject and text of the mail. %(company)s is the reader's own company; no mail names the other side."""

    subject: Promise
    body: Promise


@dataclass(frozen=True, kw_only=True)
class Event:
    """How a kind is told. None: not in this channel.

    `act` are the words of the link, on the page and in the mail. The sentence on the page names nobody and
    holds no number, so that it stays true whenever it is read.
    """

    sentence: Promise | None
    act: Promise
    mail: Mail | None
