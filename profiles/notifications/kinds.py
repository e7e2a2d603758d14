"""The closed list of what we mail: every kind is declared here once, with its words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import MailKind


@dataclass(frozen=True)
class Notice:
    """How a kind reads: the template of its text, and its subject with %(names)s of the context."""

    template: str
    subject: Promise


# Our own mails.
NOTICES: dict[MailKind, Notice] = {
    MailKind.MUTUAL_INTEREST: Notice(
        "introductions/mail/mutual.txt", _("%(company)s on Corridor: both sides are interested")
    ),
    MailKind.REVIEW_DECISION: Notice("curation/mail/decision.txt", _("%(company)s on Corridor: %(status)s")),
    MailKind.TEAM_INVITATION: Notice(
        "accounts/mail/invitation.txt", _("Invitation to %(company)s on Corridor")
    ),
}

# The mails of allauth, by the prefix of their templates, which hold subject and text.
ACCOUNT_MAILS: dict[str, MailKind] = {
    "account/email/email_confirmation": MailKind.CONFIRMATION,
    "account/email/email_confirmation_signup": MailKind.CONFIRMATION,
    "account/email/password_reset_key": MailKind.PASSWORD_RESET,
    "account/email/account_already_exists": MailKind.ACCOUNT_EXISTS,
    "account/email/unknown_account": MailKind.UNKNOWN_ACCOUNT,
    "account/email/email_changed": MailKind.SECURITY_NOTICE,
    "account/email/email_confirm": MailKind.SECURITY_NOTICE,
    "account/email/email_deleted": MailKind.SECURITY_NOTICE,
    "account/email/password_changed": MailKind.SECURITY_NOTICE,
    "account/email/password_reset": MailKind.SECURITY_NOTICE,
    "account/email/password_set": MailKind.SECURITY_NOTICE,
    "mfa/email/recovery_codes_generated": MailKind.SECURITY_NOTICE,
    "mfa/email/totp_activated": MailKind.SECURITY_NOTICE,
    "mfa/email/totp_deactivated": MailKind.SECURITY_NOTICE,
}
