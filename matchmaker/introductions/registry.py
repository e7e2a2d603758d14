"""The introductions’ menu entries, and what becomes of their tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.introductions import kinds  # noqa: F401  registers itself
from matchmaker.registry import MenuEntry, register_menu_entry
from profiles import erasure
from profiles.erasure import GOES, OWN_ACT, Decision

register_menu_entry(
    MenuEntry(
        "introductions",
        _("Introductions"),
        ("introduction", "conversation", "meeting"),
        pgettext_lazy("menu", "Requests"),
        position=20,
    ),
    "startup",
    "investor",
)
register_menu_entry(
    MenuEntry("shortlist", _("Shortlist"), ("shortlist",), is_extra=True, position=30), "startup", "investor"
)

erasure.register(
    {
        "matchmaker.Interest": OWN_ACT,
        "matchmaker.Pass": OWN_ACT,
        "matchmaker.ShortlistEntry": OWN_ACT,
        "matchmaker.Introduction": Decision(
            GOES, because="holds words of both sides; each reads them on its page"
        ),
        "matchmaker.IntroductionStep": Decision(
            GOES, because="the moves of an introduction, on the same page"
        ),
    }
)
