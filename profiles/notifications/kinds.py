"""What operators' work on mails records."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action, register_subject

MAILED = register_action("mailed", _("Retried an email"), _("%(who)s retried a failed email."))
register_subject("mail", _("an email"))
