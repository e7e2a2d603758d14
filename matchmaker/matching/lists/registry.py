"""The lists' menu entries."""

from django.utils.translation import gettext_lazy as _

from matchmaker.registry import register_menu_entry
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

PAIR_PAGES = ("fair_", "check_answer", "disclosure")  # fair dealing of one pair
register_menu_entry("startup investor", 10, "matches", _("Matches"), covers=("match", "advice", *PAIR_PAGES))
register_menu_entry("matches", 0, "matches", _("Matches"))
merging.register({"matchmaker.Look": merging.moves(once=("user", "startup", "investor"), is_watched=False)})
erasure.register({"matchmaker.Look": Decision(GOES, account="user")})
