"""What imports and exports record, and how often."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action, register_subject
from profiles.platform.limits.services import register_limit

IMPORTED = register_action(
    "imported",
    _("Imported records"),
    Sentence(_("%(who)s removed imported records: %(removed)s."), {"removed": ANY}),
    Sentence(_("%(who)s imported rows of a file: %(rows)s."), {"rows": ANY}),
    Sentence(_("%(who)s undid an import: %(undone)s."), {"undone": ANY}),
    Sentence(_("%(who)s imported %(what)s, line %(line)s of a file."), {"line": ANY}),
    _("%(who)s imported records."),
)
TABLE_EXPORTED = register_action(
    "table_exported", _("Exported a table"), _("%(who)s exported a table. Rows: %(rows)s.")
)
register_subject("import", _("an import"))
register_subject("table", _("a table"))

UPLOAD_LIMIT = register_limit("import", account=(10, 20))
TABLE_LIMIT = register_limit("table_export", account=(10, 20))
register_subject("market", _("demonstration data"))
