"""What the read API tells, records and limits."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

TOKEN_WAS_MADE = register_notice(
    "api_token_made",
    _("A new API token"),
    category=ACCOUNT,
    act=_("See your tokens"),
    subject=_("A new API token for your account on Corridor"),
    body=_(
        "A token was created with your account. A program that has it can read: %(scopes)s. It is valid "
        "until %(day)s. If you did not create it, revoke it now and change your password."
    ),
)
TOKEN_WAS_REVOKED = register_notice(
    "api_token_revoked",
    _("An API token was revoked"),
    category=ACCOUNT,
    act=_("See your tokens"),
    subject=_("An API token of your account on Corridor was revoked"),
    body=_("A token of your account was revoked. Programs that use it can no longer read anything."),
)
TOKENS_ENDED = register_notice(
    "api_tokens_ended",
    _("Your API tokens are no longer valid"),
    category=ACCOUNT,
    sentence=_(
        "Your API tokens are no longer valid, because your password or two-factor authentication changed, or "
        "you were signed out everywhere."
    ),
    act=_("See your tokens"),
    subject=_("Your API tokens on Corridor are no longer valid"),
    body=_(
        "Your password or two-factor authentication has changed, or you were signed out everywhere. For this "
        "reason, these API tokens are no longer valid: %(names)s. Create new tokens for the programs that "
        "you use."
    ),
)
TOKEN_MADE = register_action(
    "token_made", _("Created an API token"), _("%(who)s created an API token for: %(scopes)s.")
)
TOKEN_REVOKED = register_action(
    "token_revoked", _("Revoked an API token"), _("%(who)s revoked an API token.")
)
DIRECTORY_READ = register_action(
    "directory_read",
    _("Read the directory with a program"),
    _("A program of %(who)s started reading the directory (%(side)s)."),
)
TOKEN_LIMIT = register_limit("api_token", account=(10, 10))
READ_LIMIT = register_limit("api_read", account=(300, 3600), company=(600, 7200))
# How often a program may begin to read the whole directory.
DIRECTORY_LIMIT = register_limit("api_directory", account=(10, 4))
