"""What operators' work on mails records."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action

MAILED = register_action("mailed", _("Took a mail up again"), _("%(who)s took a parked mail up again."))
