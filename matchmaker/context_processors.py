"""What every page knows: the product's name, the languages, and where this person may go.

Nothing here asks the database for more than the signed-in user, and that only when a page shows the menu. Two
things are asked for where they are needed: the company, for a time of day on the clock of somebody who has
chosen none, and the notices that lead to a page, while some are unread.
"""

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from matchmaker.registry import MENUS, MenuEntry
from profiles.accounts.time_zones import zone_label, zone_of_reader
from profiles.notifications.selectors import keys_leading_to

RECORDS = MenuEntry("admin:index", _("Records"), is_extra=True)


@dataclass(frozen=True)
class MenuLanguage:
    """One language of the switch, named in itself."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Link:
    """A menu entry as this page shows it."""

    entry: MenuEntry
    current: bool


@dataclass(frozen=True)
class Menu:
    """The menu of a role as one page shows it.

    `here`: the URL name of the page; `with_records`: whether the operators' records are in it.
    """

    role: str
    here: str
    with_records: bool

    @property
    def links(self) -> list[Link]:
        """All entries; none for a visitor."""
        entries = [*MENUS.get(self.role, ()), *((RECORDS,) if self.with_records else ())]
        return [Link(entry, self.here.startswith(entry.covers)) for entry in entries]

    @property
    def extra_links(self) -> list[Link]:
        """The entries that stand behind "More" on a phone."""
        return [link for link in self.links if link.entry.is_extra]

    @property
    def is_in_extra(self) -> bool:
        """Whether this page belongs to one of them."""
        return any(link.current for link in self.extra_links)


class Site:
    """The context variable `site`; each part is worked out only when a template asks for it."""

    name = "Corridor"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration with invented records."""
        return bool(settings.DEMO)

    @cached_property
    def icons(self) -> str:
        """The address of the icon sprite; an icon is `<use href="{{ site.icons }}#name"/>`."""
        return static("vendor/icons/sprite.svg")

    @property
    def direction(self) -> str:
        """The active language's direction, `ltr` or `rtl`."""
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def languages(self) -> tuple[MenuLanguage, ...]:
        """All languages of the site, in their own names."""
        active = get_language()
        return tuple(MenuLanguage(code, name, code == active) for code, name in settings.LANGUAGES)

    @property
    def footer_links(self) -> list[MenuEntry]:
        """The pages about the market at the bottom of every page."""
        return MENUS.get("footer", [])

    @property
    def unread(self) -> int:
        """How many notices the signed-in person had not opened when this request began."""
        return int(getattr(self.request.user, "unread_notices", 0))

    @cached_property
    def notices_here(self) -> list[int]:
        """The keys of the unread notices that lead to this page, newest first."""
        user = self.request.user
        if not user.is_authenticated:
            return []
        return keys_leading_to(self.request.path, user)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which this person reads the clock."""
        return zone_of_reader(self.request.user)

    @property
    def zone_name(self) -> str:
        """What that time zone is called."""
        return zone_label(self.zone)

    @cached_property
    def menu(self) -> Menu:
        """The menu of the signed-in person's role."""
        user = getattr(self.request, "user", None)
        match = self.request.resolver_match
        here = (match.url_name or "") if match else ""
        return Menu(getattr(user, "role", ""), here, getattr(user, "is_superuser", False))


def site(request: HttpRequest) -> dict[str, Site]:
    """Context processor: give every template `site`."""
    return {"site": Site(request)}
