"""What claims send, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

CLAIM_INVITATION = register_notice(
    "claim_invitation",
    _("Invitation to claim a company profile"),
    category=ACCOUNT,
    holds="profiles.companies.claims.selectors.still_invites",
    act=_("View and claim the profile"),
    subject=_("Claim the profile of %(company)s on Corridor"),
    body=_(
        "Corridor introduces startups and partners from different countries to each other. Our curators have "
        "added a profile of %(company)s and have this email address for it. Claim the profile to correct it, "
        "to decide who can see it, or to delete it. The link works only for this email address, and for "
        "%(days)s days. If this is not your company, you can ignore this email."
    ),
)

CLAIM_DECLINED = register_notice(
    "claim_declined",
    _("Your claim was declined"),
    category=ACCOUNT,
    act=_("If you think this is a mistake, write to us"),
    subject=_("Your claim to %(company)s on Corridor was declined"),
    body=_("A curator has declined your claim to the profile of %(company)s. %(message)s"),
)

CLAIM_SENT = register_action(
    "claim_sent", _("Invited someone to claim a company"), _("%(who)s invited someone to claim %(what)s.")
)
CLAIM_ASKED = register_action(
    "claim_asked", _("Asked to claim a company"), _("%(who)s asked to claim %(what)s.")
)
CLAIM_REFUSED = register_action(
    "claim_refused",
    _("Declined a claim"),
    Sentence(_("%(who)s declined a claim to %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s declined a claim to %(what)s."),
)
CLAIMED = register_action("claimed", _("Claimed a company"), _("%(who)s claimed %(what)s."))

CLAIM_LIMIT = register_limit("claim", account=(5, 2))
