"""What a capability adds to pages of others, registered in its `registry.py`.

Menu entries, queues on the curators' desk, sections on a company's record, what is open between a company and
others, and origins of an introduction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from matchmaker.models.introduction import Introduction
from profiles.models import Investor, Startup

Label = str | Promise


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the menu. `covers`: beginnings of the URL names on which it is the current one.

    `is_extra`: on a phone it stands behind "More".
    """

    url_name: str
    label: Label
    covers: tuple[str, ...] = ()
    short: Label = ""
    argument: str = ""
    is_extra: bool = False
    position: int = 0


@dataclass(frozen=True)
class DeskQueue:
    """How much waits for a curator, with the page that shows it."""

    label: Label
    url_name: str
    count: Callable[[], int]
    position: int


@dataclass(frozen=True)
class OpenMatter:
    """What a company has open with others. `when_suspended`: what becomes of it during a suspension."""

    label: Label
    count: Callable[[Startup | Investor], int]
    when_suspended: Label
    position: int


@dataclass(frozen=True)
class Origin:
    """What an introduction grew out of, with its page."""

    label: Label
    title: str
    url: str


MENUS: dict[str, list[MenuEntry]] = {}
QUEUES: list[DeskQueue] = []
OPEN_MATTERS: list[OpenMatter] = []
RECORD_SECTIONS: list[tuple[Label, Callable[[Startup | Investor], list[str]]]] = []
DIGEST_LINES: list[Callable[..., list[str]]] = []
ORIGINS: list[Callable[[Introduction], Origin | None]] = []


def register_menu_entry(menus: str, position: int, url_name: str, label: Label, **fields: Any) -> None:
    """Add an entry, with the fields of MenuEntry, to menus between blanks: roles, or "footer"."""
    entry = MenuEntry(url_name, label, position=position, **fields)
    for menu in menus.split():
        MENUS[menu] = sorted([*MENUS.get(menu, ()), entry], key=lambda each: each.position)


def register_queue(position: int, label: Label, url_name: str, count: Callable[[], int]) -> None:
    """Add a queue to the curators' desk."""
    QUEUES.append(DeskQueue(label, url_name, count, position))
    QUEUES.sort(key=lambda each: each.position)


def register_open_matter(
    position: int, label: Label, count: Callable[[Startup | Investor], int], *, when_suspended: Label
) -> None:
    """Add something that a company has open with others, with what becomes of it during a suspension."""
    OPEN_MATTERS.append(OpenMatter(label, count, when_suspended, position))
    OPEN_MATTERS.sort(key=lambda each: each.position)


def register_digest_lines(lines: Callable[..., list[str]]) -> None:
    """Add lines to the digest: of a person, in a language."""
    DIGEST_LINES.append(lines)


def open_matters_of(company: Startup | Investor) -> list[tuple[OpenMatter, int]]:
    """Return what the company has open with others, with how many there are of each."""
    return [(each, count) for each in OPEN_MATTERS if (count := each.count(company))]


def record_of(company: Startup | Investor) -> list[tuple[Label, list[str]]]:
    """Return the sections of a company's record that have lines. They name nobody."""
    return [(title, found) for title, lines in RECORD_SECTIONS if (found := lines(company))]


def origins_of(introduction: Introduction) -> list[Origin]:
    """Return what an introduction grew out of."""
    return [origin for origin_of in ORIGINS if (origin := origin_of(introduction))]
