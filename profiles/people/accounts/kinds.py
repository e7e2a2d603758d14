"""What accounts and teams send, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

TEAM_INVITATION = register_notice(
    "team_invitation",
    _("Invitation to a team"),
    category=ACCOUNT,
    holds="profiles.people.accounts.selectors.still_invites",
    act=_("Open this link to accept"),
    subject=_("Invitation to join %(company)s on Corridor"),
    body=_(
        "%(who)s invites you to join %(company)s on Corridor. The link works once, only for this address, "
        "and only within %(days)s days. If you do not know the sender, you can ignore this email."
    ),
)
TEAM_CHANGED = register_notice(
    "team_changed",
    _("Your team has changed"),
    category=ACCOUNT,
    sentence=_("Someone joined or left your team, or became an owner of it."),
    act=_("View your team"),
    subject=_("%(company)s on Corridor: your team has changed"),
    body=_(
        "Someone joined or left the team of %(company)s, or became an owner of it. If you did not expect "
        "this, look at your team now."
    ),
)
TEAM_ENDED = register_notice(
    "team_ended",
    _("You were removed from a team"),
    category=ACCOUNT,
    act=_("Open Corridor"),
    subject=_("%(company)s on Corridor: you are no longer in the team"),
    body=_(
        "An owner of %(company)s has removed you from its team. You keep your account, but you can no longer "
        "see anything that belongs to %(company)s."
    ),
)
# The mails of allauth, whose templates hold subject and text.
CONFIRMATION = register_notice("confirmation", _("Confirm your email address"), category=ACCOUNT)
PASSWORD_RESET = register_notice("password_reset", _("Choose a new password"), category=ACCOUNT)
ACCOUNT_EXISTS = register_notice("account_exists", _("You already have an account"), category=ACCOUNT)
UNKNOWN_ACCOUNT = register_notice(
    "unknown_account", _("There is no account with this address"), category=ACCOUNT
)
SECURITY_NOTICE = register_notice("security_notice", _("Account change"), category=ACCOUNT)
ACT = _("If you think this is a mistake, write to us")
ACCOUNT_CLOSED = register_notice(
    "account_closed",
    _("Your account was closed"),
    category=ACCOUNT,
    act=ACT,
    subject=_("Your account on Corridor is closed"),
    body=_("A curator has closed your account. No one can sign in with it. Reason: %(reason)s"),
)
ACCOUNT_REOPENED = register_notice(
    "account_reopened",
    _("Your account was reopened"),
    category=ACCOUNT,
    act=ACT,
    subject=_("Your account on Corridor was reopened"),
    body=_("A curator has reopened your account. You can sign in as before. Reason: %(reason)s"),
)
SESSIONS_WERE_ENDED = register_notice(
    "sessions_were_ended",
    _("You were signed out everywhere"),
    category=ACCOUNT,
    act=ACT,
    subject=_("You were signed out of Corridor on all devices"),
    body=_("A curator has signed you out on all devices. Please sign in again. Reason: %(reason)s"),
)
FACTOR_WAS_RESET = register_notice(
    "factor_was_reset",
    _("Your two-factor authentication was removed"),
    category=ACCOUNT,
    act=ACT,
    subject=_("Your two-factor authentication on Corridor was removed"),
    body=_(
        "A curator has removed two-factor authentication from your account and signed you out on all "
        "devices. Sign in with your password and set it up again. If you did not ask for this, write to us "
        "immediately. Reason: %(reason)s"
    ),
)

SIGNED_UP = register_action("signed_up", _("Signed up"), _("%(who)s signed up."))
INVITED = register_action(
    "invited",
    _("Invited a colleague"),
    Sentence(_("%(who)s withdrew an invitation to the team of %(what)s."), {"withdrawn": ANY}),
    _("%(who)s invited a colleague to the team of %(what)s."),
)
JOINED = register_action("joined", _("Joined a team"), _("%(who)s joined the team of %(what)s."))
LEFT = register_action(
    "left",
    _("Left a team"),
    Sentence(_("%(who)s left the team of %(what)s."), {"is_self": True}),
    _("%(who)s removed someone from the team of %(what)s."),
)
EDITED = register_action(
    "edited",
    _("Edited a profile"),
    Sentence(_("%(who)s made a member an owner of %(what)s."), {"owner": ANY}),
    Sentence(_("%(who)s closed a demonstration account."), {"closed": "demo"}),
    Sentence(_("%(who)s created %(what)s."), {"fields": ["created"]}),
    Sentence(_("%(who)s deleted a thesis of %(what)s."), {"act": "thesis deleted"}),
    Sentence(_("%(who)s saved a thesis of %(what)s: %(fields)s."), {"act": "thesis saved"}),
    Sentence(_("%(who)s deleted a deal of %(what)s."), {"act": "deal deleted"}),
    Sentence(_("%(who)s saved a deal of %(what)s: %(fields)s."), {"act": "deal saved"}),
    Sentence(_("%(who)s declined a suggestion for %(what)s."), {"act": "refused"}),
    Sentence(_("%(who)s changed %(what)s: %(fields)s."), {"fields": ANY}),
    _("%(who)s changed %(what)s."),
)
ROLE = register_action(
    "role", _("Gave or removed a role"), _("%(who)s changed the role of an account: %(role)s.")
)

# By the address that is typed, known or not, over all networks; in a browser that knows it, by that browser.
SIGN_IN_LIMIT = register_limit("sign_in", address=(30, 1))
CODE_LIMIT = register_limit("code", account=(30, 2))  # of a second factor
CLOSED = register_action(
    "account_closed", _("Closed an account"), _("%(who)s closed an account: “%(message)s”")
)
REOPENED = register_action(
    "account_reopened", _("Reopened an account"), _("%(who)s reopened an account: “%(message)s”")
)
SESSIONS_ENDED = register_action(
    "sessions_ended",
    _("Signed an account out everywhere"),
    _("%(who)s signed an account out everywhere: “%(message)s”"),
)
FACTOR_RESET = register_action(
    "factor_reset",
    _("Removed two-factor authentication"),
    _("%(who)s removed two-factor authentication from an account: “%(message)s”"),
)
WAYS_IN_ENDED = register_action(
    "ways_in_ended",
    _("Ended earlier ways to sign in"),
    _("%(who)s proved an email address. The earlier ways to sign in to the account have ended."),
)

SIGN_UP_LIMIT = register_limit("sign_up", network=(60, 30), address=(5, 1))
PROVIDER_LIMIT = register_limit("provider", network=(60, 60))  # each asks another server, and waits for it
RESET_LIMIT = register_limit("reset", network=(60, 30), address=(5, 1))  # of a password
CONFIRMATION_LIMIT = register_limit("confirmation", address=(6, 2))
INVITE_LIMIT = register_limit("invite", account=(12, 6), company=(12, 6), network=(24, 12), address=(5, 1))
# Of a company that no curator has approved: the first two, then one a month.
UNREAD_INVITE_LIMIT = register_limit("invite_unread", account=(2, 1 / 720), company=(2, 1 / 720))

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
    "socialaccount/email/account_connected": SECURITY_NOTICE,
    "socialaccount/email/account_disconnected": SECURITY_NOTICE,
    "mfa/email/webauthn_added": SECURITY_NOTICE,
    "mfa/email/webauthn_removed": SECURITY_NOTICE,
}
