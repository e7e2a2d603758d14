"""The introductions' menu entries, and what becomes of their tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.introductions import kinds  # noqa: F401  registers itself
from matchmaker.registry import register_menu_entry
from profiles import erasure
from profiles.erasure import GOES, OWN_ACT, Decision

register_menu_entry(
    "startup investor",
    20,
    "introductions",
    _("Introductions"),
    covers=("introduction", "conversation", "meeting"),
    short=pgettext_lazy("menu", "Requests"),
)
register_menu_entry("startup investor", 30, "shortlist", _("Shortlist"), covers=("shortlist",), is_extra=True)

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
