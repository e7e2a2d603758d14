"""What curators’ overrides record."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import ANY, Sentence

BOOSTED = audit_actions.register(
    "boosted",
    _("Boosted a pairing"),
    Sentence(_("%(who)s boosted %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    Sentence(_("%(who)s boosted %(what)s: “%(note)s”")),
)
HIDDEN = audit_actions.register(
    "hidden",
    _("Hid a pairing"),
    Sentence(_("%(who)s hid %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    Sentence(_("%(who)s hid %(what)s: “%(note)s”")),
)
RELEASED = audit_actions.register(
    "released",
    _("Released a pairing"),
    Sentence(_("%(who)s released %(what)s: “%(note)s”"), {"note": ANY}),
    Sentence(_("%(who)s released %(what)s.")),
)
