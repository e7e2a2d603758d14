"""What companies record and limit, and the category of mails about their profiles."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions, notice_kinds
from profiles.audit_actions import Sentence
from profiles.limits import registry as limits
from profiles.limits.registry import Limit

PROFILE = notice_kinds.register_category("profile", _("Decisions on your profile"), position=30)
SUBMITTED = audit_actions.register(
    "submitted", _("Submitted a profile"), Sentence(_("%(who)s submitted %(what)s for review."))
)

EDIT_LIMIT = limits.register(
    "edit", account=Limit(240, 120), company=Limit(480, 240)
)  # a step of a profile, a thesis, offers, a deal
PREVIEW_LIMIT = limits.register("preview", account=Limit(240, 240))
FIT_LIMIT = limits.register("fit", account=Limit(600, 600))  # the count beside a thesis while somebody types
