"""What deletions record."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import Sentence

ERASED = audit_actions.register(
    "erased",
    _("Deleted an account or a company"),
    Sentence(_("%(who)s deleted an account for good."), {"kind": "account"}),
    Sentence(_("%(who)s deleted a company for good.")),
)
