"""What operators' work on mails records."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action, register_subject
from profiles.platform.limits.services import register_limit

MAILED = register_action("mailed", _("Retried an email"), _("%(who)s retried a failed email."))
register_subject("mail", _("an email"))
# Emails of all kinds that one sender brings to one reader: twelve at once, then one an hour.
MAIL_LIMIT = register_limit("mail", reader=(12, 1))
