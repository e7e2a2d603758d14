"""What reading restricted fields records."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action

VIEWED = register_action(
    "viewed",
    _("Unlocked restricted fields"),
    _("%(who)s unlocked the exact amounts of %(what)s: “%(reason)s”"),
)
