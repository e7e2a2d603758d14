"""What deals notify of."""

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.notice_kinds import register_notice

OWN_STEP_DUE = register_notice(
    "own_step_due",
    _("A next step of your team is due today"),
    category=REQUESTS,
    sentence=_("A next step that your team noted for a deal is due today."),
    act=_("See the next step"),
)
