"""The menu entry of governance, and what becomes of fair dealing's tables."""

from django.utils.translation import gettext_lazy as _

from matchmaker.fair_dealing import kinds  # noqa: F401  registers itself
from matchmaker.registry import register_menu_entry
from profiles import erasure
from profiles.erasure import ABOUT_NOBODY, GOES, OWN_ACT, Decision

register_menu_entry(
    "curator",
    40,
    "governance",
    _("Fair dealing"),
    covers=("governance", "concentration", "screening"),
    is_extra=True,
)
register_menu_entry("footer", 0, "market_context", _("Figures about the market"))

erasure.register(
    {
        "matchmaker.CheckAnswer": OWN_ACT,
        "matchmaker.DisclosureRequest": OWN_ACT,
        "matchmaker.FairTerms": OWN_ACT,
        "matchmaker.ScreeningCandidate": Decision(GOES, because="a curator's question, told to neither side"),
        "matchmaker.ScreeningName": ABOUT_NOBODY,
    }
)
