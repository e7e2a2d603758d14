"""What reading restricted fields records."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import Sentence

VIEWED = audit_actions.register(
    "viewed",
    _("Opened restricted fields"),
    Sentence(_("%(who)s opened the exact amounts of %(what)s: “%(reason)s”")),
)
