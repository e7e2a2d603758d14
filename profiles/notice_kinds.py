"""Kinds of notices and mails, and the categories by which people switch mails."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from profiles.choices import Rhythm


@dataclass(frozen=True)
class Category:
    """A mail category. `rhythms`: the choices, the default first. `role`: its only role.

    `others_wait`: another person waits for an answer.
    """

    code: str
    label: Promise
    rhythms: tuple[Rhythm, ...]
    position: int  # on the page of mail settings
    role: str = ""
    others_wait: bool = False

    @property
    def mailed(self) -> "list[NoticeKind]":
        return [kind for kind in KINDS.values() if kind.category.code == self.code and kind.body]


def _subject_of(label: Promise) -> str:
    text = str(label).rstrip(".。۔")
    return gettext("%(company)s on Corridor: {what}").format(what=f"{text[:1].lower()}{text[1:]}")


subject_of = lazy(_subject_of, str)


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of notification: a sentence for the page, a body for mail.

    Sentences have no names or numbers. `act` is the link text. `is_read_on_visit`: opening its page marks it
    as read. `waits`: its mail waits a minute and can be taken back. `holds`: the path of a function
    that tells before its mail is sent whether what the mail offers still holds.
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
    holds: str = ""

    def __post_init__(self) -> None:
        if self.body and not self.subject:  # emails have the label as their subject, unless one is given
            object.__setattr__(self, "subject", subject_of(self.label))


CATEGORIES: dict[str, Category] = {}
KINDS: dict[str, NoticeKind] = {}
# What a reader may call, now, the company that a notice's path is about: paths and their reader → names.
NAMERS: list[Callable[[Collection[str], Any], Mapping[str, str]]] = []
# How its reader may reply to the email of a notification: the address and a sentence about it, or two empty.
REPLY_WAYS: list[Callable[[Any, Any], tuple[str, str]]] = []
# Of these, names that a curator has read: only they are mailed.
MAIL_NAMERS: list[Callable[[Collection[str], Any], Mapping[str, str]]] = []
# Whether a waiting email still says only what its reader can read now: the email and its reader.
MAIL_CHECKS: list[Callable[[Any, Any], bool]] = []


def names_for(paths: Iterable[str], reader: Any) -> dict[str, str]:
    found = list(paths)
    return dict(item for namer in NAMERS for item in namer(found, reader).items())


def mailed_name(path: str, reader: Any) -> str:
    return next((name for namer in MAIL_NAMERS for name in namer([path], reader).values()), "")


def reply_way(reader: Any, message: Any) -> tuple[str, str]:
    for way in REPLY_WAYS:
        address, sentence = way(reader, message)
        if address or sentence:
            return address, sentence
    return "", ""


def register_category(
    code: str,
    label: Promise,
    *,
    position: int,
    rhythms: tuple[Rhythm, ...] = (Rhythm.AT_ONCE, Rhythm.OFF),
    role: str = "",
    others_wait: bool = False,
) -> Category:
    CATEGORIES[code] = Category(code, label, rhythms, position, role, others_wait)
    return CATEGORIES[code]


def register_notice(code: str, label: Promise, **fields: Any) -> str:
    KINDS[code] = NoticeKind(code=code, label=label, **fields)
    return code


def sorted_categories() -> list[Category]:
    return sorted(CATEGORIES.values(), key=lambda category: category.position)


def kind_choices() -> Iterable[tuple[str, Promise]]:
    return [(kind.code, kind.label) for kind in KINDS.values()]


def category_choices() -> Iterable[tuple[str, Promise]]:
    return [(category.code, category.label) for category in sorted_categories()]


# These cannot be switched off: a person who takes over an account would do that first.
ACCOUNT = register_category(
    "account", _("Account, team and security"), position=50, rhythms=(Rhythm.AT_ONCE,)
)
