"""The lists' menu entries."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.registry import register_menu_entry

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
