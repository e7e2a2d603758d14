"""What imports record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action

IMPORTED = register_action(
    "imported",
    _("Imported records"),
    Sentence(_("%(who)s removed imported records: %(removed)s."), {"removed": ANY}),
    Sentence(_("%(who)s imported rows of a file: %(rows)s."), {"rows": ANY}),
    _("%(who)s imported records."),
)
