"""What curators’ decisions send, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles import audit_actions, notice_kinds
from profiles.audit_actions import ANY, Sentence
from profiles.companies.kinds import PROFILE
from profiles.limits import registry as limits
from profiles.limits.registry import Limit

PROFILE_APPROVED = notice_kinds.register(
    "profile_approved",
    _("Your profile was approved"),
    category=PROFILE,
    sentence=_("Your profile is approved."),
    act=_("See where it stands"),
    subject=_("%(company)s on Corridor: Approved"),
    body=_(
        "A curator has approved %(company)s. It takes part in the matching, as far as you have agreed to it."
    ),
)
PROFILE_RETURNED = notice_kinds.register(
    "profile_returned",
    _("Your profile was returned for changes"),
    category=PROFILE,
    sentence=_("Your profile came back: a curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: Returned for changes"),
    body=_("A curator has returned %(company)s and says what to change. Change it and submit it again."),
)
PROFILE_REJECTED = notice_kinds.register(
    "profile_rejected",
    _("Your profile was not accepted"),
    category=PROFILE,
    sentence=_("Your profile was not accepted: a curator says why."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: Not accepted"),
    body=_("A curator has not accepted %(company)s, and says why."),
)

APPROVED = audit_actions.register(
    "approved",
    _("Approved a profile"),
    Sentence(_("%(who)s approved %(what)s: “%(message)s”"), {"message": ANY}),
    Sentence(_("%(who)s approved %(what)s.")),
)
RETURNED = audit_actions.register(
    "returned",
    _("Returned a profile"),
    Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"message": ANY}),
    Sentence(_("%(who)s returned %(what)s for changes in: %(reasons)s.")),
)
REJECTED = audit_actions.register(
    "rejected", _("Rejected a profile"), Sentence(_("%(who)s rejected %(what)s: “%(message)s”"))
)
EXPORTED = audit_actions.register(
    "exported",
    _("Exported records"),
    Sentence(_("%(who)s exported records: %(rows)s."), {"rows": ANY}),
    Sentence(_("%(who)s took a copy of the own data.")),
)

EXPORT_LIMIT = limits.register("export", account=Limit(20, 20))
