"""What the ranking records."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action, register_subject

WEIGHTS = register_action(
    "weights",
    _("Changed the weights"),
    Sentence(_("%(who)s restored version %(back_to)s of the weights: “%(note)s”"), {"back_to": ANY}),
    Sentence(_("%(who)s changed the weights: “%(note)s”"), {"note": ANY}),
    _("%(who)s changed the weights."),
)
RANKED = register_action(
    "ranked",
    _("Requested a re-ranking"),
    Sentence(_("%(who)s requested a full re-ranking: “%(reason)s”"), {"reason": ANY}),
    _("%(who)s requested a re-ranking of a profile."),
)
register_subject("weights", _("version %(code)s of the weights"))
register_subject("run", _("the ranking %(code)s"))
register_subject("job", _("a company waiting to be ranked"))
