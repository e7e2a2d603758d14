"""What consents record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action

CONSENTED = register_action(
    "consented",
    _("Gave or withdrew consent"),
    Sentence(_("%(who)s chose who can see which field groups of %(what)s."), {"visibility": ANY}),
    Sentence(_("%(who)s excluded field groups from the consents of %(what)s: %(groups)s."), {"groups": ANY}),
    Sentence(_("%(who)s gave consent on behalf of %(what)s for every field group."), {"groups": []}),
    Sentence(_("%(who)s gave consent on behalf of %(what)s: %(purpose)s."), {"given": True}),
    _("%(who)s withdrew consent on behalf of %(what)s: %(purpose)s."),
)
