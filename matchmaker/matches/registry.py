"""The lists’ menu entries, and what becomes of advice."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.matches import kinds  # noqa: F401  registers itself
from matchmaker.registry import MenuEntry, register_menu_entry
from profiles import erasure
from profiles.erasure import GOES, Decision

PAIR_PAGES = ("fair_", "check_answer", "disclosure")  # fair dealing of one pair
register_menu_entry(
    MenuEntry(
        "matches",
        _("Recommended partners"),
        ("match", "advice", *PAIR_PAGES),
        pgettext_lazy("menu", "Partners"),
        position=10,
    ),
    "startup",
)
register_menu_entry(
    MenuEntry(
        "matches",
        _("Recommended startups"),
        ("match", *PAIR_PAGES),
        pgettext_lazy("menu", "Startups"),
        position=10,
    ),
    "investor",
)

erasure.register({"matchmaker.Advice": Decision(GOES, company="startup")})
