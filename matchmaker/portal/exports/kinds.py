"""What exports of members record, and how often one may be made."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.platform.limits.services import register_limit

MEMBER_EXPORTED = register_action(
    "member_export",
    _("Exported a list"),
    Sentence(_("%(who)s exported the match list of %(what)s as %(format)s."), {"table": "matches"}),
    Sentence(_("%(who)s exported the deals of %(what)s as %(format)s."), {"table": "deals"}),
    Sentence(_("%(who)s exported the shortlist of %(what)s as %(format)s."), {"table": "shortlist"}),
    _("%(who)s exported the introductions of %(what)s as %(format)s."),
)
# Each reads all fields of every row, and leaves a receipt of each.
MEMBER_EXPORT_LIMIT = register_limit("member_export", account=(20, 10), company=(40, 20))
