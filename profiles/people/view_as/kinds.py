"""What looking at the site as a member tells, records and limits."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

VIEWED_AS_YOU = register_notice(
    "viewed_as_you",
    _("A curator viewed the site as you"),
    category=ACCOUNT,
    act=_("If you think this is a mistake, write to us"),
    subject=_("A curator viewed Corridor as you"),
    body=_(
        "A curator is viewing the pages that you see, for at most %(minutes)s minutes. The curator cannot "
        "change anything. Your messages, notes, drafts and account settings are not shown. Reason: %(reason)s"
    ),
)
VIEWED_AS = register_action(
    "viewed_as", _("Viewed the site as a member"), _("%(who)s viewed the site as a member: “%(message)s”")
)
VIEW_AS_LIMIT = register_limit("view_as", account=(20, 10))
