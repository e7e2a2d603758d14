"""What changes of the taxonomy record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action

TAXONOMY = register_action(
    "taxonomy",
    _("Changed the sectors"),
    Sentence(_("%(who)s undid a change to %(what)s (%(act)s)."), {"undone": True}),
    Sentence(_("%(who)s renamed %(what)s."), {"act": "rename"}),
    Sentence(_("%(who)s added %(what)s."), {"act": "add"}),
    Sentence(_("%(who)s merged %(what)s into %(into)s; profiles moved: %(profiles)s."), {"act": "merge"}),
    Sentence(_("%(who)s moved %(what)s under another parent."), {"act": "move"}),
    Sentence(_("%(who)s retired %(what)s without a successor."), {"act": "retire"}),
    Sentence(_("%(who)s changed how strongly %(what)s and %(into)s are related."), {"act": "relate"}),
    _("%(who)s changed %(what)s."),
)
