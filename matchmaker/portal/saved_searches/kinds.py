"""What saved searches tell, and how often someone may change them."""

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.digests.kinds import MATCHES
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

# On the site only; by mail, the summary of new matches has a line for it.
NEW_RESULTS = register_notice(
    "saved_search",
    _("New results of a saved search"),
    category=MATCHES,
    sentence=_("One of your saved searches has new results."),
    act=_("See the saved searches"),
    is_read_on_visit=True,
)
SAVED_LIMIT = register_limit("saved_search", account=(60, 60))
