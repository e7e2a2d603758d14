"""What every page knows: the product's name, the languages, and where this person may go."""

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
from profiles.choices import Side
from profiles.people.accounts.time_zones import zone_label, zone_of_reader
from profiles.platform.notifications.selectors import notices_leading_to

MOST_ON_THE_LINE = 5  # entries, so many as a phone shows
RECORDS = MenuEntry("admin:index", _("Records"), is_extra=True)


class Site:
    name = "Corridor"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        match, language = request.resolver_match, get_language()
        self.here = (match.url_name or "") if match else ""
        self.demo = bool(settings.DEMO)
        self.icons = static("vendor/icons/sprite.svg")
        self.direction = "rtl" if get_language_bidi() else "ltr"
        self.languages = [(code, name, code == language) for code, name in settings.LANGUAGES]
        self.footer_links = MENUS.get("footer", [])

    @property
    def preview_picture(self) -> str:
        return f"{settings.SITE_URL.rstrip('/')}{static('corridor/preview.png')}"

    @property
    def ways(self) -> list[tuple[str, str]]:
        openid, wechat = "openid_connect_login", {"weixin": reverse("weixin_login")}
        return [
            (name, wechat.get(code) or reverse(openid, args=[code])) for code, name in settings.SIGN_IN_WAYS
        ]

    @property
    def translator(self) -> str:
        """The machine to which a text goes when a reader asks for its translation; empty without one."""
        return translator.host()

    @property
    def developer_links(self) -> list[MenuEntry]:
        entries = MENUS.get(f"{getattr(self.request.user, 'role', '')}-developer", [])
        return [entry for entry in entries if entry.is_shown()]

    @property
    def unread(self) -> int:
        return int(getattr(self.request.user, "unread_notices", 0))

    @cached_property
    def notices_here(self) -> list[int]:
        """The keys of the unread notices that lead to this page, newest first."""
        user = self.request.user
        if not user.is_authenticated:
            return []
        return list(notices_leading_to(self.request.path, user.pk).values_list("pk", flat=True))

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_of_reader(self.request.user)

    @property
    def zone_name(self) -> str:
        return zone_label(self.zone)

    @cached_property
    def menu(self) -> dict[str, Any]:
        """The menu of the signed-in role: the entries on the line, and those behind "More"."""
        user = getattr(self.request, "user", None)
        role = str(getattr(user, "role", ""))
        is_alone = role in Side and not getattr(user, "has_company", True)
        entries = list(MENUS.get(f"{role}-alone" if is_alone else role, ()))
        if getattr(user, "is_superuser", False):
            entries += [entry for entry in MENUS.get("operator", ()) if entry not in entries]
            entries.append(RECORDS)
        reach = []
        for entry in entries:
            tabs = [name for tab in MENUS.get(entry.url_name, ()) for name in (tab.url_name, *tab.covers)]
            covered = (*entry.covers, *MENU_COVERS.get(entry.url_name, ()), *tabs)
            reach.append(max((len(name) for name in covered if self.here.startswith(name)), default=0))
        nearest = max(reach, default=0)
        links = [(entry, 0 < nearest == length) for entry, length in zip(entries, reach, strict=True)]
        has_more = len(links) > MOST_ON_THE_LINE
        extra = [(entry, current) for entry, current in links if has_more and entry.is_extra]
        return {
            "links": [each for each in links if each not in extra],
            "extra": extra,
            "is_in_extra": any(current for _entry, current in extra),
        }

    @cached_property
    def tabs(self) -> dict[str, Any]:
        """The tabs of a menu entry, on the pages that are its tabs. A tab belongs to one entry."""
        for entry, current in self.menu["links"]:
            tabs = [(tab, tab.url_name == self.here) for tab in MENUS.get(entry.url_name, ())]
            if current and any(is_here for _tab, is_here in tabs):
                return {"label": entry.label, "links": tabs}
        return {}


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(request)}
