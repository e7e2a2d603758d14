"""What consents record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action

CONSENTED = register_action(
    "consented",
    _("Gave or withdrew consent"),
    Sentence(
        _("%(who)s left groups of fields out of the consents of %(what)s: %(groups)s."), {"groups": ANY}
    ),
    Sentence(_("%(who)s agreed for %(what)s to every group of fields."), {"groups": []}),
    Sentence(_("%(who)s agreed for %(what)s to: %(purpose)s."), {"given": True}),
    _("%(who)s withdrew the consent of %(what)s to: %(purpose)s."),
)
