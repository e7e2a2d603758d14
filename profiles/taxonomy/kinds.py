"""What changes of the taxonomy record."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import Sentence

TAXONOMY = audit_actions.register(
    "taxonomy",
    _("Changed the taxonomy"),
    Sentence(_("%(who)s renamed %(what)s."), {"act": "rename"}),
    Sentence(_("%(who)s added %(what)s."), {"act": "add"}),
    Sentence(_("%(who)s merged %(what)s into %(into)s; profiles moved: %(profiles)s."), {"act": "merge"}),
    Sentence(_("%(who)s changed %(what)s.")),
)
