"""What is recorded of edits that wait."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action

EDIT_TAKEN_BACK = register_action(
    "edit_taken_back",
    _("Withdrew an edit"),
    _("%(who)s withdrew an edit of %(what)s that no curator had approved: %(fields)s."),
)
