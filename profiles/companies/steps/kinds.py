"""What companies record and limit, and the category of mails about their profiles."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action
from profiles.notice_kinds import register_category, register_notice
from profiles.platform.limits.services import register_limit

PROFILE = register_category("profile", _("Decisions on your profile"), position=30)
RECEIVED = register_notice(
    "profile_received",
    _("Your profile was received for review"),
    category=PROFILE,
    act=_("See the status"),
    body=_(
        "We have received the profile of %(company)s. A curator reads it, then approves it or returns it "
        "with a reason for each field that has to change. You get an email about the decision, and can still "
        "edit the profile until then.%(usual)s"
    ),
)
SUBMITTED = register_action(
    "submitted", _("Submitted a profile"), _("%(who)s submitted %(what)s for review.")
)

# A step of a profile, a thesis, offers, a deal
EDIT_LIMIT = register_limit("edit", account=(240, 120), company=(480, 240))
PREVIEW_LIMIT = register_limit("preview", account=(240, 240))
FIT_LIMIT = register_limit("fit", account=(600, 600))  # the count beside a thesis while someone types
