"""What imports record."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions
from profiles.audit_actions import ANY, Sentence

IMPORTED = audit_actions.register(
    "imported",
    _("Imported records"),
    Sentence(_("%(who)s removed imported records: %(removed)s."), {"removed": ANY}),
    Sentence(_("%(who)s imported rows of a file: %(rows)s."), {"rows": ANY}),
    Sentence(_("%(who)s imported records.")),
)
