"""What a capability adds to pages of others, registered in its `registry.py`.

Menu entries, queues on the curators' desk, sections on a company's record, and origins of an introduction.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from matchmaker.models import Introduction
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
class RecordSection:
    """Lines about a company's past, on the page of a match: sentences that name nobody."""

    title: Label
    lines: Callable[[Startup | Investor], list[str]]


@dataclass(frozen=True)
class Origin:
    """What an introduction grew out of, with its page."""

    label: Label
    title: str
    url: str


MENUS: dict[str, list[MenuEntry]] = {}
QUEUES: list[DeskQueue] = []
RECORD_SECTIONS: list[RecordSection] = []
ORIGINS: list[Callable[[Introduction], Origin | None]] = []


def register_menu_entry(entry: MenuEntry, *menus: str) -> None:
    """Add an entry to the menus of roles, or to "footer"."""
    for menu in menus:
        MENUS[menu] = sorted([*MENUS.get(menu, ()), entry], key=lambda each: each.position)


def register_queue(queue: DeskQueue) -> None:
    """Add a queue to the curators' desk."""
    QUEUES.append(queue)
    QUEUES.sort(key=lambda each: each.position)


def register_record_section(section: RecordSection) -> None:
    """Add a section to the record of every company."""
    RECORD_SECTIONS.append(section)


def register_origin(origin_of: Callable[[Introduction], Origin | None]) -> None:
    """Add a function that says what an introduction grew out of, if it knows."""
    ORIGINS.append(origin_of)


def record_of(company: Startup | Investor) -> list[tuple[Label, list[str]]]:
    """Return the sections of a company's record that have lines."""
    found = ((section.title, section.lines(company)) for section in RECORD_SECTIONS)
    return [(title, lines) for title, lines in found if lines]


def origins_of(introduction: Introduction) -> list[Origin]:
    """Return what an introduction grew out of."""
    return [origin for origin_of in ORIGINS if (origin := origin_of(introduction))]
