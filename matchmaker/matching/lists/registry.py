"""The lists' menu entries."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.registry import register_menu_entry
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

PAIR_PAGES = ("fair_", "check_answer", "disclosure")  # fair dealing of one pair
register_menu_entry(
    "startup",
    10,
    "matches",
    _("Recommended partners"),
    covers=("match", "advice", *PAIR_PAGES),
    short=pgettext_lazy("menu", "Partners"),
)
register_menu_entry(
    "investor",
    10,
    "matches",
    _("Recommended startups"),
    covers=("match", *PAIR_PAGES),
    short=pgettext_lazy("menu", "Startups"),
)
merging.register({"matchmaker.Look": merging.moves(once=("user", "startup", "investor"), is_watched=False)})
erasure.register({"matchmaker.Look": Decision(GOES, account="user")})
