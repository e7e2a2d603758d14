"""What operators’ work on mails records."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import Sentence

MAILED = audit_actions.register(
    "mailed", _("Took a mail up again"), Sentence(_("%(who)s took a parked mail up again."))
)
