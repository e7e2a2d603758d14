"""What accounts and teams send, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions, notice_kinds
from profiles.audit_actions import ANY, Sentence
from profiles.limits import registry as limits
from profiles.limits.registry import Limit
from profiles.notice_kinds import ACCOUNT

TEAM_INVITATION = notice_kinds.register(
    "team_invitation",
    _("Invitation to a team"),
    category=ACCOUNT,
    act=_("Open this link to accept"),
    subject=_("Invitation to %(company)s on Corridor"),
    body=_(
        "%(who)s invites you to join %(company)s on Corridor. The link works once, for this "
        "address, within %(days)s days. If you do not know the sender, you need do nothing."
    ),
)
# The mails of allauth, whose templates hold subject and text.
CONFIRMATION = notice_kinds.register("confirmation", _("Confirm your email address"), category=ACCOUNT)
PASSWORD_RESET = notice_kinds.register("password_reset", _("Choose a new password"), category=ACCOUNT)
ACCOUNT_EXISTS = notice_kinds.register("account_exists", _("You have an account already"), category=ACCOUNT)
UNKNOWN_ACCOUNT = notice_kinds.register(
    "unknown_account", _("There is no account with this address"), category=ACCOUNT
)
SECURITY_NOTICE = notice_kinds.register("security_notice", _("Change of an account"), category=ACCOUNT)

SIGNED_UP = audit_actions.register("signed_up", _("Signed up"), Sentence(_("%(who)s signed up.")))
INVITED = audit_actions.register(
    "invited",
    _("Invited a colleague"),
    Sentence(_("%(who)s withdrew an invitation to the team of %(what)s."), {"withdrawn": ANY}),
    Sentence(_("%(who)s invited a colleague to the team of %(what)s.")),
)
JOINED = audit_actions.register(
    "joined", _("Joined a team"), Sentence(_("%(who)s joined the team of %(what)s."))
)
LEFT = audit_actions.register(
    "left",
    _("Left a team"),
    Sentence(_("%(who)s left the team of %(what)s."), {"is_self": True}),
    Sentence(_("%(who)s took somebody out of the team of %(what)s.")),
)
EDITED = audit_actions.register(
    "edited",
    _("Edited a profile"),
    Sentence(_("%(who)s made a member an owner of %(what)s."), {"owner": ANY}),
    Sentence(_("%(who)s closed a demonstration account."), {"closed": "demo"}),
    Sentence(_("%(who)s created %(what)s."), {"fields": ["created"]}),
    Sentence(_("%(who)s deleted a thesis of %(what)s."), {"act": "thesis deleted"}),
    Sentence(_("%(who)s saved a thesis of %(what)s: %(fields)s."), {"act": "thesis saved"}),
    Sentence(_("%(who)s deleted a deal of %(what)s."), {"act": "deal deleted"}),
    Sentence(_("%(who)s saved a deal of %(what)s: %(fields)s."), {"act": "deal saved"}),
    Sentence(_("%(who)s changed %(what)s: %(fields)s."), {"fields": ANY}),
    Sentence(_("%(who)s changed %(what)s.")),
)
ROLE = audit_actions.register(
    "role", _("Gave or took a role"), Sentence(_("%(who)s changed the role of an account: %(role)s."))
)

SIGN_UP_LIMIT = limits.register("sign_up", network=Limit(60, 30), address=Limit(6, 2))
RESET_LIMIT = limits.register("reset", network=Limit(60, 30), address=Limit(6, 2))  # of a password
INVITE_LIMIT = limits.register("invite", account=Limit(40, 20), company=Limit(40, 20), address=Limit(6, 2))

# By the prefix of their templates.
ACCOUNT_MAILS: dict[str, str] = {
    "account/email/email_confirmation": CONFIRMATION,
    "account/email/email_confirmation_signup": CONFIRMATION,
    "account/email/password_reset_key": PASSWORD_RESET,
    "account/email/account_already_exists": ACCOUNT_EXISTS,
    "account/email/unknown_account": UNKNOWN_ACCOUNT,
    "account/email/email_changed": SECURITY_NOTICE,
    "account/email/email_confirm": SECURITY_NOTICE,
    "account/email/email_deleted": SECURITY_NOTICE,
    "account/email/password_changed": SECURITY_NOTICE,
    "account/email/password_reset": SECURITY_NOTICE,
    "account/email/password_set": SECURITY_NOTICE,
    "mfa/email/recovery_codes_generated": SECURITY_NOTICE,
    "mfa/email/totp_activated": SECURITY_NOTICE,
    "mfa/email/totp_deactivated": SECURITY_NOTICE,
}
