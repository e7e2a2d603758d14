"""What the reports record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action, register_subject

REPORTED = register_action(
    "reported",
    _("Downloaded a report"),
    Sentence(_("%(who)s downloaded the sponsor report: %(period)s."), {"kind": "sponsor"}),
    _("%(who)s downloaded a report table: %(kind)s."),
)
register_subject("report", _("a report"))
