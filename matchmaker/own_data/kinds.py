"""What deletions record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action

ERASED = register_action(
    "erased",
    _("Deleted an account or a company"),
    Sentence(_("%(who)s permanently deleted an account."), {"kind": "account"}),
    _("%(who)s permanently deleted a company."),
)
