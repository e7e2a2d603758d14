"""What deletions record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action

ERASED = register_action(
    "erased",
    _("Deleted an account or a company"),
    Sentence(_("%(who)s deleted an account for good."), {"kind": "account"}),
    _("%(who)s deleted a company for good."),
)
