"""What looking at the site as a member tells, records and limits."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

VIEWED_AS_YOU = register_notice(
    "viewed_as_you",
    _("A curator looked at the site as you"),
    category=ACCOUNT,
    act=_("Write to us if this is not right"),
    subject=_("A curator looked at Corridor as you"),
    body=_(
        "A curator looks at the pages that you see, for at most %(minutes)s minutes, and can change nothing. "
        "Your messages, notes, drafts and account settings are not shown. The reason: %(reason)s"
    ),
)
VIEWED_AS = register_action(
    "viewed_as", _("Viewed the site as a member"), _("%(who)s viewed the site as a member: “%(message)s”")
)
VIEW_AS_LIMIT = register_limit("view_as", account=(20, 10))
