"""What saved searches add to the digest and the tabs of matches, and what becomes of them."""

from django.utils.translation import gettext_lazy as _

from matchmaker.portal.saved_searches import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.portal.saved_searches.selectors import digest_lines
from matchmaker.registry import MINUTE, register_digest_lines, register_menu_entry, register_periodic_task
from profiles.platform import erasure
from profiles.platform.erasure import GOES, Decision

register_menu_entry("matches", 20, "saved_searches", _("Saved searches"), covers=("saved_search",))
register_digest_lines(digest_lines)
erasure.register({"matchmaker.SavedSearch": Decision(GOES, account="user")})

register_periodic_task("check_saved_searches", services.check_due, MINUTE)
