"""Kinds of notices and mails, and the categories by which people switch mails.

The capability that sends a kind registers it in its `kinds.py`. `profiles.platform.notifications` delivers
whatever is registered.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import Rhythm


@dataclass(frozen=True)
class Category:
    """What people switch mails by. `rhythms`: what may be chosen, the default first. `role`: whose only.

    `others_wait`: of these mails somebody else waits for an answer, so they are the last to be stopped.
    """

    code: str
    label: Promise
    rhythms: tuple[Rhythm, ...]
    position: int  # on the page of mail settings
    role: str = ""
    others_wait: bool = False

    @property
    def mailed(self) -> "list[NoticeKind]":
        """The kinds of mails that stop with it."""
        return [kind for kind in KINDS.values() if kind.category.code == self.code and kind.body]


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of event that people are told: with a sentence on the page of notices, with a body by mail.

    The sentence names nobody and holds no number, so that it stays true. `act` is the text of the link. In
    a mail %(company)s is the reader's own company; no mail names the other side. A programme is named by
    its title, which a curator has read. `is_read_on_visit`: opening
    the page that a notice leads to marks it as read. `waits`: what it tells can be taken back, so its mail
    waits a minute, an equal one replaces it, and none goes out once `take_back` is called.
    """

    code: str
    label: Promise
    category: Category
    sentence: Promise | None = None
    act: Promise | str = ""
    subject: Promise | str = ""
    body: Promise | str = ""
    is_read_on_visit: bool = True
    waits: bool = False


CATEGORIES: dict[str, Category] = {}
KINDS: dict[str, NoticeKind] = {}
# What a reader may call, now, the company that a notice's path is about: paths and their reader → names.
NAMERS: list[Callable[[Collection[str], Any], Mapping[str, str]]] = []


def names_for(paths: Iterable[str], reader: Any) -> dict[str, str]:
    """Return what a reader may call the companies that the pages at these paths are about."""
    found = list(paths)
    return dict(item for namer in NAMERS for item in namer(found, reader).items())


def register_category(
    code: str,
    label: Promise,
    *,
    position: int,
    rhythms: tuple[Rhythm, ...] = (Rhythm.AT_ONCE, Rhythm.OFF),
    role: str = "",
    others_wait: bool = False,
) -> Category:
    """Add a category and return it."""
    CATEGORIES[code] = Category(code, label, rhythms, position, role, others_wait)
    return CATEGORIES[code]


def register_notice(code: str, label: Promise, **fields: Any) -> str:
    """Add a kind with the fields of NoticeKind, and return its code."""
    KINDS[code] = NoticeKind(code=code, label=label, **fields)
    return code


def sorted_categories() -> list[Category]:
    """Return the categories as the page of mail settings lists them."""
    return sorted(CATEGORIES.values(), key=lambda category: category.position)


def kind_choices() -> Iterable[tuple[str, Promise]]:
    """Return the choices of a column that holds a kind."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def category_choices() -> Iterable[tuple[str, Promise]]:
    """Return the choices of a column that holds a category."""
    return [(category.code, category.label) for category in sorted_categories()]


# These cannot be switched off: whoever takes an account over would do that first.
ACCOUNT = register_category(
    "account", _("Account, team and security"), position=50, rhythms=(Rhythm.AT_ONCE,)
)
