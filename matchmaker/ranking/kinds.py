"""What the ranking records."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import ANY, Sentence

WEIGHTS = audit_actions.register(
    "weights",
    _("Changed the weights"),
    Sentence(_("%(who)s went back to v%(back_to)s of the weights: “%(note)s”"), {"back_to": ANY}),
    Sentence(_("%(who)s changed the weights: “%(note)s”"), {"note": ANY}),
    Sentence(_("%(who)s changed the weights.")),
)
RANKED = audit_actions.register(
    "ranked",
    _("Asked for a re-ranking"),
    Sentence(_("%(who)s asked for everything to be ranked again: “%(reason)s”"), {"reason": ANY}),
    Sentence(_("%(who)s asked for a profile to be ranked again.")),
)
