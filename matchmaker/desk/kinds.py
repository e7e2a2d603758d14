"""What curators’ overrides record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action

BOOSTED = register_action(
    "boosted",
    _("Boosted a pairing"),
    Sentence(_("%(who)s boosted %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    _("%(who)s boosted %(what)s: “%(note)s”"),
)
HIDDEN = register_action(
    "hidden",
    _("Hid a pairing"),
    Sentence(_("%(who)s hid %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    _("%(who)s hid %(what)s: “%(note)s”"),
)
SUGGESTED = register_action(
    "suggested",
    _("Suggested a pairing to both"),
    _("%(who)s suggested %(what)s to both sides until %(expires_on)s: “%(note)s”"),
)
RELEASED = register_action(
    "released",
    _("Removed a boost, hide or suggestion"),
    Sentence(_("%(who)s removed the boost, hide or suggestion from %(what)s: “%(note)s”"), {"note": ANY}),
    _("%(who)s removed the boost, hide or suggestion from %(what)s."),
)
