"""What every page knows: the product's name, the languages, and where this person may go.

Nothing here asks the database for more than the signed-in user, and that only when a page shows the menu. Two
things are asked for where they are needed: the company, for a time of day on the clock of somebody who has
chosen none, and the notices that lead to a page, while some are unread.
"""

from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from matchmaker.integrations import translator
from matchmaker.registry import MENU_COVERS, MENUS, MenuEntry
from profiles.people.accounts.time_zones import zone_label, zone_of_reader
from profiles.platform.notifications.selectors import keys_leading_to

RECORDS = MenuEntry("admin:index", _("Records"), is_extra=True)


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
    def preview_picture(self) -> str:
        """The whole address of the picture that chats show beside a link to a public page."""
        return f"{settings.SITE_URL.rstrip('/')}{static('corridor/preview.png')}"

    @property
    def ways(self) -> list[tuple[str, str]]:
        """The accounts elsewhere with which people can sign in: name and address."""
        openid, wechat = "openid_connect_login", {"weixin": reverse("weixin_login")}
        return [
            (name, wechat.get(code) or reverse(openid, args=[code])) for code, name in settings.SIGN_IN_WAYS
        ]

    @property
    def translator(self) -> str:
        """The machine to which a text goes when a reader asks for its translation; empty without one."""
        return translator.host()

    @property
    def direction(self) -> str:
        """The active language's direction, `ltr` or `rtl`."""
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """All languages of the site with their own names, and whether each is the active one."""
        return [(code, name, code == get_language()) for code, name in settings.LANGUAGES]

    @property
    def footer_links(self) -> list[MenuEntry]:
        """The pages about the market at the bottom of every page."""
        return MENUS.get("footer", [])

    @property
    def account_links(self) -> list[MenuEntry]:
        """The entries of the account menu for the signed-in person's role."""
        return MENUS.get(f"{getattr(self.request.user, 'role', '')}-account", [])

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
    def menu(self) -> dict[str, Any]:
        """The menu of the signed-in person's role, and which of it stands behind "More" on a phone.

        Each entry comes with whether this page belongs to it.
        """
        user = getattr(self.request, "user", None)
        match = self.request.resolver_match
        here = (match.url_name or "") if match else ""
        entries = list(MENUS.get(getattr(user, "role", ""), ()))
        if getattr(user, "is_superuser", False):
            entries += [entry for entry in MENUS.get("operator", ()) if entry not in entries]
            entries.append(RECORDS)
        covers = [(*entry.covers, *MENU_COVERS.get(entry.url_name, ())) for entry in entries]
        reach = [max((len(name) for name in names if here.startswith(name)), default=0) for names in covers]
        nearest = max(reach, default=0)
        links = [(entry, 0 < nearest == length) for entry, length in zip(entries, reach, strict=True)]
        extra = [(entry, current) for entry, current in links if entry.is_extra]
        return {"links": links, "extra": extra, "is_in_extra": any(current for _entry, current in extra)}


def site(request: HttpRequest) -> dict[str, Site]:
    """Context processor: give every template `site`."""
    return {"site": Site(request)}
