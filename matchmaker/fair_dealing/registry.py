"""The menu entry of governance, and what becomes of fair dealing’s tables."""

from django.utils.translation import gettext_lazy as _

from matchmaker.fair_dealing import kinds  # noqa: F401  registers itself
from matchmaker.registry import MenuEntry, register_menu_entry
from profiles import erasure
from profiles.erasure import ABOUT_NOBODY, GOES, OWN_ACT, Decision

register_menu_entry(
    MenuEntry(
        "governance",
        _("Fair dealing"),
        ("governance", "concentration", "screening"),
        is_extra=True,
        position=40,
    ),
    "curator",
)
register_menu_entry(MenuEntry("market_context", _("Figures about the market"), position=0), "footer")

erasure.register(
    {
        "matchmaker.CheckAnswer": OWN_ACT,
        "matchmaker.DisclosureRequest": OWN_ACT,
        "matchmaker.FairTerms": OWN_ACT,
        "matchmaker.ScreeningCandidate": Decision(GOES, because="a curator's question, told to neither side"),
        "matchmaker.ScreeningName": ABOUT_NOBODY,
    }
)
