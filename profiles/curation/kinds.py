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
    act=_("See where it stands"),
    subject=_("%(company)s on Corridor: Approved"),
    body=_(
        "A curator has approved %(company)s. It takes part in the matching, as far as you have agreed to it."
    ),
)
PROFILE_RETURNED = notice(
    "profile_returned",
    _("Your profile was returned for changes"),
    sentence=_("Your profile came back: a curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: Returned for changes"),
    body=_("A curator has returned %(company)s and says what to change. Change it and submit it again."),
)
PROFILE_REJECTED = notice(
    "profile_rejected",
    _("Your profile was not accepted"),
    sentence=_("Your profile was not accepted: a curator says why."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: Not accepted"),
    body=_("A curator has not accepted %(company)s, and says why."),
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
    _("%(who)s took a copy of the own data."),
)

EXPORT_LIMIT = register_limit("export", account=(20, 20))
