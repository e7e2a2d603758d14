"""What fair dealing records and limits."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action
from profiles.limits.services import register_limit

GOVERNANCE = register_action(
    "governance",
    _("Changed a governance check"),
    Sentence(_("%(who)s restored version %(back_to)s of a governance check: %(what)s."), {"back_to": ANY}),
    _("%(who)s changed a governance check."),
)
ANSWERED = register_action(
    "answered", _("Answered a governance check"), _("%(who)s answered a governance check: %(what)s.")
)
DISCLOSED = register_action(
    "disclosed", _("Asked for a disclosure"), _("%(who)s asked for disclosures: %(what)s.")
)
TERMS = register_action(
    "terms",
    _("Saved or opened fair terms"),
    Sentence(_("%(who)s opened fair terms to the other side: %(what)s."), {"done": "opened"}),
    _("%(who)s saved fair terms: %(what)s."),
)
SCREENED = register_action(
    "screened",
    _("Made a decision on a name from a screening list"),
    _("%(who)s made a decision on a name from a screening list: %(what)s."),
)

# An answer, a request to disclose, a version of terms
FAIR_LIMIT = register_limit("fair", account=(240, 120), company=(480, 240))
