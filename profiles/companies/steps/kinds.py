"""What companies record and limit, and the category of mails about their profiles."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import register_action
from profiles.notice_kinds import register_category
from profiles.platform.limits.services import register_limit

PROFILE = register_category("profile", _("Decisions on your profile"), position=30)
SUBMITTED = register_action(
    "submitted", _("Submitted a profile"), _("%(who)s submitted %(what)s for review.")
)

# A step of a profile, a thesis, offers, a deal
EDIT_LIMIT = register_limit("edit", account=(240, 120), company=(480, 240))
PREVIEW_LIMIT = register_limit("preview", account=(240, 240))
FIT_LIMIT = register_limit("fit", account=(600, 600))  # the count beside a thesis while someone types
