"""What selections record, and how often one may be made."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action, register_subject
from profiles.platform.limits.services import register_limit

SELECTED = register_action(
    "selected",
    _("Acted on all results of a filter"),
    Sentence(_("%(who)s approves all results of a filter: %(count)s."), {"act": "approve"}),
    Sentence(_("%(who)s invites all results of a filter: %(count)s."), {"act": "invite"}),
    Sentence(_("%(who)s undid a selection."), {"act": "undo"}),
    _("%(who)s acted on all results of a filter."),
)
register_subject("selection", _("a selection"))

SELECTION_LIMIT = register_limit("selection", account=(20, 20))
