"""What is recorded of edits that wait."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action

EDIT_TAKEN_BACK = register_action(
    "edit_taken_back",
    _("Took an edit back"),
    _("%(who)s took back an edit of %(what)s that no curator had approved: %(fields)s."),
)
