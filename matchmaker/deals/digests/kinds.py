"""The mail with new matches, and the category by which it is switched."""

from django.utils.translation import gettext_lazy as _

from profiles.choices import Rhythm
from profiles.notice_kinds import register_category, register_notice

MATCHES = register_category(
    "matches",
    _("New matches (summary email)"),
    position=40,
    rhythms=(Rhythm.WEEKLY, Rhythm.DAILY, Rhythm.OFF),
)
NEW_MATCHES = register_notice(
    "new_matches",
    _("New matches"),
    category=MATCHES,
    act=_("See all matches"),
    body=_("New matches for %(company)s. Each match is included in only one email.\n\n%(lines)s"),
)
