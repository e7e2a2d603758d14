"""Notifications and limits of staff roles."""

from django.utils.translation import gettext_lazy as _

from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

STAFF_INVITED = register_notice(
    "staff_invited",
    _("Invitation to help run Corridor"),
    category=ACCOUNT,
    act=_("Choose a password"),
    subject=_("You can now help to run Corridor"),
    body=_(
        "An operator has created an account for you with the role “%(role)s”. Choose a password, then set up "
        "two-factor authentication. The link works for %(days)s days. After that, you can request a new link "
        "with “Forgot your password?”."
    ),
)
ROLE_CHANGED = register_notice(
    "role_changed",
    _("Your role has changed"),
    category=ACCOUNT,
    act=_("Open Corridor"),
    subject=_("Your role on Corridor has changed"),
    body=_("An operator has given your account the role “%(role)s”."),
)
STAFF_LIMIT = register_limit("staff", account=(30, 10))
