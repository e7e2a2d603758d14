"""What an export of the directory records, and how often one may be made."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action, register_subject
from profiles.platform.limits.services import register_limit

EXPORTED = register_action(
    "directory_export",
    _("Exported the directory"),
    _("%(who)s exported %(rows)s profiles of the directory as %(format)s, filtered by: %(filter)s"),
)
register_subject("directory", _("the directory"))

DIRECTORY_EXPORT_LIMIT = register_limit("directory_export", account=(20, 20))
