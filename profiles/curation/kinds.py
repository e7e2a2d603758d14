"""What curators' decisions send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action
from profiles.companies.kinds import PROFILE
from profiles.limits.services import register_limit
from profiles.notice_kinds import register_notice

notice = partial(register_notice, category=PROFILE)
PROFILE_APPROVED = notice(
    "profile_approved",
    _("Your profile was approved"),
    sentence=_("Your profile is approved."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: your profile is approved"),
    body=_(
        "A curator has approved the profile of %(company)s. It now takes part in matching, as far as you "
        "have agreed to it."
    ),
)
PROFILE_RETURNED = notice(
    "profile_returned",
    _("Your profile was returned for changes"),
    sentence=_("Your profile was returned. A curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: your profile was returned for changes"),
    body=_(
        "A curator has returned the profile of %(company)s and says what to change. Make the changes and "
        "submit it again."
    ),
)
PROFILE_REJECTED = notice(
    "profile_rejected",
    _("Your profile was not accepted"),
    sentence=_("Your profile was not accepted. A curator has given the reason."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: your profile was not accepted"),
    body=_("A curator has not accepted the profile of %(company)s and has given the reason."),
)

APPROVED = register_action(
    "approved",
    _("Approved a profile"),
    Sentence(_("%(who)s approved %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s approved %(what)s."),
)
RETURNED = register_action(
    "returned",
    _("Returned a profile"),
    Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"message": ANY}),
    _("%(who)s returned %(what)s for changes in: %(reasons)s."),
)
REJECTED = register_action("rejected", _("Rejected a profile"), _("%(who)s rejected %(what)s: “%(message)s”"))
EXPORTED = register_action(
    "exported",
    _("Exported records"),
    Sentence(_("%(who)s exported records: %(rows)s."), {"rows": ANY}),
    _("%(who)s downloaded a copy of their own data."),
)

EXPORT_LIMIT = register_limit("export", account=(20, 20))
