"""What fair dealing records and limits."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import Sentence
from profiles.limits import registry as limits
from profiles.limits.registry import Limit

GOVERNANCE = audit_actions.register(
    "governance", _("Changed a governance check"), Sentence(_("%(who)s changed a governance check."))
)
ANSWERED = audit_actions.register(
    "answered",
    _("Answered a governance check"),
    Sentence(_("%(who)s answered a governance check: %(what)s.")),
)
DISCLOSED = audit_actions.register(
    "disclosed", _("Asked for a disclosure"), Sentence(_("%(who)s asked for disclosures: %(what)s."))
)
TERMS = audit_actions.register(
    "terms",
    _("Wrote or opened fair terms"),
    Sentence(_("%(who)s opened fair terms: %(what)s."), {"done": "opened"}),
    Sentence(_("%(who)s wrote fair terms: %(what)s.")),
)
SCREENED = audit_actions.register(
    "screened",
    _("Decided about a name on a screening list"),
    Sentence(_("%(who)s decided about a name on a screening list: %(what)s.")),
)

FAIR_LIMIT = limits.register(
    "fair", account=Limit(240, 120), company=Limit(480, 240)
)  # an answer, a request to disclose, a version of terms
