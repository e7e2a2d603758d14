"""What published hours record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.platform.limits.services import register_limit

HOURS = register_action(
    "hours",
    _("Published hours for meetings"),
    Sentence(_("%(who)s no longer publishes hours for meetings."), {"done": "removed"}),
    _("%(who)s published hours for meetings."),
)
HOURS_LIMIT = register_limit("hours", account=(60, 30))
