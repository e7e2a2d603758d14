"""The mail with new matches, and the category by which it is switched."""

from django.utils.translation import gettext_lazy as _

from profiles import notice_kinds
from profiles.choices import Rhythm

MATCHES = notice_kinds.register_category(
    "matches", _("New matches, collected"), position=40, rhythms=(Rhythm.WEEKLY, Rhythm.DAILY, Rhythm.OFF)
)
NEW_MATCHES = notice_kinds.register(
    "new_matches",
    _("New matches"),
    category=MATCHES,
    act=_("See all matches"),
    subject=_("%(company)s on Corridor: new matches"),
    body=_("New on the list of %(company)s, each told once:\n\n%(lines)s"),
)
